//! Engines take turns on one core.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use crate::engines::{Engine, Floor};
use crate::workload::Workload;

/// A turn of an engine takes at least this long, so that what a turn begins with does not matter.
const TURN_SECONDS: f64 = 0.02;

/// Starts this program again on the second core, unless that has been done.
pub fn pin() {
    const PINNED: &str = "LANYARD_BENCH_IS_PINNED";
    if std::env::var_os(PINNED).is_some() {
        return;
    }
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new("taskset");
    command
        .args(["--cpu-list", "1"])
        .arg(program)
        .args(std::env::args_os().skip(1));
    let status = command.env(PINNED, "1").status().expect("taskset is installed");
    std::process::exit(status.code().unwrap_or(1));
}

/// An engine with a workload.
pub fn ready<E: Engine>(workload: &Workload) -> E {
    E::new(workload, E::load(workload))
}

/// Ends the run unless an engine answers as the others do.
pub fn agree<E: Engine>(answers: &[bool], workload: &Workload, engine: &E) {
    for (number, expected) in answers.iter().enumerate() {
        if engine.allows(number) != *expected {
            let question = &workload.questions[number];
            eprintln!(
                "policy: {} and {} disagree on question {number} of {}: user {} asks for {} on {}, context {}",
                E::NAME,
                Floor::NAME,
                workload.name,
                question.principal,
                question.action,
                question.resource,
                question.context
            );
            std::process::exit(1);
        }
    }
}

/// Seconds that a question takes: the questions are asked again and again for a while.
#[inline(never)]
pub fn turn<E: Engine>(engine: &E, questions: usize) -> f64 {
    let start = Instant::now();
    let mut asked = 0;
    loop {
        for question in 0..questions {
            black_box(engine.allows(black_box(question)));
        }
        asked += questions;
        let seconds = start.elapsed().as_secs_f64();
        if seconds >= TURN_SECONDS {
            return seconds / asked as f64;
        }
    }
}
