//! How the indexes follow signing certificates and server certificates.

use std::sync::Arc;

use lanyard_names::UniqueId;

use super::{Account, remove_if_of};
use crate::record::{ServerCertificate, SigningCertificate};

impl Account {
    pub(super) fn replace_signing_certificate(
        &mut self,
        id: &Arc<str>,
        new: Option<Arc<SigningCertificate>>,
    ) {
        let new_owner = new.as_ref().map(|certificate| certificate.owner);
        let old = match new {
            Some(new) => self.signing_certificates.insert(Arc::clone(id), new),
            None => self.signing_certificates.remove(id),
        };
        let old_owner = old.map(|certificate| certificate.owner);
        if old_owner == new_owner {
            return;
        }
        if let Some(owner) = old_owner
            && let Some(mut ids) = self.certificates_by_owner.remove(&owner)
        {
            ids.retain(|kept| kept != id);
            if !ids.is_empty() {
                self.certificates_by_owner.insert(owner, ids);
            }
        }
        if let Some(owner) = new_owner {
            let ids = self.certificates_by_owner.entry(owner).or_default();
            ids.push(Arc::clone(id));
        }
    }

    pub(super) fn replace_server_certificate(&mut self, id: UniqueId, new: Option<Arc<ServerCertificate>>) {
        let old = match &new {
            Some(new) => self.server_certificates_by_id.insert(id, Arc::clone(new)),
            None => self.server_certificates_by_id.remove(&id),
        };
        if let Some(old) = old {
            let is_meant = |kept: &ServerCertificate| kept.id == id;
            remove_if_of(&mut self.server_certificates, &old.name.fold(), is_meant);
        }
        if let Some(new) = new {
            self.server_certificates.insert(new.name.fold(), new);
        }
    }
}
