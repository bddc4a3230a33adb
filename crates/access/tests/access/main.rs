//! Access through its public face: real signatures, real tokens, accounts on a store in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod anonymous;
mod authentication;
mod authorization;
mod bearer;
mod claims;
mod condition_keys;
mod decisions;
mod key_age;
mod keys;
mod logins;
mod messages;
mod on_behalf;
mod order;
mod passwords;
mod revocation;
mod second_factors;
mod sessions;
mod subjects;
mod world;
