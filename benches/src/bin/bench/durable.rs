//! CreateUser, durable before the answer, against a raw append-and-fdatasync group commit.

use std::error::Error;

use crate::Outcome;
use crate::client::{self, Each, Source};
use crate::process::{Lanyard, raw_append};
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request};

const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
const WRITES_PER_CONNECTION: usize = 600;
const APPEND_SECONDS: f64 = 2.0;

/// What one new user and its trail record take, roughly; the baseline appends as much.
const RECORD_BYTES: usize = 1_500;

pub(crate) fn run() -> Outcome {
    let lanyard = Lanyard::start("durable")?;
    let accounts: Vec<Identity> = (0..CONNECTIONS)
        .map(|number| lanyard.account(&format!("a{number}")))
        .collect::<Result<_, _>>()?;
    for account in &accounts {
        lanyard.allow_users(account, 1_000_000)?;
    }
    let hot: Vec<Identity> = accounts
        .iter()
        .take(1)
        .cycle()
        .take(CONNECTIONS)
        .cloned()
        .collect();
    let mut serial = 0;
    compare(
        "CreateUser, 16 connections, 16 accounts",
        &lanyard,
        &accounts,
        &mut serial,
    )?;
    compare(
        "CreateUser, 16 connections, one hot account",
        &lanyard,
        &hot,
        &mut serial,
    )
}

fn compare(name: &str, lanyard: &Lanyard, who: &[Identity], serial: &mut usize) -> Outcome {
    write(lanyard, who, serial, 50)?;
    let (mut ratios, mut ours_rates, mut theirs_rates) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let theirs = raw_append(CONNECTIONS, RECORD_BYTES, APPEND_SECONDS)?;
        let ours = write(lanyard, who, serial, WRITES_PER_CONNECTION)?;
        ratios.push(ours / theirs);
        ours_rates.push(ours);
        theirs_rates.push(theirs);
    }
    println!("  {name}");
    line("    writes a second", median(ours_rates), "", None);
    line("    raw appends a second", median(theirs_rates), "", None);
    line(
        "    writes over raw appends",
        median(ratios),
        "",
        Some(Target::AtLeast(0.35)),
    );
    Ok(())
}

/// Writes a second, each connection for one of the identities.
fn write(
    lanyard: &Lanyard,
    who: &[Identity],
    serial: &mut usize,
    count: usize,
) -> Result<f64, Box<dyn Error>> {
    let port = lanyard.running.port;
    let sources = who
        .iter()
        .map(|identity| {
            let requests: Vec<Request> = (0..count)
                .map(|_| {
                    *serial += 1;
                    let user = format!("user-{serial}");
                    requests::iam(identity, "CreateUser", &[("UserName", &user)], port)
                })
                .collect();
            Box::new(Each(requests.into_iter())) as Box<dyn Source>
        })
        .collect();
    Ok(client::run(port, sources, None)?.per_second())
}
