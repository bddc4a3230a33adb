//! Refusals about certificates. Evidence: recorded answers of AWS, unless it says otherwise.

use lanyard_aws_api::ErrorCode;
use lanyard_federation::x509::{CertificateError, ChainError};

use super::Refusal;

impl Refusal {
    /// A signing certificate that is none, or not valid now, which AWS shows again.
    // Differs from AWS: a private key that somebody took for a certificate is not, since the trail keeps what is said.
    pub(crate) fn signing_certificate(body: &str) -> Self {
        let shown = if body.contains("PRIVATE KEY") { "***" } else { body };
        malformed(format!("Certificate {shown} is malformed."))
    }

    /// A signing certificate that another user has.
    pub(crate) fn duplicate_certificate() -> Self {
        Refusal::new(
            ErrorCode::DUPLICATE_CERTIFICATE,
            "Duplicate certificate uploaded.",
        )
    }

    /// A server certificate that cannot be read.
    pub(crate) fn server_certificate(cause: CertificateError) -> Self {
        malformed("Unable to parse certificate. Please ensure the certificate is in PEM format.")
            .caused_by(cause)
    }

    /// A private key that cannot be read, or is encrypted. AWS's text is not published.
    pub(crate) fn server_private_key(cause: CertificateError) -> Self {
        malformed("Unable to parse private key. Please ensure the private key is in PEM format and is not encrypted.")
            .caused_by(cause)
    }

    /// A certificate of yesterday.
    pub(crate) fn server_certificate_expired() -> Self {
        malformed(
            "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.",
        )
    }

    /// A certificate of tomorrow. AWS's text is not published.
    pub(crate) fn server_certificate_not_yet_valid() -> Self {
        malformed(
            "Certificate is not yet valid. The 'Not Before' date restriction on the certificate has not passed.",
        )
    }

    /// A certificate and the private key of another.
    pub(crate) fn key_pair_mismatch() -> Self {
        Refusal::new(
            ErrorCode::KEY_PAIR_MISMATCH,
            "The private key did not match the public key provided. Please verify the key material and try again.",
        )
    }

    /// A chain that cannot be read.
    pub(crate) fn certificate_chain_unreadable(cause: CertificateError) -> Self {
        malformed("Unknown").caused_by(cause)
    }

    /// A chain that does not lead to its end.
    pub(crate) fn certificate_chain(error: ChainError) -> Self {
        malformed(format!(
            "Unable to validate certificate chain. The certificate chain must start with the immediate signing \
             certificate, followed by any intermediaries in order. The index within the chain of the invalid \
             certificate is: {}",
            error.index
        ))
    }

    /// No tags where some are to be given.
    pub(crate) fn no_tags() -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            "The provided tag map must not be null/empty.",
        )
    }

    /// No keys of tags where some are to be taken away.
    pub(crate) fn no_tag_keys() -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            "The provided tag keys must not be null/empty.",
        )
    }

    /// A status that is not given by hand.
    pub(crate) fn status_not_given(status: &str) -> Self {
        Refusal::new(
            ErrorCode::INVALID_INPUT,
            format!("Operation does not support status {status}"),
        )
    }
}

fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::MALFORMED_CERTIFICATE, message)
}
