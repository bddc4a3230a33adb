//! The gateway before services other than S3, in one process: what reaches the upstream, and what the client is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod accounts;
mod bodies;
mod buckets;
mod decisions;
mod faults;
mod forward_access;
mod lookups;
mod observing;
mod one_reading;
mod partly_known;
mod queue_addresses;
mod records;
mod request;
mod signatures;
mod stage;
mod tags;
mod wire;
