//! How the indexes follow service-specific credentials.

use std::sync::Arc;

use lanyard_names::{FoldedName, UniqueId};

use super::Account;
use crate::record::ServiceSpecificCredential;

impl Account {
    pub(super) fn replace_service_specific_credential(
        &mut self,
        id: UniqueId,
        new: Option<Arc<ServiceSpecificCredential>>,
    ) {
        let old = match &new {
            Some(new) => self.service_specific_credentials.insert(id, Arc::clone(new)),
            None => self.service_specific_credentials.remove(&id),
        };
        if let Some(old) = old {
            self.service_credentials_by_user.remove(&(old.user, id));
            self.service_credentials_by_service.remove(&(old.service, id));
            // Within one commit a name may pass from one credential to another, in either order of records.
            let alias = (old.service, FoldedName::of(&old.alias));
            if self.service_aliases.get(&alias) == Some(&id) {
                self.service_aliases.remove(&alias);
            }
        }
        if let Some(new) = new {
            self.service_credentials_by_user.insert((new.user, id));
            self.service_credentials_by_service.insert((new.service, id));
            let alias = (new.service, FoldedName::of(&new.alias));
            self.service_aliases.insert(alias, id);
        }
    }
}
