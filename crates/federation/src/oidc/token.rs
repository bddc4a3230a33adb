//! What a genuine token says.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// A token that was found genuine.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedToken {
    /// `iss`: `https://HOST/PATH`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// What the condition key `:aud` and the answer carry: `azp` if the token has one, else the audience that the
    /// provider lists.
    pub audience: String,
    /// All of `aud`.
    pub audiences: Vec<String>,
    /// `azp`.
    pub authorized_party: Option<String>,
    /// `amr`.
    pub methods: Vec<String>,
    /// Session tags that the issuer sets.
    pub tags: Vec<TokenTag>,
    /// The source identity that the issuer sets.
    pub source_identity: Option<String>,
    /// `exp`.
    pub expires: Timestamp,
    /// `jti`.
    pub id: Option<String>,
    /// Every claim, as it came.
    pub claims: Map<String, Value>,
}

/// A session tag from a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenTag {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Whether sessions that come of this one keep it.
    pub is_transitive: bool,
}

impl VerifiedToken {
    /// The keys that the role's trust policy can ask about, with their values: `HOST/PATH:sub` and so on.
    #[must_use]
    pub fn condition_keys(&self) -> Vec<(String, Vec<String>)> {
        Vec::new()
    }

    /// The keys that later requests of the session keep.
    #[must_use]
    pub fn lasting_keys(&self) -> Vec<(String, Vec<String>)> {
        Vec::new()
    }
}
