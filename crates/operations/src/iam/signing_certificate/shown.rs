//! Signing certificates as answers show them.

use lanyard_aws_api::iam as api;
use lanyard_directory::SigningCertificate;

use crate::iam::shapes;

/// A signing certificate of a user. The root user's have an empty name, since the member is required.
pub(super) fn whole(certificate: &SigningCertificate, user_name: Option<&str>) -> api::SigningCertificate {
    api::SigningCertificate {
        user_name: user_name.unwrap_or_default().to_owned(),
        certificate_id: certificate.id.to_string(),
        certificate_body: certificate.body.to_string(),
        status: shapes::key_status(certificate.status),
        upload_date: Some(certificate.uploaded),
    }
}
