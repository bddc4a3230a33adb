//! Signing certificates of users and of the root user. They are kept, shown and deleted; nothing here is signed with
//! them.

pub(crate) mod delete_signing_certificate;
pub(crate) mod list_signing_certificates;
pub(crate) mod update_signing_certificate;
pub(crate) mod upload_signing_certificate;

mod shown;
