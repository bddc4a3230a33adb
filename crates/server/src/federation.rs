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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn refusal(issuer: &str, file: &Path) -> String {
        let oidc = Oidc {
            authorities: vec![(issuer.to_owned(), file.to_owned())],
            ..Oidc::default()
        };
        open(&oidc, "http://127.0.0.1:1").err().unwrap().to_string()
    }

    #[test]
    fn files_of_authorities_that_cannot_be_used_stop_the_start() {
        let missing = refusal("https://issuer.example", Path::new("/nowhere/ca.pem"));
        assert!(missing.starts_with("--oidc-ca: /nowhere/ca.pem: "), "{missing}");
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"no certificate").unwrap();
        assert_eq!(
            refusal("https://issuer.example", file.path()),
            "--oidc-ca: the authorities of https://issuer.example cannot be used: there is no certificate"
        );
    }
}
