//! Does making credential reports slow other calls?
//!
//! A report is made at most every four hours, so each round takes accounts of which none was made yet. Reports are made
//! one after another: those of a round are begun together, and a round ends while they are still being made.

use std::error::Error;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::client::{self, Caller, Each, Same, Source};
use crate::process::Lanyard;
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request};

const USERS: usize = 5_000;
const ROUNDS: usize = 5;
/// How many reports are begun in a round: more than can be made while it lasts.
const REPORTS: usize = 3;
const CONNECTIONS: usize = 4;
const ROUND: Duration = Duration::from_millis(600);

pub(crate) fn run() -> Outcome {
    let lanyard = Lanyard::start("credential-report")?;
    let mut accounts = Vec::new();
    for number in 0..ROUNDS * REPORTS {
        accounts.push(filled(&lanyard, &format!("account-{number}"))?);
    }
    let port = lanyard.running.port;
    let (mut ratios, mut befores, mut withs, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in accounts.chunks(REPORTS) {
        let [first, .., last] = round else {
            return Err("a round needs several accounts".into());
        };
        p99(first, port)?;
        let before = p99(first, port)?;
        let begun = Instant::now();
        for account in round {
            must_be(generate(account, port)?, "STARTED")?;
        }
        // In the very account whose report is being made at first.
        let with = p99(first, port)?;
        must_be(generate(last, port)?, "INPROGRESS")?;
        while generate(last, port)? != "COMPLETE" {
            std::thread::sleep(Duration::from_millis(10));
        }
        times.push(begun.elapsed().as_secs_f64() * 1e3 / REPORTS as f64);
        ratios.push(with / before);
        befores.push(before);
        withs.push(with);
    }
    println!("  GetUser, {CONNECTIONS} connections, in accounts of {USERS} users with a key each");
    line("    p99", median(befores), "µs", None);
    line(
        "    p99 while credential reports are made",
        median(withs),
        "µs",
        None,
    );
    line(
        "    p99 while credential reports are made, over without",
        median(ratios),
        "",
        Some(Target::AtMost(1.25)),
    );
    line("    a report under this load", median(times), "ms", None);
    Ok(())
}

fn p99(identity: &Identity, port: u16) -> Result<f64, Box<dyn Error>> {
    let request = requests::iam(identity, "GetUser", &[("UserName", &name(0))], port);
    let sources = (0..CONNECTIONS)
        .map(|_| Box::new(Same(request.clone())) as Box<dyn Source>)
        .collect();
    Ok(client::run(port, sources, Some(ROUND))?.p99_microseconds())
}

/// Asks for the report of an account, and gives its state.
fn generate(identity: &Identity, port: u16) -> Result<String, Box<dyn Error>> {
    let request = requests::iam(identity, "GenerateCredentialReport", &[], port);
    let answer = Caller::connect(port)?.call(&request)?;
    let state = answer
        .split_once("<State>")
        .and_then(|(_, rest)| rest.split_once("</State>"));
    Ok(state.ok_or("an answer without a state")?.0.to_owned())
}

fn must_be(state: String, wanted: &str) -> Outcome {
    if state == wanted {
        return Ok(());
    }
    Err(format!("the report is {state} and should be {wanted}: begin more reports in a round").into())
}

/// An account with its users.
fn filled(lanyard: &Lanyard, account: &str) -> Result<Identity, Box<dyn Error>> {
    let identity = lanyard.account(account)?;
    for action in ["CreateUser", "CreateAccessKey"] {
        for_each_user(lanyard, &identity, action)?;
    }
    Ok(identity)
}

fn for_each_user(lanyard: &Lanyard, identity: &Identity, action: &str) -> Outcome {
    const WRITERS: usize = 16;
    let port = lanyard.running.port;
    let sources = (0..WRITERS)
        .map(|writer| {
            let requests: Vec<Request> = (writer..USERS)
                .step_by(WRITERS)
                .map(|number| requests::iam(identity, action, &[("UserName", &name(number))], port))
                .collect();
            Box::new(Each(requests.into_iter())) as Box<dyn Source>
        })
        .collect();
    client::run(port, sources, None)?;
    Ok(())
}

fn name(number: usize) -> String {
    format!("user-{number:05}")
}
