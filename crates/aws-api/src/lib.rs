//! The API of AWS IAM and STS as Rust types, and the query protocol they travel in.
//!
//! Everything that can be known from AWS's own API model is generated from it
//! into [`iam`], [`sts`] and [`OperationId`]: one marker type per operation
//! with its input and output, nested structures, enums, limits, patterns,
//! pagination and error codes. What differs between two operations is data:
//! *shape tables* ([`shape`]) say what each member is called and what it must
//! satisfy, and one decoder and one encoder ([`query`]) walk them. That keeps
//! two hundred operations cheap to compile and makes their errors alike.
//!
//! Invariant: a decoded input satisfies every limit, pattern and enum of the
//! model, so operations never check them again.
//!
//! Not here: what an operation does, who may call it, and every rule that the
//! model does not state.
//!
//! ```
//! use lanyard_aws_api::{Service, iam, query};
//!
//! let form = query::parse_form(b"Action=DeleteUser&Version=2010-05-08&UserName=ana")?;
//! assert_eq!(query::operation(Service::Iam, &form)?.action(), "iam:DeleteUser");
//! let input: iam::DeleteUserInput = query::decode::<iam::DeleteUser>(&form)?;
//! assert_eq!(input.user_name, "ana");
//! let answer: Vec<u8> = query::encode::<iam::DeleteUser>(&(), "request-id");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error_code;
#[rustfmt::skip]
mod generated;
mod operation;
pub mod query;
mod sensitive;
mod service;
pub mod shape;
pub mod value;

pub use error_code::{ErrorCode, Fault};
pub use generated::{OperationId, iam, sts};
pub use operation::{Input, Operation, OperationFacts, Output, Pagination};
pub use sensitive::Sensitive;
pub use service::Service;
pub use value::Structure;
