//! The gateway: servers that speak AWS's protocols behind Lanyard, so that policies decide what reaches them.
//!
//! A request for a store goes through [`Gateway::handle`] (`s3`), one for any other service through
//! [`Gateway::handle_service`] (`aws`): its signature is verified, its meaning is worked out (`lanyard_mapping`), every
//! permission that it needs is decided, and only then is its body touched, unless what it asks for stands there. What is
//! allowed is answered by Lanyard itself (`s3::answered`) or sent on: a new request, built from what was decided on,
//! signed with the upstream's own credentials (`upstream`), with a body that is checked while it streams (`body`).
//!
//! Invariants:
//! - Nothing of a request that is not allowed reaches the upstream: not its head, not a byte of its body.
//! - What reaches the upstream is what was decided on; nothing the client sent is passed on because it was there.
//! - A bucket that nobody owns in Lanyard is not there, whatever the upstream has.
//! - Every wait and every buffer is bounded.
//!
//! Deliberately absent: the listener, configuration files, and what a request means.

mod answer;
mod arrival;
mod aws;
mod body;
mod error;
mod gateway;
mod owners;
mod probe;
mod record;
mod s3;
mod services;
mod settings;
mod unconfigured;
mod upstream;
mod xml;

pub use answer::{GatewayBody, GatewayBodyError, GatewayOutcome};
pub use aws::{knows_service, refuse_unconfigured_service, service_of_target};
pub use error::is_denial;
pub use gateway::Gateway;
pub use probe::{ProbeOutcome, probe};
pub use s3::answered::{BucketPolicyError, check_bucket_policy};
pub use services::GatewayServices;
pub use settings::{DataEvents, Mode, SettingsError, UpstreamSettings, is_answered_here};
pub use unconfigured::refuse_unconfigured;
pub use upstream::UpstreamStatus;
