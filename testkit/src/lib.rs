//! What tests of several crates share: every storage engine, a whole house in one process, and scenarios.
//!
//! A scenario is a text file: requests in, full XML out. It is run on every engine, because callers must not be
//! able to tell which one is below. The tests over a real socket with real clients are not here but in `e2e/`.
//!
//! Only tests depend on this crate; it may name engines, and it may panic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "only tests use this crate: a panic is how they fail"
)]

mod engines;
mod house;
mod masks;
mod scenario;

pub use engines::{Kept, every_engine};
pub use house::{Answer, Credentials, House};
pub use masks::Masks;
pub use scenario::{Scenario, Step};
