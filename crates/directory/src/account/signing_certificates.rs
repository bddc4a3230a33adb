//! Reading signing certificates.

use std::sync::Arc;

use super::Account;
use crate::record::{KeyOwner, SigningCertificate};

impl Account {
    /// The signing certificate of an id.
    #[must_use]
    pub fn signing_certificate(&self, id: &str) -> Option<&Arc<SigningCertificate>> {
        self.signing_certificates.get(id)
    }

    /// The signing certificates of a user or the root user, oldest first.
    #[must_use]
    pub fn signing_certificates_of(&self, owner: KeyOwner) -> Vec<&Arc<SigningCertificate>> {
        let ids = self.certificates_by_owner.get(&owner).into_iter().flatten();
        let mut found: Vec<_> = ids.filter_map(|id| self.signing_certificates.get(id)).collect();
        found.sort_by(|one, other| (one.uploaded, &one.id).cmp(&(other.uploaded, &other.id)));
        found
    }
}
