//! Whose certificates an upstream may show.

use std::path::Path;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::settings::SettingsError;

/// Where systems keep the certificates that they trust.
const SYSTEM_BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// TLS that trusts the certificates of one file, or the system's.
pub(super) fn client_config(ca: Option<&Path>) -> Result<ClientConfig, SettingsError> {
    let roots = match ca {
        Some(path) => read(path)?,
        None => system()?,
    };
    Ok(ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn system() -> Result<RootCertStore, SettingsError> {
    let found = SYSTEM_BUNDLES.iter().map(Path::new).find(|path| path.exists());
    let path = found.ok_or_else(|| SettingsError::Certificates {
        place: SYSTEM_BUNDLES.join(", "),
        cause: "the system has none; say ca=FILE".to_owned(),
    })?;
    read(path)
}

fn read(path: &Path) -> Result<RootCertStore, SettingsError> {
    let refuse = |cause: String| SettingsError::Certificates {
        place: path.display().to_string(),
        cause,
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| refuse(error.to_string()))? {
        let certificate = certificate.map_err(|error| refuse(error.to_string()))?;
        // A bundle may hold certificates that are no authorities; they are of no use, and no harm.
        let _ = roots.add(certificate);
    }
    if roots.is_empty() {
        return Err(refuse("there is no certificate of an authority in it".to_owned()));
    }
    Ok(roots)
}
