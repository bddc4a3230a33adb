//! GetUser and GetCallerIdentity against a bare axum endpoint that returns as many bytes.

use std::error::Error;
use std::time::Duration;

use crate::Outcome;
use crate::client::{self, Same, Source};
use crate::process::{Lanyard, Running, bare_axum};
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request};

const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);

pub(crate) fn run() -> Outcome {
    let lanyard = Lanyard::start("reads")?;
    let identity = lanyard.account("reads")?;
    let port = lanyard.running.port;
    let made = requests::iam(&identity, "CreateUser", &[("UserName", "someone")], port);
    client::run(port, vec![Box::new(client::Each(vec![made].into_iter()))], None)?;
    for (name, request) in [
        ("GetUser", get_user as Make),
        ("GetCallerIdentity", get_caller_identity),
    ] {
        compare(name, request, &lanyard.running, &identity)?;
    }
    Ok(())
}

type Make = fn(&Identity, u16) -> Request;

fn get_user(identity: &Identity, port: u16) -> Request {
    requests::iam(identity, "GetUser", &[("UserName", "someone")], port)
}

fn get_caller_identity(identity: &Identity, port: u16) -> Request {
    requests::sts(identity, "GetCallerIdentity", &[], port)
}

fn compare(name: &str, make: Make, lanyard: &Running, identity: &Identity) -> Outcome {
    let request = || make(identity, lanyard.port);
    let bytes = measure(lanyard, &request(), Duration::from_millis(500))?.2;
    let baseline = bare_axum(bytes)?;
    measure(&baseline, &request(), Duration::from_millis(500))?;
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    let (mut ours_rates, mut theirs_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let theirs = measure(&baseline, &request(), ROUND)?;
        let ours = measure(lanyard, &request(), ROUND)?;
        rates.push(ours.0 / theirs.0);
        costs.push(ours.1 / theirs.1);
        ours_rates.push(ours.0);
        theirs_rates.push(theirs.0);
    }
    println!("  {name}, {CONNECTIONS} connections, {bytes} bytes");
    line("    requests a second", median(ours_rates), "", None);
    line("    requests a second, bare axum", median(theirs_rates), "", None);
    line(
        "    requests a second over bare axum's",
        median(rates),
        "",
        Some(Target::AtLeast(0.60)),
    );
    line(
        "    server CPU a request over bare axum's",
        median(costs),
        "",
        Some(Target::AtMost(1.7)),
    );
    Ok(())
}

/// Requests a second, seconds of server CPU a request, and bytes of an answer.
fn measure(server: &Running, request: &Request, time: Duration) -> Result<(f64, f64, usize), Box<dyn Error>> {
    let sources = (0..CONNECTIONS)
        .map(|_| Box::new(Same(request.clone())) as Box<dyn Source>)
        .collect();
    let before = server.cpu_seconds()?;
    let run = client::run(server.port, sources, Some(time))?;
    let cost = (server.cpu_seconds()? - before) / run.count as f64;
    Ok((run.per_second(), cost, run.body_bytes))
}
