//! The trail on a real directory: nothing acknowledged is lost, nothing is there twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod moving;
mod reading;
mod records;
mod world;
mod writing;
