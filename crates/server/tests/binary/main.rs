//! The binary from outside: what it prints, what it leaves on disk, how it ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod accounts;
mod first_start;
mod gateway;
mod gateway_services;
mod help;
mod http2;
mod readme;
mod resource_tags;
mod server;
mod serving;
mod tls;
