//! Signing in from request to answer, in one process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod browser;
mod client;
mod federation;
mod issuer;
mod login;
mod password;
mod proofs;
mod revoke;
mod sign_in;
mod world;
