//! What the pipeline and the operations work with; made once, by the server.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{Authenticator, DecisionLog, Keyring, Vault};
use lanyard_audit::Trail;
use lanyard_directory::Directory;

use crate::body::BodyBudget;

/// The parts of the server that requests need.
pub struct Services {
    /// The accounts.
    pub directory: Arc<Directory>,
    /// Who is calling.
    pub authenticator: Arc<Authenticator>,
    /// What seals access keys.
    pub vault: Arc<Vault>,
    /// What seals sessions.
    pub keyring: Arc<Keyring>,
    /// Decisions that can be explained.
    pub decisions: Arc<DecisionLog>,
    /// The trail.
    pub trail: Trail,
    /// What bodies may hold in memory together.
    pub bodies: BodyBudget,
}

impl Services {
    /// Now. The one clock of this crate.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
