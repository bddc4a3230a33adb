//! What the gateway works with; shared with the API of the same server.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{Authenticator, DecisionLog};
use lanyard_audit::Trail;
use lanyard_directory::Directory;

/// The parts of the server that the gateway needs.
#[derive(Clone, Debug)]
pub struct GatewayServices {
    /// The accounts, and whose bucket is whose.
    pub directory: Arc<Directory>,
    /// Who is calling.
    pub authenticator: Arc<Authenticator>,
    /// Decisions that can be explained.
    pub decisions: Arc<DecisionLog>,
    /// The trail.
    pub trail: Trail,
}

impl GatewayServices {
    /// Now. The one clock of this crate.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
