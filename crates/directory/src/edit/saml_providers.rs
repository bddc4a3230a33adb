//! SAML providers, and the single use of their assertions. Roles that name a provider are left as they are when it
//! goes, as on AWS: they admit nobody by it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_names::SamlProviderName;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{
    AssertionEncryption, AssertionHash, KeyCase, Place, Record, SamlPrivateKey, SamlProvider, Tag,
    UsedAssertion,
};

/// How long a used assertion is remembered after it has expired: longer than any clock is wrong.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How many are forgotten with each one that is used: more than come, and no more than a small commit holds.
const FORGOTTEN_AT_ONCE: usize = 16;

/// A SAML provider to be created.
#[derive(Clone, Debug)]
pub struct NewSamlProvider {
    /// Its name.
    pub name: SamlProviderName,
    /// Its UUID, freshly drawn.
    pub id: Arc<str>,
    /// Its metadata.
    pub metadata: Arc<str>,
    /// Until when its metadata counts.
    pub valid_until: Option<Timestamp>,
    /// Whether assertions may or must be encrypted.
    pub encryption: Option<AssertionEncryption>,
    /// A first key that opens encrypted assertions.
    pub private_key: Option<SamlPrivateKey>,
    /// Now.
    pub created: Timestamp,
    /// Its first tags.
    pub tags: Vec<Tag>,
}

/// What changes of a SAML provider; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct SamlProviderUpdate {
    /// The new metadata and until when it counts.
    pub metadata: Option<(Arc<str>, Option<Timestamp>)>,
    /// Whether assertions may or must be encrypted.
    pub encryption: Option<AssertionEncryption>,
    /// The id of a key to be removed, before one is added.
    pub remove_private_key: Option<Arc<str>>,
    /// A key to be added.
    pub add_private_key: Option<SamlPrivateKey>,
    /// Whether signatures over SHA-1 are taken. Only the operator may say so.
    pub allows_sha1: Option<bool>,
    /// Whether assertions for AWS's own sign-in address are taken. Only the operator may say so.
    pub allows_aws_recipient: Option<bool>,
}

impl AccountEdit {
    /// Creates a SAML provider.
    pub fn create_saml_provider(
        &mut self,
        new: NewSamlProvider,
    ) -> Result<Arc<SamlProvider>, DirectoryError> {
        let name = new.name.as_str();
        if self.account.saml_provider_named(name).is_some() {
            return Err(DirectoryError::SamlProviderExists(name.into()));
        }
        let count = self.account.saml_providers().count().saturating_add(1);
        self.within(Quota::SamlProvidersPerAccount, count, name)?;
        check_metadata(&new.metadata)?;
        let tags = self.first_tags(new.tags, KeyCase::Kept, name)?;
        let mut provider = SamlProvider {
            name: new.name,
            metadata: new.metadata,
            id: new.id,
            created: new.created,
            valid_until: new.valid_until,
            encryption: new.encryption,
            private_keys: new.private_key.into_iter().collect(),
            allows_sha1: false,
            allows_aws_recipient: false,
            tags,
            arn: "".into(),
        };
        provider.set_arn(self.account.id());
        Ok(self.put_saml_provider(provider))
    }

    /// Changes a SAML provider.
    pub fn update_saml_provider(
        &mut self,
        arn: &str,
        update: SamlProviderUpdate,
    ) -> Result<Arc<SamlProvider>, DirectoryError> {
        let mut provider = SamlProvider::clone(self.saml_provider(arn)?);
        if let Some((metadata, valid_until)) = update.metadata {
            check_metadata(&metadata)?;
            provider.metadata = metadata;
            provider.valid_until = valid_until;
        }
        if let Some(id) = update.remove_private_key {
            let place = provider.private_keys.iter().position(|key| key.id == id);
            let Some(place) = place else {
                return Err(DirectoryError::NoSuchSamlPrivateKey(id.as_ref().into()));
            };
            provider.private_keys.remove(place);
        }
        if let Some(key) = update.add_private_key {
            provider.private_keys.push(key);
            let count = provider.private_keys.len();
            self.within(Quota::PrivateKeysPerSamlProvider, count, provider.name.as_str())?;
        }
        provider.encryption = update.encryption.or(provider.encryption);
        provider.allows_sha1 = update.allows_sha1.unwrap_or(provider.allows_sha1);
        provider.allows_aws_recipient = update
            .allows_aws_recipient
            .unwrap_or(provider.allows_aws_recipient);
        Ok(self.put_saml_provider(provider))
    }

    /// Deletes a SAML provider. Its used assertions stay used: another provider may get its name.
    pub fn delete_saml_provider(&mut self, arn: &str) -> Result<Arc<SamlProvider>, DirectoryError> {
        let provider = Arc::clone(self.saml_provider(arn)?);
        self.remove(Place::SamlProvider(provider.name.clone()));
        Ok(provider)
    }

    /// Uses up an assertion, which is remembered for a while after it has expired.
    pub fn use_assertion(
        &mut self,
        provider: &SamlProviderName,
        hash: AssertionHash,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<(), DirectoryError> {
        if self.account.is_assertion_used(provider, &hash) {
            return Err(DirectoryError::AssertionUsed);
        }
        let forgotten = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        let past = self.account.assertions_expired_before(forgotten);
        let past: Vec<_> = past
            .take(FORGOTTEN_AT_ONCE)
            .map(|(provider, hash)| Place::UsedAssertion(provider.clone(), *hash))
            .collect();
        for place in past {
            self.remove(place);
        }
        // Fails closed: what could not be remembered is not accepted.
        let limit = self.account.limit(Quota::UsedSamlAssertionsPerAccount);
        if self.account.used_assertion_count() as u64 >= limit {
            return Err(DirectoryError::TooManyAssertions);
        }
        self.put(Record::UsedAssertion(Arc::new(UsedAssertion {
            provider: provider.clone(),
            hash,
            expires,
        })));
        Ok(())
    }

    pub(super) fn saml_provider(&self, arn: &str) -> Result<&Arc<SamlProvider>, DirectoryError> {
        let provider = self.account.saml_provider(arn);
        provider.ok_or_else(|| DirectoryError::NoSuchSamlProvider(arn.into()))
    }

    fn put_saml_provider(&mut self, provider: SamlProvider) -> Arc<SamlProvider> {
        let provider = Arc::new(provider);
        self.put(Record::SamlProvider(Arc::clone(&provider)));
        provider
    }
}

fn check_metadata(metadata: &str) -> Result<(), DirectoryError> {
    let limit = SamlProvider::METADATA_BYTES_MAX;
    if metadata.len() > limit {
        let what = "the metadata";
        return Err(DirectoryError::ProviderTextTooLong { what, limit });
    }
    Ok(())
}
