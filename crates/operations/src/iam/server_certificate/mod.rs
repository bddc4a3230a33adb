//! Server certificates with their private keys. They are kept for services that would show them; here no private key is
//! ever shown or used again.

pub(crate) mod delete_server_certificate;
pub(crate) mod get_server_certificate;
pub(crate) mod list_server_certificate_tags;
pub(crate) mod list_server_certificates;
pub(crate) mod tag_server_certificate;
pub(crate) mod untag_server_certificate;
pub(crate) mod update_server_certificate;
pub(crate) mod upload_server_certificate;

mod certificate;
