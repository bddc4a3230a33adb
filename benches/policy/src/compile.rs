//! What it takes to read and compile policies, against what a JSON parser takes for the same bytes.

use std::hint::black_box;
use std::time::Instant;

use crate::engines::{compile, json};
use crate::report::{Bar, Figures, line};
use crate::workload::Workload;

const ROUNDS: usize = 15;
const POLICIES: usize = 5_000;

/// Compares the two in alternation.
pub fn run(workload: &Workload) {
    let policies = workload.principals.iter().flatten().take(POLICIES);
    let texts: Vec<String> = policies.map(json).collect();
    let mut ratios = Vec::new();
    let mut ours = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for text in &texts {
            black_box(compile(black_box(text)));
        }
        let compiled = start.elapsed().as_secs_f64();
        let start = Instant::now();
        for text in &texts {
            black_box(serde_json::from_str::<serde_json::Value>(black_box(text)).expect("JSON"));
        }
        ratios.push(compiled / start.elapsed().as_secs_f64());
        ours.push(compiled * 1e6 / texts.len() as f64);
    }
    line("read and compile a policy", &Figures::new(ours), "µs", None);
    line(
        "… over serde_json's parse of the text",
        &Figures::new(ratios),
        "×",
        Some(Bar::AtMost(3.0)),
    );
}
