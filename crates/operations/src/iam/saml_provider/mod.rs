//! SAML providers: identity providers whose assertions can open roles of the account.

pub(crate) mod create_saml_provider;
pub(crate) mod delete_saml_provider;
pub(crate) mod get_saml_provider;
pub(crate) mod list_saml_provider_tags;
pub(crate) mod list_saml_providers;
pub(crate) mod private_key;
mod provider;
pub(crate) mod tag_saml_provider;
pub(crate) mod untag_saml_provider;
pub(crate) mod update_saml_provider;
