//! What every face needs to answer: the parts of the server, and the request as it came.
//!
//! Faces know this and what decides; the decision point knows the faces. So none of them knows another.

use std::sync::Arc;

use http::request::Parts;
use jiff::Timestamp;
use lanyard_access::{Authenticator, DecisionLog, Keyring, Peer, RequestId};
use lanyard_audit::Trail;
use lanyard_directory::Directory;

use crate::body::BodyBudgets;

/// The parts of the server that questions need.
pub struct DecisionPointServices {
    /// The accounts.
    pub directory: Arc<Directory>,
    /// Who is asking.
    pub authenticator: Arc<Authenticator>,
    /// Decisions that can be explained. Enforcement points ask for many, so it is best a log of its own.
    pub decisions: Arc<DecisionLog>,
    /// The trail.
    pub trail: Trail,
    /// What pages of searches are sealed with.
    pub keyring: Arc<Keyring>,
    /// Under which origin clients know the server, such as `https://iam.example.com`.
    pub origin: String,
}

/// One request over HTTP, and what it needs to be answered. Its body is still to be read.
pub(crate) struct Asked<'a> {
    pub(crate) services: &'a DecisionPointServices,
    pub(crate) bodies: &'a BodyBudgets,
    pub(crate) parts: &'a Parts,
    pub(crate) peer: Peer,
    pub(crate) id: RequestId,
    pub(crate) now: Timestamp,
}
