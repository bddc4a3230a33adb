//! The policy engine and its peers on the same policies and questions.
//!
//! `workload` makes them, `engines` has a translation for each engine, `bin/policy.rs` compares answers and times,
//! and `bin/policy-memory.rs` counts what one engine allocates. The two are programs of their own because
//! whoever counts allocations also slows them down.

pub mod compile;
pub mod engines;
pub mod race;
pub mod report;
pub mod workload;
