//! The account as an issuer of web identity tokens.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::IssuerId;
use serde::{Deserialize, Serialize};

use super::SealedSecret;

/// What signs the tokens by which principals of the account show themselves to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebIdentityIssuer {
    /// Its id, which stays when it is switched off and on again.
    pub id: IssuerId,
    /// Whether it gives tokens.
    pub is_enabled: bool,
    /// Its keys, oldest first.
    pub keys: Vec<TokenKey>,
}

/// A pair of keys that signs tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenKey {
    /// Its id.
    pub kid: Arc<str>,
    /// What it signs with.
    pub algorithm: TokenAlgorithm,
    /// The public half as a JSON Web Key.
    pub public: Arc<str>,
    /// The private half, sealed.
    pub private: SealedSecret,
    /// When it was created.
    pub created: Timestamp,
    /// Since when it signs nothing more. What it signed before can still be verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Timestamp>,
}

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TokenAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-384 with SHA-384.
    #[serde(rename = "ES384")]
    Es384,
}

impl TokenAlgorithm {
    /// The name of the algorithm in tokens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es384 => "ES384",
        }
    }
}

impl WebIdentityIssuer {
    /// The key that signs now.
    #[must_use]
    pub fn signing_key(&self, algorithm: TokenAlgorithm) -> Option<&TokenKey> {
        let mut latest_first = self.keys.iter().rev();
        latest_first.find(|key| key.algorithm == algorithm && key.retired.is_none())
    }
}
