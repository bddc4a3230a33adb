//! The operations of IAM, by what they are about.

pub(crate) mod access_key;
pub(crate) mod account;
pub(crate) mod account_properties;
pub(crate) mod account_report;
pub(crate) mod delegation_request;
pub(crate) mod family;
pub(crate) mod group;
pub(crate) mod instance_profile;
pub(crate) mod login_profile;
pub(crate) mod mfa_device;
pub(crate) mod of_user;
pub(crate) mod oidc_provider;
pub(crate) mod parameter;
pub(crate) mod password_policy;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod role_template;
pub(crate) mod saml_provider;
pub(crate) mod server_certificate;
pub(crate) mod service_linked_role;
pub(crate) mod service_specific_credential;
pub(crate) mod shapes;
pub(crate) mod signing_certificate;
pub(crate) mod ssh_public_key;
pub(crate) mod user;
pub(crate) mod web_identity_federation;
