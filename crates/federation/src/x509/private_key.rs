//! Private keys of certificates: read to be compared with them, and for nothing else.

use std::fmt;

use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, ParsedPublicKey, VerificationAlgorithm,
};

use super::{Certificate, CertificateError, pem};
use crate::der::{self, INTEGER, KeyAlgorithm, OCTET_STRING, SEQUENCE, integer, tagged, take, value};

const CURVES: [KeyAlgorithm; 3] = [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::P521];
const RSA_BITS_MIN: usize = 1024;
/// From here on the library reads private keys of RSA, and finds out whether their numbers belong together.
const RSA_BITS_CHECKED_MIN: usize = 2048;

/// A private key. Of the secret nothing is kept: only the public half, which is what it is compared by.
pub struct PrivateKey {
    kind: KeyAlgorithm,
    public: Vec<u8>,
}

impl PrivateKey {
    /// Reads a private key in PEM, not encrypted: of RSA in PKCS #1 or PKCS #8, of three curves in SEC 1 or PKCS #8.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        let mut found = None;
        for block in pem::blocks(text) {
            let block = block.map_err(|()| CertificateError::Pem)?;
            let key = match block.label {
                // OpenSSL writes the name of the curve in front of the key, which names it as well.
                "EC PARAMETERS" if found.is_none() => continue,
                "RSA PRIVATE KEY" => of_rsa(&block.content),
                "EC PRIVATE KEY" => CURVES.into_iter().find_map(|kind| of_curve(kind, &block.content)),
                "PRIVATE KEY" => of_any(&block.content),
                _ => return Err(CertificateError::PrivateKey),
            };
            let key = key.ok_or(CertificateError::PrivateKey)?;
            if found.replace(key).is_some() {
                return Err(CertificateError::PrivateKey);
            }
        }
        found.ok_or(CertificateError::Pem)
    }

    /// Whether it is the private half of a certificate's key.
    #[must_use]
    pub fn is_of(&self, certificate: &Certificate) -> bool {
        certificate.key() == Some((self.kind, &self.public))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PrivateKey")
    }
}

/// Whether these bytes are a point of a curve.
pub(super) fn is_point(kind: KeyAlgorithm, key: &[u8]) -> bool {
    let algorithm: &'static dyn VerificationAlgorithm = match kind {
        KeyAlgorithm::P256 => &signature::ECDSA_P256_SHA256_ASN1,
        KeyAlgorithm::P384 => &signature::ECDSA_P384_SHA384_ASN1,
        KeyAlgorithm::P521 => &signature::ECDSA_P521_SHA512_ASN1,
        KeyAlgorithm::Rsa => return false,
    };
    ParsedPublicKey::new(algorithm, key).is_ok()
}

/// A key in PKCS #8, of either kind.
fn of_any(bytes: &[u8]) -> Option<PrivateKey> {
    let (mut outer, after) = value(bytes, SEQUENCE)?;
    if !after.is_empty() {
        return None;
    }
    take(&mut outer, INTEGER)?;
    let kind = KeyAlgorithm::of(take(&mut outer, SEQUENCE)?)?;
    let inside = take(&mut outer, OCTET_STRING)?;
    match kind {
        KeyAlgorithm::Rsa => of_rsa(inside),
        curve => of_curve(curve, bytes),
    }
}

/// A key of RSA in PKCS #1: the second and the third number of it are the public half.
fn of_rsa(bytes: &[u8]) -> Option<PrivateKey> {
    let (mut numbers, after) = value(bytes, SEQUENCE)?;
    if !after.is_empty() {
        return None;
    }
    take(&mut numbers, INTEGER)?;
    let (modulus, exponent) = (take(&mut numbers, INTEGER)?, take(&mut numbers, INTEGER)?);
    let public = tagged(SEQUENCE, &[integer(modulus), integer(exponent)].concat());
    let bits = der::modulus_bits(&public)?;
    if bits < RSA_BITS_MIN || (bits >= RSA_BITS_CHECKED_MIN && rsa::KeyPair::from_der(bytes).is_err()) {
        return None;
    }
    let kind = KeyAlgorithm::Rsa;
    Some(PrivateKey { kind, public })
}

/// A key of one curve, in PKCS #8 or SEC 1.
fn of_curve(kind: KeyAlgorithm, bytes: &[u8]) -> Option<PrivateKey> {
    let algorithm: &'static EcdsaSigningAlgorithm = match kind {
        KeyAlgorithm::P256 => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        KeyAlgorithm::P384 => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
        KeyAlgorithm::P521 => &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
        KeyAlgorithm::Rsa => return None,
    };
    let pair = EcdsaKeyPair::from_private_key_der(algorithm, bytes).ok()?;
    let public = pair.public_key().as_ref().to_vec();
    Some(PrivateKey { kind, public })
}
