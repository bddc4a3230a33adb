//! OIDC providers. Roles that name one are left as they are when it goes, as on AWS: they admit nobody by it.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::OidcProviderUrl;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{KeyCase, OidcProvider, Place, Record, Tag};

/// An OIDC provider to be created.
#[derive(Clone, Debug)]
pub struct NewOidcProvider {
    /// Its URL without `https://`.
    pub url: OidcProviderUrl,
    /// Its audiences; those that are repeated count once.
    pub client_ids: Vec<Arc<str>>,
    /// SHA-1 hashes of certificates in hexadecimal digits.
    pub thumbprints: Vec<Arc<str>>,
    /// Now.
    pub created: Timestamp,
    /// Its first tags.
    pub tags: Vec<Tag>,
}

impl AccountEdit {
    /// Creates an OIDC provider.
    pub fn create_oidc_provider(
        &mut self,
        new: NewOidcProvider,
    ) -> Result<Arc<OidcProvider>, DirectoryError> {
        let url = new.url.as_str();
        if self.account.oidc_provider_of_url(url).is_some() {
            return Err(DirectoryError::OidcProviderExists(url.into()));
        }
        let count = self.account.oidc_providers().count().saturating_add(1);
        self.within(Quota::OidcProvidersPerAccount, count, url)?;
        let mut client_ids = Vec::new();
        for id in new.client_ids {
            if !client_ids.contains(&id) {
                client_ids.push(id);
            }
        }
        self.within(Quota::ClientIdsPerOidcProvider, client_ids.len(), url)?;
        check_thumbprints(&new.thumbprints)?;
        let tags = self.first_tags(new.tags, KeyCase::Kept, url)?;
        let mut provider = OidcProvider {
            url: new.url,
            client_ids,
            thumbprints: new.thumbprints,
            created: new.created,
            tags,
            arn: "".into(),
        };
        provider.set_arn(self.account.id());
        Ok(self.put_oidc_provider(provider))
    }

    /// Adds an audience. Adding it again changes nothing.
    pub fn add_client_id(&mut self, arn: &str, client_id: Arc<str>) -> Result<(), DirectoryError> {
        let mut provider = OidcProvider::clone(self.oidc_provider(arn)?);
        if provider.client_ids.contains(&client_id) {
            return Ok(());
        }
        provider.client_ids.push(client_id);
        self.within(
            Quota::ClientIdsPerOidcProvider,
            provider.client_ids.len(),
            provider.url.as_str(),
        )?;
        self.put_oidc_provider(provider);
        Ok(())
    }

    /// Removes an audience; one that is not there is passed over.
    pub fn remove_client_id(&mut self, arn: &str, client_id: &str) -> Result<(), DirectoryError> {
        let mut provider = OidcProvider::clone(self.oidc_provider(arn)?);
        let before = provider.client_ids.len();
        provider.client_ids.retain(|kept| **kept != *client_id);
        if provider.client_ids.len() != before {
            self.put_oidc_provider(provider);
        }
        Ok(())
    }

    /// Replaces the thumbprints.
    pub fn set_thumbprints(&mut self, arn: &str, thumbprints: Vec<Arc<str>>) -> Result<(), DirectoryError> {
        let mut provider = OidcProvider::clone(self.oidc_provider(arn)?);
        check_thumbprints(&thumbprints)?;
        provider.thumbprints = thumbprints;
        self.put_oidc_provider(provider);
        Ok(())
    }

    /// Deletes an OIDC provider.
    pub fn delete_oidc_provider(&mut self, arn: &str) -> Result<Arc<OidcProvider>, DirectoryError> {
        let provider = Arc::clone(self.oidc_provider(arn)?);
        self.remove(Place::OidcProvider(provider.url.clone()));
        Ok(provider)
    }

    pub(super) fn oidc_provider(&self, arn: &str) -> Result<&Arc<OidcProvider>, DirectoryError> {
        let provider = self.account.oidc_provider(arn);
        provider.ok_or_else(|| DirectoryError::NoSuchOidcProvider(arn.into()))
    }

    fn put_oidc_provider(&mut self, provider: OidcProvider) -> Arc<OidcProvider> {
        let provider = Arc::new(provider);
        self.put(Record::OidcProvider(Arc::clone(&provider)));
        provider
    }
}

fn check_thumbprints(thumbprints: &[Arc<str>]) -> Result<(), DirectoryError> {
    let limit = OidcProvider::THUMBPRINTS_MAX;
    if thumbprints.len() > limit {
        return Err(DirectoryError::TooManyThumbprints { limit });
    }
    Ok(())
}
