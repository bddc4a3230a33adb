//! Which server certificate a request is about, and how answers show it.

use std::sync::Arc;

use lanyard_aws_api::iam as api;
use lanyard_directory::{Account, DirectoryError, ServerCertificate};

use crate::error::Refusal;
use crate::subject::{Ask, unplaced};
use crate::view::View;

/// What their ARNs call them.
pub(super) const KIND: &str = "server-certificate";

/// An action on a server certificate, which may not exist.
pub(super) fn ask(action: &'static str, name: &str, view: &View<'_>) -> Ask {
    match view.account.server_certificate(name) {
        Some(found) => Ask::on(action, found.arn().to_string(), view).resource_tags(&found.tags),
        None => Ask::on(action, unplaced(KIND, name, view), view),
    }
}

/// The server certificate of a name.
pub(super) fn find<'a>(name: &str, account: &'a Account) -> Result<&'a Arc<ServerCertificate>, Refusal> {
    account
        .server_certificate(name)
        .ok_or_else(|| DirectoryError::NoSuchServerCertificate(name.into()).into())
}

/// A server certificate without what it contains, as lists show it.
pub(super) fn metadata(certificate: &ServerCertificate) -> api::ServerCertificateMetadata {
    api::ServerCertificateMetadata {
        path: certificate.path.as_str().to_owned(),
        server_certificate_name: certificate.name.as_str().to_owned(),
        server_certificate_id: certificate.id.to_string(),
        arn: certificate.arn().to_string(),
        upload_date: Some(certificate.uploaded),
        expiration: Some(certificate.expires),
    }
}
