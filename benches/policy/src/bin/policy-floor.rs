//! `policy-floor [WORKLOAD…]`: the engine against the floor alone, for whoever works on the engine.

use lanyard_policy_bench::compile;
use lanyard_policy_bench::engines::{Engine, Floor, Lanyard};
use lanyard_policy_bench::race::{agree, pin, ready, turn};
use lanyard_policy_bench::report::{Bar, Figures, line};
use lanyard_policy_bench::workload::{self, Workload};

const ROUNDS: usize = 61;

fn main() {
    pin();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    if is_wanted("small") {
        compare(&workload::small(), 512, 5.0);
    }
    if is_wanted("wide") {
        compare(&workload::wide(), 512, 5.0);
    }
    if is_wanted("tenant") {
        compare(&workload::tenant(), usize::MAX, 2.5);
    }
    if is_wanted("compile") {
        compile::run(&workload::tenant());
    }
}

fn compare(workload: &Workload, timed: usize, bar: f64) {
    println!("\n{}", workload.name);
    let timed = timed.min(workload.questions.len());
    let (lanyard, floor) = (ready::<Lanyard>(workload), ready::<Floor>(workload));
    let answers: Vec<bool> = (0..workload.questions.len())
        .map(|question| floor.allows(question))
        .collect();
    agree(&answers, workload, &lanyard);
    let (mut ours, mut floors, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (own, other) = (turn(&lanyard, timed), turn(&floor, timed));
        ours.push(own * 1e6);
        floors.push(other * 1e6);
        ratios.push(own / other);
    }
    line(Lanyard::NAME, &Figures::new(ours), "µs", None);
    line(Floor::NAME, &Figures::new(floors), "µs", None);
    line(
        "lanyard over floor",
        &Figures::new(ratios),
        "×",
        Some(Bar::AtMost(bar)),
    );
}
