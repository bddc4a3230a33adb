//! The pipeline that every request passes, and every operation of IAM and STS.
//!
//! A request comes in as HTTP and goes out as HTTP; in between, [`Pipeline`] authenticates it, decodes it, decides
//! it, runs it, records it and encodes the answer. An operation is one small file that says what the request is
//! decided on and what it answers or changes (`iam/<resource>/<operation>.rs`, `sts/<operation>.rs`); it can forget
//! nothing, because everything else is not its business.
//!
//! This is the only crate that knows wire codes. What is not implemented stands in `not_implemented.txt`.

mod admission;
mod aside;
mod body;
mod change;
mod dispatch;
mod error;
mod federation;
mod handling;
mod iam;
mod operation;
mod page;
mod pipeline;
mod services;
mod sts;
mod subject;
mod view;

pub use admission::Admission;
pub use body::{BODY_BYTES_MAX, BodyBudget};
pub use dispatch::is_implemented;
pub use federation::Federation;
pub use iam::credential_report::CredentialReports;
pub use iam::service_last_accessed::LastAccessedJobs;
pub use lanyard_access::Peer;
pub use pipeline::{Pipeline, RefusedWith};
pub use services::Services;
