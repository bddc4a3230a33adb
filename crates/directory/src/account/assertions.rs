//! The assertions that were used, found by what they are and by when they expire.

use std::sync::Arc;

use imbl::{HashMap, OrdSet};
use jiff::Timestamp;
use lanyard_names::SamlProviderName;

use super::Account;
use crate::record::{AssertionHash, UsedAssertion};

#[derive(Clone, Debug, Default)]
pub(super) struct UsedAssertions {
    all: HashMap<(SamlProviderName, AssertionHash), Arc<UsedAssertion>>,
    by_expiry: OrdSet<(Timestamp, SamlProviderName, AssertionHash)>,
}

impl UsedAssertions {
    pub(super) fn get(
        &self,
        provider: &SamlProviderName,
        hash: &AssertionHash,
    ) -> Option<&Arc<UsedAssertion>> {
        self.all.get(&(provider.clone(), *hash))
    }

    pub(super) fn put(&mut self, used: Arc<UsedAssertion>) {
        self.remove(&used.provider, &used.hash);
        let (provider, hash) = (used.provider.clone(), used.hash);
        self.by_expiry.insert((used.expires, provider.clone(), hash));
        self.all.insert((provider, hash), used);
    }

    pub(super) fn remove(&mut self, provider: &SamlProviderName, hash: &AssertionHash) {
        if let Some(used) = self.all.remove(&(provider.clone(), *hash)) {
            self.by_expiry.remove(&(used.expires, provider.clone(), *hash));
        }
    }
}

impl Account {
    /// Whether an assertion was used, as far as that is still remembered.
    #[must_use]
    pub fn is_assertion_used(&self, provider: &SamlProviderName, hash: &AssertionHash) -> bool {
        self.used_assertions.get(provider, hash).is_some()
    }

    /// How many used assertions are remembered.
    #[must_use]
    pub fn used_assertion_count(&self) -> usize {
        self.used_assertions.all.len()
    }

    /// The used assertions that expired before a time, the longest expired first.
    pub(crate) fn assertions_expired_before(
        &self,
        time: Timestamp,
    ) -> impl Iterator<Item = (&SamlProviderName, &AssertionHash)> {
        self.used_assertions
            .by_expiry
            .iter()
            .take_while(move |(expires, ..)| *expires < time)
            .map(|(_, provider, hash)| (provider, hash))
    }
}
