//! `cargo xtask bench [NAME…]`: Lanyard against named baselines, in one run.
//!
//! The server, and each baseline, has core 0 for itself; this client has core 1. Requests are signed before
//! the clock starts. Each comparison alternates between the two sides, several rounds, and prints ratios of
//! medians: a ratio survives a slow machine, a number does not.

mod client;
mod credential_report;
mod decision_point;
mod durable;
mod gateway;
mod growth;
mod process;
mod reads;
mod report;
mod requests;
mod sessions;
mod sizes;
mod start;

use std::error::Error;
use std::process::ExitCode;

/// What every bench gives back.
type Outcome = Result<(), Box<dyn Error>>;

type Bench = fn() -> Outcome;

/// The benches by name.
const BENCHES: [(&str, Bench); 9] = [
    ("reads", reads::run),
    ("durable", durable::run),
    ("sessions", sessions::run),
    ("growth", growth::run),
    ("sizes", sizes::run),
    ("credential-report", credential_report::run),
    ("start", start::run),
    ("gateway", gateway::run),
    ("authorize", decision_point::run),
];

fn main() -> ExitCode {
    if let Err(error) = process::move_to_core_one() {
        eprintln!("bench: {error}");
        return ExitCode::FAILURE;
    }
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted
        .iter()
        .find(|name| !BENCHES.iter().any(|(known, _)| known == name))
    {
        let known: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("bench: there is no `{unknown}`; there are {}", known.join(", "));
        return ExitCode::from(2);
    }
    for (name, run) in BENCHES {
        if !wanted.is_empty() && !wanted.iter().any(|word| word == name) {
            continue;
        }
        println!("\n{name}");
        if let Err(error) = run() {
            eprintln!("bench {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
