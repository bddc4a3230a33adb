//! AssumeRole, whose record is in the synced trail before the answer, against two baselines: a raw
//! append-and-fdatasync group commit, and a bare axum endpoint that returns as many bytes.

use std::error::Error;
use std::time::Duration;

use crate::Outcome;
use crate::client::{self, Each, Run, Same, Source};
use crate::process::{Lanyard, Running, bare_axum, raw_append};
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request};

const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
const APPEND_SECONDS: f64 = 2.0;

/// What the trail record of one AssumeRole takes, roughly; the baseline appends as much.
const RECORD_BYTES: usize = 1_500;

pub(crate) fn run() -> Outcome {
    let lanyard = Lanyard::start("sessions")?;
    let identity = lanyard.administrator("sessions")?;
    make_role(&lanyard.running, &identity)?;
    let request = assume_role(&identity, lanyard.running.port);

    let (_, _, bytes) = measure(&lanyard.running, &request, Duration::from_millis(500))?;
    let axum = bare_axum(bytes)?;
    measure(&axum, &request, Duration::from_millis(500))?;
    let (mut of_appends, mut of_cpu) = (Vec::new(), Vec::new());
    let (mut ours_rates, mut append_rates, mut ours_costs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let appends = raw_append(CONNECTIONS, RECORD_BYTES, APPEND_SECONDS)?;
        let (_, bare_cost, _) = measure(&axum, &request, ROUND)?;
        let (rate, cost, _) = measure(&lanyard.running, &request, ROUND)?;
        of_appends.push(rate / appends);
        of_cpu.push(cost / bare_cost);
        ours_rates.push(rate);
        append_rates.push(appends);
        ours_costs.push(cost * 1e6);
    }
    println!("  AssumeRole, {CONNECTIONS} connections, {bytes} bytes");
    line("    sessions a second", median(ours_rates), "", None);
    line("    raw appends a second", median(append_rates), "", None);
    line(
        "    sessions over raw appends",
        median(of_appends),
        "",
        Some(Target::AtLeast(0.5)),
    );
    line("    server CPU a request", median(ours_costs), "µs", None);
    line(
        "    server CPU a request over bare axum's",
        median(of_cpu),
        "",
        Some(Target::AtMost(2.5)),
    );
    Ok(())
}

/// A role that everybody in the account may assume whom a policy allows it.
fn make_role(server: &Running, identity: &Identity) -> Outcome {
    let account = &identity.account;
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"AWS":"arn:aws:iam::{account}:root"}}}}}}"#
    );
    let parameters = [
        ("RoleName", "Deployer"),
        ("AssumeRolePolicyDocument", trust.as_str()),
    ];
    let made = requests::iam(identity, "CreateRole", &parameters, server.port);
    client::run(server.port, vec![Box::new(Each(vec![made].into_iter()))], None)?;
    Ok(())
}

fn assume_role(identity: &Identity, port: u16) -> Request {
    let role = format!("arn:aws:iam::{}:role/Deployer", identity.account);
    let parameters = [("RoleArn", role.as_str()), ("RoleSessionName", "bench")];
    requests::sts(identity, "AssumeRole", &parameters, port)
}

/// Requests a second, seconds of server CPU a request, and bytes of an answer.
fn measure(server: &Running, request: &Request, time: Duration) -> Result<(f64, f64, usize), Box<dyn Error>> {
    let sources = (0..CONNECTIONS)
        .map(|_| Box::new(Same(request.clone())) as Box<dyn Source>)
        .collect();
    let before = server.cpu_seconds()?;
    let run: Run = client::run(server.port, sources, Some(time))?;
    let cost = (server.cpu_seconds()? - before) / run.count as f64;
    Ok((run.per_second(), cost, run.body_bytes))
}
