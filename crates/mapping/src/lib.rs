//! From one parsed request to what it means: the operation, the permissions it needs, and what may be sent on.
//!
//! What stands behind the gateway must do exactly what was decided on. So a request is read once, strictly, into a
//! [`Mapped`]; the decision is made on that, and the request that goes upstream is built from that alone. A service
//! is data: a table generated from its public model (methods, paths, parameters, headers), and beside it a written
//! one with what no model says (actions, resources, condition keys).
//!
//! Invariants:
//! - What is not known is refused if it could change meaning, and dropped if it could not.
//! - [`Mapped::upstream_target`] maps to the same [`Mapped`] again.
//! - Nothing is guessed: a parameter given twice, a value outside its type, an encoding that two programs could read
//!   differently are refused.
//!
//! Deliberately absent: signatures, who the caller is, who owns a bucket, decisions, and anything that waits.

mod action;
pub mod aws;
mod error;
mod explain;
#[rustfmt::skip]
mod generated;
mod headers;
mod hosts;
mod incoming;
mod mapped;
mod model;
mod operation;
mod percent;
mod query;
mod s3;
mod scan;
mod select;
mod value;
mod xml;

pub use error::{Absent, MappingError};
pub use explain::{
    Ask, Explanation, Meaning, NeededPermission, ServiceExplanation, ServiceMeaning, Upstream, explain_s3,
    explain_service,
};
pub use hosts::Hosts;
pub use incoming::Incoming;
pub use mapped::{Asked, BatchDelete, DeleteEntry, Mapped, Needs, ObjectRef};
pub use operation::{AnsweredBy, Body, Level, Operation};
pub use s3::{map_post_object, map_s3};
