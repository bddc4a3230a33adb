//! Every AWS service but S3: from a request to the permissions it needs, and to the request that is sent on.
//!
//! What no written table could hold, nineteen thousand operations, is compiled from two public data sets: how the
//! requests look (`service-models`), and which actions and resources they are decided on (the catalogue). Rules bind
//! the placeholders of a resource's ARN to members of the request; where rules cannot know, a table by hand does
//! (`overrides`); where neither does, the operation is refused.
//!
//! Invariants:
//! - Whatever the protocol, a request is read into one typed [`Node`] before anything looks at it. What two programs
//!   could read differently is refused.
//! - Nothing is guessed: two members that could equally well name a resource name none.
//! - What goes upstream is built from what was read, or is the very body that was read, where that has one meaning.
//!
//! Deliberately absent: S3 (its own table), signatures, the tags that resources have, and decisions.

mod also;
mod arn_form;
mod base64;
mod begin;
mod bind;
mod by_arn;
mod call;
mod compile;
mod complete;
mod coverage;
mod described;
mod find;
mod headers;
mod input;
mod lookup;
mod lower_case;
mod named;
mod overrides;
mod owner;
mod packed;
mod partly_known;
mod pass_role;
mod pin;
mod read;
mod renamed;
mod request;
mod resolve;
mod separators;
mod tables;
mod tag_on_creation;
mod tags;
mod unnamed;
mod words;

pub use begin::ServiceMapping;
pub use call::{BodyUse, Completed, DefaultSubnet, KeySchema, Known, Lookup, Permission, Scope, ServiceCall};
pub use complete::Begun;
pub use coverage::{CoverageRow, How};
pub use described::{Described, Ec2Question};
pub use input::{Blob, Input, Node};
