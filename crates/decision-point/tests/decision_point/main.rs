//! The decision point from request to answer, in one process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod attacks;
mod authorize;
mod authzen;
mod authzen_attacks;
mod authzen_evaluations;
mod authzen_search;
mod bodies;
mod envoy;
mod envoy_attacks;
mod ext_authz;
mod last_used;
mod minio;
mod nginx;
mod openapi;
mod slow;
mod world;
