//! Whose certificates an issuer's hosts may show.
//!
//! Authorities come first: the operator's for this issuer, else the system's. A chain that leads to none of them is
//! still good if a certificate in it has one of the provider's thumbprints: then that certificate is the authority. The
//! host name and the times count either way. Evidence: the IAM user guide's page on thumbprints.

use std::fmt;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use parking_lot::Mutex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

/// SHA-1 of a certificate.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::oidc) struct Thumbprint([u8; 20]);

impl Thumbprint {
    /// Of forty hexadecimal digits.
    pub(in crate::oidc) fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let mut bytes = [0; 20];
        if text.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let [high, low] = *digits else { return None };
            *byte = u8::try_from(16 * digit(high)? + digit(low)?).ok()?;
        }
        Some(Self(bytes))
    }

    fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate);
        digest.as_ref().try_into().ok().map(Self)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Whose certificates are accepted.
pub(in crate::oidc) struct HostTrust {
    accepts: Accepts,
    algorithms: WebPkiSupportedAlgorithms,
    topmost: Mutex<Option<Thumbprint>>,
}

enum Accepts {
    Vouched {
        authorities: std::sync::Arc<RootCertStore>,
        thumbprints: Vec<Thumbprint>,
    },
    Anything,
}

impl HostTrust {
    /// Chains to authorities, or through a certificate with one of the thumbprints.
    pub(in crate::oidc) fn new(
        authorities: std::sync::Arc<RootCertStore>,
        thumbprints: Vec<Thumbprint>,
    ) -> Self {
        Self::accepting(Accepts::Vouched {
            authorities,
            thumbprints,
        })
    }

    /// Any certificate. Only for looking at it: what comes over such a connection is nobody's word.
    pub(in crate::oidc) fn looking() -> Self {
        Self::accepting(Accepts::Anything)
    }

    /// The thumbprint of the last certificate of the chain that was shown last.
    pub(in crate::oidc) fn topmost(&self) -> Option<Thumbprint> {
        *self.topmost.lock()
    }

    fn accepting(accepts: Accepts) -> Self {
        Self {
            accepts,
            algorithms: default_provider().signature_verification_algorithms,
            topmost: Mutex::new(None),
        }
    }
}

impl ServerCertVerifier for HostTrust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.topmost.lock() = Thumbprint::of(intermediates.last().unwrap_or(end_entity));
        let (authorities, thumbprints) = match &self.accepts {
            Accepts::Anything => return Ok(ServerCertVerified::assertion()),
            Accepts::Vouched {
                authorities,
                thumbprints,
            } => (authorities, thumbprints),
        };
        let parsed = ParsedCertificate::try_from(end_entity)?;
        let leads_to = |roots: &RootCertStore| {
            let algorithms = self.algorithms.all;
            let led =
                verify_server_cert_signed_by_trust_anchor(&parsed, roots, intermediates, now, algorithms);
            led.map_err(without_authority)
        };
        if let Err(error) = leads_to(authorities) {
            let mut pinned = RootCertStore::empty();
            for certificate in std::iter::once(end_entity).chain(intermediates) {
                if Thumbprint::of(certificate).is_some_and(|own| thumbprints.contains(&own)) {
                    pinned.add(certificate.clone().into_owned())?;
                }
            }
            if pinned.is_empty() {
                return Err(error);
            }
            leads_to(&pinned)?;
        }
        verify_server_name(&parsed, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Whatever keeps a chain from an authority, save its times, is said in one way: that it leads to none.
fn without_authority(error: Error) -> Error {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    match error {
        Error::InvalidCertificate(
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. },
        ) => error,
        _ => Error::InvalidCertificate(CertificateError::UnknownIssuer),
    }
}

impl fmt::Debug for HostTrust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HostTrust").finish_non_exhaustive()
    }
}

/// The authorities that the system trusts; none, if it has none.
pub(super) fn system_authorities() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "certificates of the system cannot be read");
    }
    let mut authorities = RootCertStore::empty();
    // What is no authority is of no use among them, and no harm.
    let _ = authorities.add_parsable_certificates(found.certs);
    authorities
}

#[cfg(test)]
mod tests;
