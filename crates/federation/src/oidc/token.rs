//! What a genuine token says.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::claims::Registered;
use super::{OidcError, condition_keys, tags};

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
    /// The roles that the issuer says it is good for, if it says so.
    pub roles: Option<Vec<String>>,
    /// `exp`.
    pub expires: Timestamp,
    /// `jti`.
    pub id: Option<String>,
    /// Every claim, as it came.
    pub claims: Arc<Map<String, Value>>,
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

/// What the issuer says about one role, in the claim that lists roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleAuthorization {
    /// The token does not speak of roles.
    Unsaid,
    /// The role is listed.
    Listed,
    /// Roles are listed, and this one is not among them: the token is no good for it.
    Unlisted,
}

impl VerifiedToken {
    /// What the issuer says about a role: the value of `sts:RoleAuthorizedByIdp`, or a refusal.
    #[must_use]
    pub fn authorization(&self, role_arn: &str) -> RoleAuthorization {
        match &self.roles {
            None => RoleAuthorization::Unsaid,
            Some(roles) if roles.iter().any(|role| role == role_arn) => RoleAuthorization::Listed,
            Some(_) => RoleAuthorization::Unlisted,
        }
    }

    /// The keys that the role's trust policy can ask about, with their values: `HOST/PATH:sub` and so on.
    #[must_use]
    pub fn condition_keys(&self) -> Vec<(String, Vec<String>)> {
        condition_keys::all(self)
    }

    /// The keys that later requests of the session keep.
    #[must_use]
    pub fn lasting_keys(&self) -> Vec<(String, Vec<String>)> {
        condition_keys::lasting(self)
    }

    /// Reads the claims beside the registered ones. Only for claims whose signature has been verified, or will be
    /// before anybody sees what is made of them.
    pub(super) fn read(registered: Registered, claims: Arc<Map<String, Value>>) -> Result<Self, OidcError> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let methods = match claims.get("amr") {
            Some(Value::Array(methods)) => methods.iter().filter_map(text).collect(),
            Some(method) => text(method).into_iter().collect(),
            None => Vec::new(),
        };
        Ok(Self {
            issuer: registered.issuer,
            subject: registered.subject,
            audience: registered.audience,
            audiences: registered.audiences,
            authorized_party: registered.authorized_party,
            methods,
            tags: tags::tags(&claims)?,
            source_identity: tags::source_identity(&claims)?,
            roles: tags::roles(&claims)?,
            expires: registered.expires,
            id: claims.get("jti").and_then(text),
            claims,
        })
    }
}
