//! Questions, answers and case files judged from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod answers;
mod case_files;
mod fields;
mod principals;
mod written;
