//! What tests of several crates share: a whole Lanyard in one process on any storage engine, and scenarios.
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

mod answer;
mod census;
mod client;
mod difference;
mod engine;
mod masks;
mod s3;
pub mod scenario;
mod upstream;
mod world;

pub use answer::Answer;
pub use census::census;
pub use client::{Call, Credentials, Manner};
pub use difference::difference;
pub use engine::EngineKind;
pub use masks::Masks;
pub use s3::S3Request;
pub use upstream::{Behaviour, FakeUpstream, Received, eventually};
pub use world::World;
