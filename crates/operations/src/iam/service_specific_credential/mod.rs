//! Service-specific credentials of users. They are made, kept as hashes, shown and deleted; no service here asks for one.

pub(crate) mod create_service_specific_credential;
pub(crate) mod delete_service_specific_credential;
pub(crate) mod list_service_specific_credentials;
pub(crate) mod reset_service_specific_credential;
pub(crate) mod update_service_specific_credential;

mod asked;
mod secret;
mod shown;
