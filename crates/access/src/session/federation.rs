//! What a session keeps of the identity provider that vouched for its bearer.

use std::sync::Arc;

/// Condition keys and their values; a key with one value is a single one to policies.
pub type FederationKeys = Vec<(Arc<str>, Vec<Arc<str>>)>;

/// How somebody came by a session without a key of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FederationKind {
    /// By the token of an OpenID Connect provider.
    WebIdentity,
    /// By a SAML assertion.
    Saml,
}

/// What a session keeps of a federated sign-in.
///
/// Evidence: the IAM guide's page on keys for federation: of all keys that a trust policy sees, later requests carry
/// only a few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Federation {
    /// How.
    pub kind: FederationKind,
    /// The provider, as `aws:FederatedProvider` says it: its ARN.
    pub provider: Arc<str>,
    /// The condition keys that later requests carry: `example.com:sub`, `saml:sub`.
    pub keys: FederationKeys,
}

impl Federation {
    /// What the names of its own keys begin with, colon left out: what stands behind `oidc-provider/` in the ARN.
    pub(super) fn key_prefix(&self) -> &str {
        key_prefix(self.kind, &self.provider)
    }

    /// About how many bytes of memory it takes, in the session and in the context of its requests.
    pub(super) fn memory(&self) -> usize {
        let keys = self.keys.iter().map(|(name, values)| {
            let values: usize = values.iter().map(|value| value.len().saturating_add(64)).sum();
            name.len().saturating_add(64).saturating_add(values)
        });
        keys.sum::<usize>()
            .saturating_mul(2)
            .saturating_add(self.provider.len())
    }
}

pub(super) fn key_prefix(kind: FederationKind, provider: &str) -> &str {
    match kind {
        FederationKind::WebIdentity => provider
            .split_once(":oidc-provider/")
            .map_or("", |(_, issuer)| issuer),
        FederationKind::Saml => "saml",
    }
}

/// Somebody whom an identity provider vouches for, and whose word has been verified: who asks to assume a role
/// without any credentials of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The provider's ARN, as trust policies name it.
    pub provider: Arc<str>,
    /// Who it is, as the trail says it in `principalId`: `issuer:audience:subject`, `nameQualifier:subject`.
    pub id: Arc<str>,
    /// The trail's `userName`: the subject.
    pub name: Arc<str>,
    /// The trail's `identityProvider`: the issuer, or the name qualifier.
    pub identity_provider: Arc<str>,
    /// Every condition key that the provider's word gives to the trust policy.
    pub keys: FederationKeys,
}
