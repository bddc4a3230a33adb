//! Whose word counts about callers without a key: what the configuration says about identity providers.

use std::path::Path;
use std::sync::Arc;

use lanyard_federation::oidc::{IssuerAuthorities, OidcSettings, OidcVerifier};
use lanyard_operations::Federation;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::config::Oidc;
use crate::exit::CommandError;

/// What finds that out. Every file is read now: one that cannot be stops the start.
pub(crate) fn open(oidc: &Oidc, endpoint: &str) -> Result<Arc<Federation>, CommandError> {
    let authorities: Result<Vec<_>, CommandError> = oidc
        .authorities
        .iter()
        .map(|(issuer, file)| {
            Ok(IssuerAuthorities {
                issuer: issuer.clone(),
                certificates: certificates(file)?,
            })
        })
        .collect();
    let settings = OidcSettings {
        allowed_networks: oidc.allow.clone(),
        authorities: authorities?,
        ..OidcSettings::default()
    };
    let verifier = OidcVerifier::new(settings);
    let verifier = verifier.map_err(|error| CommandError::usage(format!("--oidc-ca: {error}")))?;
    Ok(Arc::new(Federation::new(verifier, endpoint)))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, CommandError> {
    let certificates = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    certificates.map_err(|error| CommandError::usage(format!("--oidc-ca: {}: {error}", file.display())))
}
