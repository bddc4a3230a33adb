//! The engine against its slow twin, laws that hold of both, and a generator that is worth its name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod census;
mod completions;
mod differential;
mod laws;
mod published;
mod seeds;
mod shrink;
