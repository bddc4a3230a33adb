//! The assertions that were used, found by what they are and by when they expire.

use std::sync::Arc;

use imbl::{HashMap, OrdSet};
use jiff::Timestamp;
use lanyard_names::SamlProviderName;

use crate::record::{AssertionHash, UsedAssertion};

/// The used assertions of one account.
#[derive(Clone, Debug, Default)]
pub(super) struct UsedAssertions {
    pub(super) all: HashMap<(SamlProviderName, AssertionHash), Arc<UsedAssertion>>,
    pub(super) by_expiry: OrdSet<(Timestamp, SamlProviderName, AssertionHash)>,
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
