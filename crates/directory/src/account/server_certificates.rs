//! Reading server certificates.

use std::sync::Arc;

use lanyard_names::{FoldedName, UniqueId};

use super::Account;
use super::read::from;
use crate::record::ServerCertificate;

impl Account {
    /// The server certificate of a name, compared without regard to case.
    #[must_use]
    pub fn server_certificate(&self, name: &str) -> Option<&Arc<ServerCertificate>> {
        FoldedName::with(name, |folded| self.server_certificates.get(folded))
    }

    /// The server certificate of a unique id.
    #[must_use]
    pub fn server_certificate_by_id(&self, id: UniqueId) -> Option<&Arc<ServerCertificate>> {
        self.server_certificates_by_id.get(&id)
    }

    /// All server certificates in order of name, beginning after a name.
    pub fn server_certificates(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<ServerCertificate>> {
        from(&self.server_certificates, after)
    }

    /// How many server certificates there are.
    #[must_use]
    pub fn server_certificate_count(&self) -> usize {
        self.server_certificates.len()
    }
}
