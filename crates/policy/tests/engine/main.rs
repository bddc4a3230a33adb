//! The engine judged from outside: each rule of the policy language in both directions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod account;
mod conditions;
mod context;
mod cross_account;
mod doubts;
mod explanations;
mod laws;
mod matching;
mod organization;
mod parsing;
mod partly_known;
mod principals;
mod suggestions;
mod trust;
mod validation;
mod variables;
mod world;
