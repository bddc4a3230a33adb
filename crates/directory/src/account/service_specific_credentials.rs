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
        self.listed(&self.service_credentials_by_user, user, after)
    }

    /// The credentials of all users for one service, beginning after an id.
    pub fn service_specific_credentials_for(
        &self,
        service: CredentialService,
        after: Option<UniqueId>,
    ) -> impl Iterator<Item = &Arc<ServiceSpecificCredential>> {
        self.listed(&self.service_credentials_by_service, service, after)
    }

    /// Whether a name is taken with a service.
    pub(crate) fn is_service_alias_taken(&self, service: CredentialService, alias: &str) -> bool {
        let key = (service, FoldedName::of(alias));
        self.service_aliases.contains_key(&key)
    }

    /// What an index has under a key, beginning after an id.
    fn listed<'a, K: Copy + Ord>(
        &'a self,
        index: &'a OrdSet<(K, UniqueId)>,
        key: K,
        after: Option<UniqueId>,
    ) -> impl Iterator<Item = &'a Arc<ServiceSpecificCredential>> + use<'a, K> {
        // Nothing that has the key has a lesser id than the least of all.
        let least = self.service_specific_credentials.get_min().map(|(id, _)| *id);
        let start = match (after, least) {
            (Some(after), _) => Bound::Excluded((key, after)),
            (None, Some(least)) => Bound::Included((key, least)),
            (None, None) => Bound::Unbounded,
        };
        index
            .range((start, Bound::Unbounded))
            .take_while(move |(of, _)| *of == key)
            .filter_map(|(_, id)| self.service_specific_credentials.get(id))
    }
}
