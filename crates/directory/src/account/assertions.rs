//! What an account remembers of the assertions that were used.

use jiff::Timestamp;
use lanyard_names::SamlProviderName;

use super::Account;
use crate::record::AssertionHash;

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
