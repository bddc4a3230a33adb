//! Access keys. The directory keeps their secrets sealed and cannot open them.

use std::fmt;

use data_encoding::BASE64;
use jiff::Timestamp;
use lanyard_names::{AccessKeyId, UniqueId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A long-term key of a user or of the root user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// The public half.
    pub id: AccessKeyId,
    /// Whose it is.
    pub owner: KeyOwner,
    /// The secret half, sealed.
    pub secret: SealedSecret,
    /// Whether it can be used.
    pub status: KeyStatus,
    /// When it was created.
    pub created: Timestamp,
}

impl AccessKey {
    /// Whether it can be used.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == KeyStatus::Active
    }
}

/// Whose an access key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KeyOwner {
    /// The account's root user.
    Root,
    /// The user of this unique id.
    User(UniqueId),
}

/// Whether an access key can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyStatus {
    /// It signs requests.
    Active,
    /// It is refused until it is made active again.
    Inactive,
}

/// A secret as the vault sealed it: opaque here, and not worth printing.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(Box<[u8]>);

impl SealedSecret {
    /// Keeps sealed bytes.
    #[must_use]
    pub fn new(sealed: impl Into<Box<[u8]>>) -> Self {
        Self(sealed.into())
    }

    /// The sealed bytes, for the vault to open.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSecret")
    }
}

impl Serialize for SealedSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        BASE64.encode_display(&self.0).to_string().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SealedSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        BASE64
            .decode(text.as_bytes())
            .map(Self::new)
            .map_err(de::Error::custom)
    }
}
