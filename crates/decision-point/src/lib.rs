//! The decision point: any program asks whether somebody may do something, and Lanyard answers.
//!
//! Five ways to ask, for as many kinds of enforcement points: `POST /authorize` in JSON, one question or many, for
//! programs that can sign requests; OpenID's AuthZEN under `/authzen/APPLICATION`; `POST /authorize/minio`, the wire
//! format of MinIO's access management plugin; `GET /authorize/nginx`, for nginx's `auth_request`; and Envoy's
//! `ext_authz` over gRPC.
//!
//! Whoever asks needs permission to ask: `lanyard:Authorize` on the principal that is asked about, and where other
//! accounts are concerned their consent; `lanyard:Search` to be told names. Who is asked about is a [`Subject`](lanyard_access::Subject), never a
//! [`Caller`](lanyard_access::Caller).
//!
//! Invariants:
//! - Keys about the principal come from the directory or from a verified session token. An asker that supplies one is
//!   refused by name.
//! - Nothing says whether a principal exists to somebody who may not ask about it.
//! - Every denial has an id; the reasons of the first 100 of a request are kept under theirs for a while.
//! - What nobody is known to own is the asker's: no account's policies open another's things.
//! - What one request holds in memory is bounded, and so is what all of them hold together.
//!
//! Deliberately absent: enforcing. What the asker does with an answer is its own business.

mod answer;
mod authorize;
mod authzen;
mod batch;
mod body;
mod bounded;
mod enforcement_point;
mod ext_authz;
mod hearing;
mod identify;
mod ids;
mod keys;
mod minio;
mod nginx;
mod permission;
mod person;
mod point;
mod proxied;
mod question;
mod record;
mod refusal;
mod request_path;
mod resource;
mod services;
mod snapshots;
mod tags;

pub use ext_authz::GrpcBody;
pub use point::DecisionPoint;
pub use services::DecisionPointServices;
