//! The gateway before a store that is none, in one process: what reaches the store, and what the client is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod access;
mod attacks;
mod bodies;
mod checksums;
mod chunks;
mod faults;
mod observing;
mod presigned;
mod records;
mod resource_policies;
mod stage;
mod tls;
mod wire;
