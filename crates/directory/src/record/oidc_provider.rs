//! OIDC providers: issuers whose tokens an account takes.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountId, OidcProviderUrl, arn};
use serde::{Deserialize, Serialize};

use super::Tags;

/// An issuer of web identity tokens that the account knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcProvider {
    /// Its URL without `https://`, compared exactly.
    pub url: OidcProviderUrl,
    /// The audiences that are the account's, in the order in which they were added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_ids: Vec<Arc<str>>,
    /// SHA-1 hashes of certificates in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thumbprints: Vec<Arc<str>>,
    /// When it was created.
    pub created: Timestamp,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    #[serde(skip, default = "super::stored::no_arn")]
    pub(crate) arn: Arc<str>,
}

impl OidcProvider {
    /// The most thumbprints it can have.
    pub const THUMBPRINTS_MAX: usize = 5;

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        &self.arn
    }

    pub(crate) fn set_arn(&mut self, account: AccountId) {
        self.arn = arn::oidc_provider(account, &self.url).into();
    }
}
