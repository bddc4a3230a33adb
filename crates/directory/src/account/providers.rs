//! Reading whose tokens and assertions the account takes, and what signs its own tokens.

use std::sync::Arc;

use lanyard_names::arn::EntityArn;

use super::Account;
use crate::record::{OidcProvider, SamlProvider, WebIdentityIssuer};

impl Account {
    /// The OIDC provider of an ARN, which is compared exactly.
    #[must_use]
    pub fn oidc_provider(&self, arn: &str) -> Option<&Arc<OidcProvider>> {
        match EntityArn::parse(arn) {
            Ok(EntityArn::OidcProvider { account, url }) if account == self.id => {
                self.oidc_providers.get(&url)
            }
            _ => None,
        }
    }

    /// The OIDC provider of a URL without `https://`, which is compared exactly.
    #[must_use]
    pub fn oidc_provider_of_url(&self, url: &str) -> Option<&Arc<OidcProvider>> {
        self.oidc_providers.get(url)
    }

    /// All OIDC providers in order of URL.
    pub fn oidc_providers(&self) -> impl Iterator<Item = &Arc<OidcProvider>> {
        self.oidc_providers.values()
    }

    /// The SAML provider of an ARN, which is compared exactly.
    #[must_use]
    pub fn saml_provider(&self, arn: &str) -> Option<&Arc<SamlProvider>> {
        match EntityArn::parse(arn) {
            Ok(EntityArn::SamlProvider { account, name }) if account == self.id => {
                self.saml_providers.get(&name)
            }
            _ => None,
        }
    }

    /// The SAML provider of a name, which is compared exactly.
    #[must_use]
    pub fn saml_provider_named(&self, name: &str) -> Option<&Arc<SamlProvider>> {
        self.saml_providers.get(name)
    }

    /// All SAML providers in order of name.
    pub fn saml_providers(&self) -> impl Iterator<Item = &Arc<SamlProvider>> {
        self.saml_providers.values()
    }

    /// How many identity providers there are, of both kinds.
    #[must_use]
    pub fn provider_count(&self) -> usize {
        self.oidc_providers.len() + self.saml_providers.len()
    }

    /// What signs the account's own tokens, if that was ever switched on.
    #[must_use]
    pub fn web_identity_issuer(&self) -> Option<&Arc<WebIdentityIssuer>> {
        self.web_identity_issuer.as_ref()
    }
}
