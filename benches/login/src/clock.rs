//! CPU time. A login waits for its record to be on disk, which is no work of the processor's.

use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How many times two things take turns.
pub const ROUNDS: usize = 31;
/// How long a turn lasts at least.
const TURN: Duration = Duration::from_millis(20);

/// What this thread has used so far.
pub fn of_thread() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// What all threads have used so far.
pub fn of_process() -> Duration {
    read(ClockId::ProcessCPUTime)
}

fn read(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}

/// Microseconds for one.
pub fn timed<T>(mut one: impl FnMut() -> T) -> f64 {
    let started = of_thread();
    let mut count = 0;
    loop {
        for _ in 0..64 {
            black_box(one());
        }
        count += 64;
        let passed = of_thread() - started;
        if passed >= TURN {
            return micros(passed, count);
        }
    }
}

/// Microseconds for each of so many.
pub fn micros(passed: Duration, count: u32) -> f64 {
    passed.as_secs_f64() * 1e6 / f64::from(count)
}

/// What was measured against the same floor, round by round.
#[derive(Default)]
pub struct Race {
    floors: Vec<f64>,
    lanes: Vec<(&'static str, Vec<f64>, Option<f64>)>,
}

impl Race {
    /// Adds a round's floor.
    pub fn floor(&mut self, micros: f64) {
        self.floors.push(micros);
    }

    /// Adds what was measured in this round. The bar is the most that it may be of the floor.
    pub fn lane(&mut self, name: &'static str, micros: f64, bar: Option<f64>) {
        match self.lanes.iter_mut().find(|(other, ..)| *other == name) {
            Some((_, measured, _)) => measured.push(micros),
            None => self.lanes.push((name, vec![micros], bar)),
        }
    }

    /// Prints the medians, and the ends of the middle half.
    pub fn print(&self, name: &str) {
        println!("{name}, {} rounds", self.floors.len());
        println!(
            "  {:<34} {:>8.2} us",
            "the signature alone",
            middle(self.floors.clone()).0
        );
        for (lane, measured, bar) in &self.lanes {
            let (micros, ..) = middle(measured.clone());
            let ratios = measured
                .iter()
                .zip(&self.floors)
                .map(|(mine, floor)| mine / floor);
            let (ratio, low, high) = middle(ratios.collect());
            let verdict = match bar {
                None => String::new(),
                Some(bar) if ratio <= *bar => format!("  at most {bar}: met"),
                Some(bar) => format!("  at most {bar}: MISSED"),
            };
            println!("  {lane:<34} {micros:>8.2} us  {ratio:>6.2} ({low:.2} to {high:.2}){verdict}");
        }
    }
}

fn middle(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get(values.len() * share / 4).copied().unwrap_or(f64::NAN);
    (at(2), at(1), at(3))
}
