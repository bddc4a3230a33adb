//! What the pipeline and the operations work with; made once, by the server.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{Authenticator, DecisionLog, Keyring, Passwords, SecondFactors, Vault};
use lanyard_audit::Trail;
use lanyard_directory::Directory;

use crate::admission::Admission;
use crate::body::BodyBudget;
use crate::federation::Federation;
use crate::iam::credential_report::CredentialReports;
use crate::iam::service_last_accessed::LastAccessedJobs;

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
    /// What checks the codes of second factors.
    pub second_factors: Arc<SecondFactors>,
    /// What hashes and checks passwords.
    pub passwords: Arc<Passwords>,
    /// Decisions that can be explained.
    pub decisions: Arc<DecisionLog>,
    /// The trail.
    pub trail: Trail,
    /// What bodies may hold in memory together.
    pub bodies: BodyBudget,
    /// Who is believed about callers that have no key, and under which names this server is known to them.
    pub federation: Arc<Federation>,
    /// How many of those callers are heard at once.
    pub strangers: Admission,
    /// The credential reports of accounts.
    pub credential_reports: Arc<CredentialReports>,
    /// The jobs that find out what was last accessed.
    pub last_accessed_jobs: Arc<LastAccessedJobs>,
}

impl Services {
    /// Now. The one clock of this crate.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
