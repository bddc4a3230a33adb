//! Identity providers, and this server as they and relying parties know it.
//!
//! What is read from a SAML provider (its metadata, the keys that open its assertions) is kept: reading costs more
//! than checking a signature. Invariant: what is kept is used only for the very provider that it was read from, and
//! there is little of it.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::Vault;
use lanyard_directory::SamlProvider;
use lanyard_federation::oidc::OidcVerifier;
use lanyard_federation::saml::{DecryptionKey, Metadata, MetadataError, parse_metadata};
use lanyard_names::AccountId;
use parking_lot::Mutex;

use crate::error::ProviderError;
use crate::iam::saml_provider::private_key;

/// How many SAML providers are kept. Their documents have a few kilobytes each, and not more than 384.
const SAML_PROVIDERS_KEPT: usize = 128;

/// Identity providers, and this server as they and relying parties know it.
pub struct Federation {
    oidc: Arc<OidcVerifier>,
    public_url: Arc<str>,
    saml: Mutex<HashMap<Arc<str>, Arc<KnownProvider>>>,
}

impl std::fmt::Debug for Federation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Federation")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// A SAML provider, read.
pub(crate) struct KnownProvider {
    /// What it was read from, by which it is known again: a provider that changes is a new record.
    source: Source,
    pub(crate) metadata: Metadata,
    pub(crate) keys: Vec<DecryptionKey>,
}

#[derive(PartialEq, Eq)]
struct Source {
    metadata: Arc<str>,
    key_ids: Vec<Arc<str>>,
}

impl Source {
    fn of(provider: &SamlProvider) -> Self {
        Source {
            metadata: Arc::clone(&provider.metadata),
            key_ids: provider
                .private_keys
                .iter()
                .map(|key| Arc::clone(&key.id))
                .collect(),
        }
    }

    fn is_of(&self, provider: &SamlProvider) -> bool {
        let is_same = Arc::ptr_eq(&self.metadata, &provider.metadata);
        let keys = provider.private_keys.iter().map(|key| &key.id);
        is_same && self.key_ids.iter().eq(keys)
    }
}

impl Federation {
    /// `public_url` is the origin that clients use: the configured one, or else the address listened on.
    pub fn new(oidc: OidcVerifier, public_url: &str) -> Self {
        Federation {
            oidc: Arc::new(oidc),
            public_url: public_url.trim_end_matches('/').into(),
            saml: Mutex::default(),
        }
    }

    /// What finds tokens of OpenID Connect issuers genuine.
    pub fn oidc(&self) -> &Arc<OidcVerifier> {
        &self.oidc
    }

    /// The origin that clients use, without a slash at its end.
    pub fn public_url(&self) -> &Arc<str> {
        &self.public_url
    }

    /// Where assertions of SAML identity providers have to be addressed.
    pub fn saml_url(&self) -> String {
        format!("{}/saml", self.public_url)
    }

    /// The issuer in the tokens of GetWebIdentityToken, where its public documents are found.
    // Differs from AWS: the issuer is an address of this server, because only this server can answer there.
    pub fn token_issuer(&self, id: impl std::fmt::Display) -> String {
        format!("{}/v1/oidc/{id}", self.public_url)
    }

    /// What is trusted about a SAML provider of an account.
    pub(crate) fn saml_provider(
        &self,
        provider: &SamlProvider,
        account: AccountId,
        vault: &Vault,
        now: Timestamp,
    ) -> Result<Arc<KnownProvider>, ProviderError> {
        let kept = self.saml.lock().get(provider.arn()).cloned();
        let kept = kept.filter(|known| known.source.is_of(provider));
        let valid_until = kept
            .as_ref()
            .map_or(provider.valid_until, |known| known.metadata.valid_until);
        if let Some(valid_until) = valid_until.filter(|end| *end <= now) {
            // Nothing is read again for whoever knocks at a door that is closed for good.
            return Err(MetadataError::Expired { valid_until }.into());
        }
        if let Some(known) = kept {
            return Ok(known);
        }
        let known = Arc::new(KnownProvider {
            source: Source::of(provider),
            metadata: parse_metadata(&provider.metadata, now)?,
            keys: decryption_keys(provider, account, vault)?,
        });
        let mut saml = self.saml.lock();
        if saml.len() >= SAML_PROVIDERS_KEPT {
            // Any other one: which are in use shows by their coming back.
            let some = saml.keys().next().cloned();
            some.and_then(|some| saml.remove(&some));
        }
        saml.insert(Arc::clone(provider.arn()), Arc::clone(&known));
        Ok(known)
    }
}

fn decryption_keys(
    provider: &SamlProvider,
    account: AccountId,
    vault: &Vault,
) -> Result<Vec<DecryptionKey>, ProviderError> {
    let keys = provider.private_keys.iter();
    keys.map(|key| {
        let pem = vault.unseal(private_key::place(account, &key.id), key.sealed.as_bytes())?;
        let pem = std::str::from_utf8(pem.expose()).map_err(|_| ProviderError::NotText)?;
        Ok(DecryptionKey::from_pem(pem)?)
    })
    .collect()
}
