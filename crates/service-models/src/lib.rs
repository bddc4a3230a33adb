//! How requests to every AWS service look: protocols, operations, and the whole shape of each input.
//!
//! A gateway that decides on requests has to read them as the service behind it will. What a request names follows
//! from the public models of the services: where a member stands, what it is called there, and what it may hold.
//! [`service_models()`] has them from a data set that lies compressed in the program, a block for each service.
//!
//! Invariants:
//! - Only the list of services is read at the start; the operations of a service are read when they are first asked
//!   for, and stay.
//! - Shapes may hold themselves, as the values of DynamoDB do: nobody may walk them without a bound on the depth.
//! - A damaged block is a service without operations, so that nothing about it is ever allowed.
//!
//! Deliberately absent: outputs but for the names under which new resources are announced, limits and patterns of
//! values, and what a request means for a decision.
//!
//! ```
//! use lanyard_service_models::{Protocol, service_models};
//!
//! let [dynamodb, _streams] = service_models().signed_as("dynamodb") else {
//!     panic!("two services are signed for as dynamodb");
//! };
//! assert_eq!(dynamodb.protocols(), [Protocol::Json10]);
//! let operation = dynamodb.operation("GetItem").unwrap();
//! let table = operation.input().and_then(|input| input.member("TableName"));
//! assert!(table.is_some_and(|member| member.is_required()));
//! ```

mod decode;
mod iam_prefix;
mod like;
mod line;
mod operation;
mod protocol;
mod service;
mod shape;
mod uri;

pub use operation::{OperationModel, Payload, PayloadKind};
pub use protocol::Protocol;
pub use service::{ServiceModel, ServiceModels, service_models};
pub use shape::{List, Location, Map, Member, Shape, Structure};
pub use uri::{Segment, UriTemplate};
