//! The rules of an account, each through the directory on a store in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    reason = "test code"
)]

mod buckets;
mod conflicts;
mod creation;
mod gathering;
mod managed;
mod model;
mod names;
mod quotas;
mod stored;
mod trust;
mod world;
