//! ACM: what is imported is a new certificate, unless the request names the one that it takes the place of.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    // Evidence: a recorded denial, which names every certificate; the API reference.
    operations: &[(
        "ImportCertificate",
        Resolve::On(&[OnType {
            resource_type: "certificate",
            named: Named::Arn("CertificateArn"),
            absent: Absent::Any,
        }]),
    )],
};
