//! Keys: those that verify signatures, out of certificates, and those that decrypt, out of PEM files.

use crate::saml::error::{DecryptionKeyError, MetadataError};

/// The public key of a signing certificate.
#[derive(Debug, Clone)]
pub struct Certificate {}

impl Certificate {
    /// Takes the key out of an X.509 certificate in DER. Names, dates and extensions mean nothing here: the key is
    /// trusted because the metadata contains it.
    pub fn from_der(_der: &[u8]) -> Result<Self, MetadataError> {
        Err(MetadataError::Certificate("not yet"))
    }
}

/// A private key that opens encrypted assertions. It cannot be printed.
pub struct DecryptionKey {}

impl DecryptionKey {
    /// Reads an RSA key of 2048 to 8192 bits in PEM, as PKCS #8 or PKCS #1, not encrypted.
    pub fn from_pem(_pem: &str) -> Result<Self, DecryptionKeyError> {
        Err(DecryptionKeyError::Malformed)
    }
}
