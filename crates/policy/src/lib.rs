//! The policy language and the decision: parse → validate → compile → decide → explain.
//!
//! A [`Document`] is policy text that was read; [`validate()`] reads one as the API does, with AWS's texts for what
//! is wrong with it. [`Policy::compile`] turns a document into the form that decisions use: indexed by service
//! and action, every pattern, number, date and address parsed once. [`decide()`] answers one [`Request`] under
//! its [`Layers`]; [`explain()`] answers the same and says why, statement by statement.
//!
//! Invariants:
//! - Doubt means deny: wherever it is unclear how AWS reads a policy, a statement that allows does not match
//!   and a statement that denies does.
//! - A decision allocates nothing (names of actions and stretches of patterns longer than 4 KiB aside, and names of
//!   keys in other scripts longer than 1 KiB), and nothing is ever tried twice: each value of the request is
//!   compared once with each value that a condition lists, in time linear in both; a stretch of a pattern that has
//!   `?` behind a star costs a step for each 64 of its characters.
//! - What is compiled never changes; it is shared by all who attach it.
//!
//! Deliberately absent: files, network, clock, randomness, and any knowledge of which policies apply to whom.
//! Time is a condition key like every other.
//!
//! ```
//! use std::sync::Arc;
//! use lanyard_names::AccountId;
//! use lanyard_policy::{
//!     Attached, Context, Document, Effect, Layer, Layers, Policy, PolicySource, Principal, Request, decide, explain,
//! };
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": {
//!     "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/${aws:username}/*"}}"#;
//! let identity = [Attached {
//!     policy: Arc::new(Policy::compile(&Document::parse(text)?)),
//!     source: PolicySource::Managed { arn: "arn:aws:iam::111122223333:policy/own-reports".into() },
//! }];
//! let principal = Principal::User {
//!     account: AccountId::parse("111122223333")?,
//!     arn: "arn:aws:iam::111122223333:user/carla".into(),
//!     id: None,
//! };
//! let mut context = Context::new();
//! context.insert("aws:username", "carla");
//! let request = |resource| Request {
//!     principal: &principal,
//!     action: "s3:GetObject",
//!     resource,
//!     resource_account: None,
//!     wildcard_only_action: false,
//!     partly_known: false,
//!     context: &context,
//! };
//! let layers = Layers { identity: &identity, ..Layers::default() };
//!
//! assert!(decide(&request("arn:aws:s3:::reports/carla/2026.csv"), &layers).is_allowed());
//! let refused = request("arn:aws:s3:::reports/bob/2026.csv");
//! let decision = decide(&refused, &layers);
//! assert_eq!((decision.effect, decision.layer), (Effect::ImplicitDeny, Some(Layer::Identity)));
//! assert_eq!(
//!     explain(&refused, &layers).change.to_string(),
//!     "add arn:aws:s3:::reports/bob/2026.csv to the Resource of statement 1 in \
//!      policy arn:aws:iam::111122223333:policy/own-reports, line 1",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admit;
mod ask;
mod colon;
mod compiled;
mod condition;
mod context;
mod context_keys;
mod decide;
mod decision;
mod document;
mod error;
mod explain;
mod fold;
mod glob;
pub mod json;
pub mod operator;
pub mod outline;
mod partly_known;
mod principal;
mod print;
mod public;
mod read;
mod request;
mod resource;
mod span;
mod statement_place;
mod survey;
mod truth;
mod validate;
pub mod value;

pub use compiled::{Bindings, KeyPrefix, Policy};
pub use context::{Context, ContextValue, KeyName, Text};
pub use context_keys::context_keys;
pub use decide::decide;
pub use decision::{Decision, Effect, Layer, StatementRef};
pub use document::{Document, PrincipalKind, PrincipalRef};
pub use error::{MalformedPolicy, SyntaxError};
pub use explain::{
    Change, ConditionTrace, Edit, ElementTrace, LayerTrace, PolicyTrace, StatementName, StatementTrace,
    Trace, explain,
};

pub use principal::Principal;
pub use request::{Attached, Layers, PolicySource, Request, ResourceLayer};
pub use span::{Lines, Span};
pub use statement_place::Place;
pub use survey::{MatchingStatement, Survey, survey};
pub use validate::{DocumentKind, non_whitespace_len, validate};
