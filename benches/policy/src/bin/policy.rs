//! `cargo xtask bench policy`: the policy engine against its peers, in one run on one core.
//!
//! Answers are compared first; a disagreement ends the run. Then the engines take turns, several rounds, and what
//! counts is the ratio of their times within a round: it survives a slow machine, a number does not.

use std::process::{Command, ExitCode};

use lanyard_policy_bench::compile;
use lanyard_policy_bench::engines::{Casbin, Cedar, Engine, Floor, Lanyard, Rego};
use lanyard_policy_bench::race::{self, agree, ready, turn};
use lanyard_policy_bench::report::{Bar, Figures, line};
use lanyard_policy_bench::workload::{self, ANSWERED_BY_ALL, Workload};

const ROUNDS: usize = 15;

struct Bars {
    over_cedar: f64,
    over_floor: f64,
}

fn main() -> ExitCode {
    race::pin();
    let small = workload::small();
    let small_times = compare(
        &small,
        512,
        &Bars {
            over_cedar: 150.0,
            over_floor: 5.0,
        },
    );
    let wide = workload::wide();
    let wide_times = compare(
        &wide,
        512,
        &Bars {
            over_cedar: 400.0,
            over_floor: 5.0,
        },
    );
    println!("\ngrowth");
    let rounds = wide_times.iter().zip(&small_times);
    let growth = Figures::new(rounds.map(|(wide, small)| wide / small).collect());
    line("wide over small", &growth, "×", Some(Bar::AtMost(6.0)));

    let tenant = workload::tenant();
    compare(
        &tenant,
        tenant.questions.len(),
        &Bars {
            over_cedar: 15.0,
            over_floor: 2.5,
        },
    );
    println!("\ncompile");
    compile::run(&tenant);
    match memory() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("policy: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers and times of all engines. Gives back what ours takes for a question, in seconds, round by round.
fn compare(workload: &Workload, timed: usize, bars: &Bars) -> Vec<f64> {
    println!("\n{}", workload.name);
    let lanyard = ready::<Lanyard>(workload);
    let floor = ready::<Floor>(workload);
    let cedar = ready::<Cedar>(workload);
    let rego = ready::<Rego>(workload);
    let casbin = ready::<Casbin>(workload);

    let answers: Vec<bool> = (0..workload.questions.len())
        .map(|question| floor.allows(question))
        .collect();
    agree(&answers, workload, &lanyard);
    agree(&answers, workload, &cedar);
    agree(&answers[..ANSWERED_BY_ALL], workload, &rego);
    agree(&answers[..ANSWERED_BY_ALL], workload, &casbin);
    let allowed = answers.iter().filter(|allowed| **allowed).count();
    println!(
        "  answers agree: {} questions, {ANSWERED_BY_ALL} of them asked of all five; {} % allowed",
        answers.len(),
        allowed * 100 / answers.len()
    );

    let few = timed.min(512);
    let mut times: [Vec<f64>; 5] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(turn(&lanyard, timed));
        times[1].push(turn(&floor, timed));
        times[2].push(turn(&cedar, timed));
        times[3].push(turn(&rego, few));
        times[4].push(turn(&casbin, few));
    }
    let names = [Lanyard::NAME, Floor::NAME, Cedar::NAME, Rego::NAME, Casbin::NAME];
    for (name, times) in names.iter().zip(&times) {
        let microseconds = times.iter().map(|time| time * 1e6).collect();
        line(name, &Figures::new(microseconds), "µs", None);
    }
    let ratio = |over: usize, under: usize| {
        let pairs = times[over].iter().zip(&times[under]);
        Figures::new(pairs.map(|(over, under)| over / under).collect())
    };
    line(
        "cedar over lanyard",
        &ratio(2, 0),
        "×",
        Some(Bar::AtLeast(bars.over_cedar)),
    );
    line(
        "lanyard over floor",
        &ratio(0, 1),
        "×",
        Some(Bar::AtMost(bars.over_floor)),
    );
    line("regorus over lanyard", &ratio(3, 0), "×", None);
    line("casbin over lanyard", &ratio(4, 0), "×", None);
    let [ours, ..] = times;
    ours
}

/// Memory, each engine in a process of its own.
fn memory() -> Result<(), String> {
    println!("\nmemory of tenant");
    let [ours, floor, cedar] = [Lanyard::NAME, Floor::NAME, Cedar::NAME].map(memory_of);
    let (ours, floor, cedar) = (ours?, floor?, cedar?);
    let text = ours.text;
    for (name, memory) in [
        (Lanyard::NAME, &ours),
        (Floor::NAME, &floor),
        (Cedar::NAME, &cedar),
    ] {
        let megabytes = Figures::new(vec![memory.allocated / 1e6]);
        line(&format!("{name}, allocated"), &megabytes, "MB", None);
        let megabytes = Figures::new(vec![memory.resident / 1e6]);
        line(&format!("{name}, growth of the process"), &megabytes, "MB", None);
    }
    let one = |value: f64| Figures::new(vec![value]);
    line("the policies' JSON", &one(text / 1e6), "MB", None);
    let over_json = one(ours.allocated / text);
    line(
        "lanyard over the JSON, allocated",
        &over_json,
        "×",
        Some(Bar::AtMost(2.5)),
    );
    line(
        "… by growth of the process",
        &one(ours.resident / text),
        "×",
        None,
    );
    let over_ours = one(cedar.allocated / ours.allocated);
    line(
        "cedar over lanyard, allocated",
        &over_ours,
        "×",
        Some(Bar::AtLeast(8.0)),
    );
    line(
        "… by growth of the process",
        &one(cedar.resident / ours.resident),
        "×",
        None,
    );
    Ok(())
}

struct Memory {
    allocated: f64,
    resident: f64,
    text: f64,
}

fn memory_of(engine: &str) -> Result<Memory, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program.with_file_name("policy-memory"))
        .arg(engine)
        .output()
        .map_err(|error| format!("policy-memory: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    match numbers.as_slice() {
        [allocated, resident, text] => Ok(Memory {
            allocated: *allocated,
            resident: *resident,
            text: *text,
        }),
        _ => Err(format!(
            "policy-memory {engine}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}
