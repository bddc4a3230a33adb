//! Reading service-specific credentials.
//!
//! Lists are in order of id, and can begin after any id, so that a page costs what it shows.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdSet;
use lanyard_names::{FoldedName, UniqueId};

use super::Account;
use crate::record::{CredentialService, ServiceSpecificCredential};

impl Account {
    /// The service-specific credential of a unique id.
    #[must_use]
    pub fn service_specific_credential(&self, id: UniqueId) -> Option<&Arc<ServiceSpecificCredential>> {
        self.service_specific_credentials.get(&id)
    }

    /// All service-specific credentials, beginning after an id.
    pub fn service_specific_credentials(
        &self,
        after: Option<UniqueId>,
    ) -> impl Iterator<Item = &Arc<ServiceSpecificCredential>> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.service_specific_credentials
            .range((start, Bound::Unbounded))
            .map(|(_, credential)| credential)
    }

    /// The service-specific credentials of a user, beginning after an id.
    pub fn service_specific_credentials_of(
        &self,
        user: UniqueId,
        after: Option<UniqueId>,
    ) -> impl Iterator<Item = &Arc<ServiceSpecificCredential>> {
        ids(&self.service_credentials_by_user, user, after)
            .filter_map(|id| self.service_specific_credentials.get(&id))
    }

    /// The credentials of all users for one service, beginning after an id.
    pub fn service_specific_credentials_for(
        &self,
        service: CredentialService,
        after: Option<UniqueId>,
    ) -> impl Iterator<Item = &Arc<ServiceSpecificCredential>> {
        ids(&self.service_credentials_by_service, service, after)
            .filter_map(|id| self.service_specific_credentials.get(&id))
    }

    /// Whether a name is taken with a service.
    pub(crate) fn is_service_alias_taken(&self, service: CredentialService, alias: &str) -> bool {
        let key = (service, FoldedName::of(alias));
        self.service_aliases.contains_key(&key)
    }
}

/// The ids that an index has under a key, beginning after an id.
fn ids<'a, K: Copy + Ord>(
    index: &'a OrdSet<(K, UniqueId)>,
    key: K,
    after: Option<UniqueId>,
) -> impl Iterator<Item = UniqueId> + use<'a, K> {
    // Every id is behind the key with no id: an id begins with a letter.
    let rest = match after {
        Some(id) => index.range((Bound::Excluded((key, id)), Bound::Unbounded)),
        None => index.range((Bound::Included((key, UniqueId::LEAST)), Bound::Unbounded)),
    };
    rest.take_while(move |(of, _)| *of == key).map(|(_, id)| *id)
}
