//! `policy-memory ENGINE`: what the policies of *tenant* take in one engine: bytes allocated, growth of the
//! process, and the size of the policies as JSON.

use std::hint::black_box;

#[cfg(feature = "peers")]
use lanyard_policy_bench::engines::Cedar;
use lanyard_policy_bench::engines::{Engine, Floor, Lanyard, json};
use lanyard_policy_bench::workload::{self, Workload};

fn main() {
    let workload = workload::tenant();
    let engine = std::env::args().nth(1).unwrap_or_default();
    let measure = match engine.as_str() {
        Lanyard::NAME => measure::<Lanyard>,
        Floor::NAME => measure::<Floor>,
        #[cfg(feature = "peers")]
        Cedar::NAME => measure::<Cedar>,
        _ => panic!("policy-memory: there is no engine `{engine}`"),
    };
    let (allocated, resident) = measure(&workload);
    let policies = workload.principals.iter().flatten();
    let text: usize = policies.map(|policy| json(policy).len()).sum();
    println!("{allocated} {resident} {text}");
}

fn measure<E: Engine>(workload: &Workload) -> (i64, i64) {
    // What is set up once for the first policy is not a policy's.
    drop(E::load(&workload::small()));
    let before = resident_bytes();
    let mut policies = None;
    let allocated = allocation_counter::measure(|| policies = Some(E::load(workload)));
    let resident = resident_bytes() - before;
    black_box(policies);
    (allocated.bytes_current, resident)
}

fn resident_bytes() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<i64>().ok());
    kilobytes.expect("a size") * 1024
}
