//! Does a call cost more in a large account, or among many accounts?

use std::error::Error;

use crate::Outcome;
use crate::client::{self, Each, Source};
use crate::process::Lanyard;
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request};

const FEW_USERS: usize = 100;
const MANY_USERS: usize = 10_000;
const MANY_ACCOUNTS: usize = 1_000;
const ROUNDS: usize = 5;
const CALLS: usize = 400;

const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:List*","Resource":"*"}]}"#;

pub(crate) fn run() -> Outcome {
    let lanyard = Lanyard::start("growth")?;
    let small = filled(&lanyard, "small", FEW_USERS)?;
    let large = filled(&lanyard, "large", MANY_USERS)?;
    println!("  p50 at {MANY_USERS} users over p50 at {FEW_USERS}");
    compare(&lanyard, &lanyard, &small, &large)?;
    drop((small, large));

    let alone = Lanyard::start("alone")?;
    let only = filled(&alone, "only", FEW_USERS)?;
    let crowd = Lanyard::start("crowd")?;
    for number in 1..MANY_ACCOUNTS {
        crowd.account(&format!("account-{number}"))?;
    }
    let one_of_many = filled(&crowd, "one-of-many", FEW_USERS)?;
    println!("  p50 among {MANY_ACCOUNTS} accounts over p50 with one");
    compare(&alone, &crowd, &only, &one_of_many)
}

/// A request of that number.
type Make = fn(&Identity, usize, u16) -> Request;

/// A call to compare, and what takes it back, so that the small account stays small.
struct Call {
    name: &'static str,
    make: Make,
    undo: Option<Make>,
}

const CALLS_COMPARED: [Call; 4] = [
    Call {
        name: "GetUser",
        make: |identity, number, port| {
            requests::iam(
                identity,
                "GetUser",
                &[("UserName", &filler(number % FEW_USERS))],
                port,
            )
        },
        undo: None,
    },
    Call {
        name: "CreateUser",
        make: |identity, number, port| {
            requests::iam(
                identity,
                "CreateUser",
                &[("UserName", &format!("new-{number}"))],
                port,
            )
        },
        undo: Some(|identity, number, port| {
            requests::iam(
                identity,
                "DeleteUser",
                &[("UserName", &format!("new-{number}"))],
                port,
            )
        }),
    },
    Call {
        name: "PutUserPolicy",
        make: |identity, number, port| {
            let user = filler(number % FEW_USERS);
            let parameters = [
                ("UserName", user.as_str()),
                ("PolicyName", "p"),
                ("PolicyDocument", DOCUMENT),
            ];
            requests::iam(identity, "PutUserPolicy", &parameters, port)
        },
        undo: None,
    },
    Call {
        name: "ListUsers, a page of 50",
        make: |identity, _, port| {
            requests::iam(
                identity,
                "ListUsers",
                &[("MaxItems", "50"), ("PathPrefix", "/filler/")],
                port,
            )
        },
        undo: None,
    },
];

fn compare(first: &Lanyard, second: &Lanyard, low: &Identity, high: &Identity) -> Outcome {
    for call in CALLS_COMPARED {
        let (mut ratios, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
        // The first round warms up.
        for round in 0..=ROUNDS {
            let base = p50(first, low, &call, round)?;
            let grown = p50(second, high, &call, round)?;
            if round > 0 {
                ratios.push(grown / base);
                lows.push(base);
                highs.push(grown);
            }
        }
        let name = call.name;
        line(&format!("    {name}, few"), median(lows), "µs", None);
        line(&format!("    {name}, many"), median(highs), "µs", None);
        line(
            &format!("    {name}, many over few"),
            median(ratios),
            "",
            Some(Target::AtMost(1.5)),
        );
    }
    Ok(())
}

fn p50(lanyard: &Lanyard, identity: &Identity, call: &Call, round: usize) -> Result<f64, Box<dyn Error>> {
    let port = lanyard.running.port;
    let numbers = || round * CALLS..(round + 1) * CALLS;
    let send = |make: Make| {
        let requests: Vec<Request> = numbers().map(|number| make(identity, number, port)).collect();
        client::run(port, vec![Box::new(Each(requests.into_iter()))], None)
    };
    let microseconds = send(call.make)?.p50_microseconds();
    if let Some(undo) = call.undo {
        send(undo)?;
    }
    Ok(microseconds)
}

/// An account with so many users.
fn filled(lanyard: &Lanyard, name: &str, users: usize) -> Result<Identity, Box<dyn Error>> {
    const CONNECTIONS: usize = 16;
    let identity = lanyard.account(name)?;
    lanyard.allow_users(&identity, 1_000_000)?;
    let port = lanyard.running.port;
    let sources = (0..CONNECTIONS)
        .map(|connection| {
            let requests: Vec<Request> = (connection..users)
                .step_by(CONNECTIONS)
                .map(|number| {
                    let parameters = [("UserName", filler(number)), ("Path", "/filler/".to_owned())];
                    let parameters = parameters.each_ref().map(|(name, value)| (*name, value.as_str()));
                    requests::iam(&identity, "CreateUser", &parameters, port)
                })
                .collect();
            Box::new(Each(requests.into_iter())) as Box<dyn Source>
        })
        .collect();
    client::run(port, sources, None)?;
    Ok(identity)
}

fn filler(number: usize) -> String {
    format!("filler-{number:05}")
}
