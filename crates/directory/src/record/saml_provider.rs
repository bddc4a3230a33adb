//! SAML providers, and which of their assertions were used.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountId, SamlProviderName, arn};
use serde::{Deserialize, Serialize};

use super::{SealedSecret, Tags};

/// An identity provider whose assertions the account takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlProvider {
    /// Its name, compared exactly.
    pub name: SamlProviderName,
    /// Its metadata as it was given.
    pub metadata: Arc<str>,
    /// Its UUID.
    pub id: Arc<str>,
    /// When it was created.
    pub created: Timestamp,
    /// Until when its metadata counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// Whether assertions may or must be encrypted, if the account has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<AssertionEncryption>,
    /// The keys that open encrypted assertions, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private_keys: Vec<SamlPrivateKey>,
    /// Whether signatures over SHA-1 are taken. Only the operator may say so.
    #[serde(default)]
    pub allows_sha1: bool,
    /// Whether assertions for AWS's own sign-in address are taken. Only the operator may say so.
    #[serde(default)]
    pub allows_aws_recipient: bool,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    #[serde(skip, default = "super::stored::no_arn")]
    pub(crate) arn: Arc<str>,
}

/// Whether assertions are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssertionEncryption {
    /// They must be.
    Required,
    /// They may be.
    Allowed,
}

/// A key that opens encrypted assertions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlPrivateKey {
    /// Its id.
    pub id: Arc<str>,
    /// The key, sealed.
    pub sealed: SealedSecret,
    /// When it was added.
    pub added: Timestamp,
}

impl SamlProvider {
    /// The longest metadata, in bytes.
    ///
    /// Differs from AWS: it takes ten million characters. A provider is one record, and one commit has to carry it.
    pub const METADATA_BYTES_MAX: usize = 384 * 1024;

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        &self.arn
    }

    pub(crate) fn set_arn(&mut self, account: AccountId) {
        self.arn = arn::saml_provider(account, &self.name).into();
    }
}

/// The SHA-256 of an assertion's id.
pub type AssertionHash = [u8; 32];

/// An assertion that was used, and cannot be again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UsedAssertion {
    /// Whose assertion it was.
    pub(crate) provider: SamlProviderName,
    /// Which.
    #[serde(with = "hex")]
    pub(crate) hash: AssertionHash,
    /// When it expires by itself.
    pub(crate) expires: Timestamp,
}

/// A hash as hexadecimal digits.
mod hex {
    use data_encoding::HEXLOWER;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::AssertionHash;

    pub(super) fn serialize<S: Serializer>(hash: &AssertionHash, serializer: S) -> Result<S::Ok, S::Error> {
        HEXLOWER.encode(hash).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AssertionHash, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(de::Error::custom)?;
        bytes
            .try_into()
            .map_err(|_| de::Error::custom("a hash has 32 bytes"))
    }
}
