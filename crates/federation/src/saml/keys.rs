//! Keys: those that verify signatures, out of certificates, and those that decrypt, out of PEM files.
//!
//! A certificate is only the wrapping of a key here, so it is read as far as the key and no further. Each
//! algorithm is bound to its kind of key before any signature is seen, so none can be taken for another.

use std::fmt;

use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::ParsedPublicKey;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

use crate::der;
use crate::saml::error::{DecryptionKeyError, MetadataError};
use crate::signature_algorithm::{Hash, SignatureAlgorithm};

impl SignatureAlgorithm {
    /// The algorithm that XML calls so, SHA-1 included.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1" => Self::Pkcs1(Hash::Sha1),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => Self::Pkcs1(Hash::Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => Self::Pkcs1(Hash::Sha384),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => Self::Pkcs1(Hash::Sha512),
            "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1" => Self::Pss(Hash::Sha256),
            "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1" => Self::Pss(Hash::Sha384),
            "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1" => Self::Pss(Hash::Sha512),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => Self::Ecdsa(Hash::Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => Self::Ecdsa(Hash::Sha384),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512" => Self::Ecdsa(Hash::Sha512),
            _ => return None,
        })
    }
}

const RSA_BITS_MIN: usize = 2048;
const RSA_BITS_MAX: usize = 8192;

/// The public key of a signing certificate.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The length of each of the two numbers of an ECDSA signature; nothing for RSA.
    number_bytes: Option<usize>,
    /// The key, made ready for each algorithm that it can verify.
    keys: Vec<(SignatureAlgorithm, ParsedPublicKey)>,
}

impl Certificate {
    /// Takes the key out of an X.509 certificate in DER. Names, dates and extensions mean nothing here: the key is
    /// trusted because the metadata contains it.
    pub fn from_der(der: &[u8]) -> Result<Self, MetadataError> {
        let key = der::public_key(der).ok_or(MetadataError::Certificate("not an X.509 certificate"))?;
        let number_bytes = match key.algorithm {
            der::KeyAlgorithm::Rsa => None,
            der::KeyAlgorithm::P256 => Some(32),
            der::KeyAlgorithm::P384 => Some(48),
            der::KeyAlgorithm::P521 => Some(66),
        };
        if number_bytes.is_none() {
            let bits = der::modulus_bits(key.key).ok_or(MetadataError::Certificate("not an RSA key"))?;
            if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) {
                return Err(MetadataError::Certificate("an RSA key has 2048 to 8192 bits"));
            }
        }
        let mut keys = Vec::new();
        for algorithm in SignatureAlgorithm::ALL {
            let Some(verification) = algorithm.verification(key.algorithm) else {
                continue;
            };
            let parsed = ParsedPublicKey::new(verification, key.key)
                .map_err(|_| MetadataError::Certificate("a key that is not one"))?;
            keys.push((algorithm, parsed));
        }
        Ok(Self { number_bytes, keys })
    }

    /// Whether this key made the signature, by this algorithm.
    pub(super) fn verifies(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        let Some((_, key)) = self.keys.iter().find(|(of, _)| *of == algorithm) else {
            return false;
        };
        match self.number_bytes {
            None => key.verify_sig(message, signature).is_ok(),
            Some(length) if signature.len() == 2 * length => {
                let (r, s) = signature.split_at(length);
                key.verify_sig(message, &der::two_integers(r, s)).is_ok()
            }
            Some(_) => false,
        }
    }
}

/// A private key that opens encrypted assertions. It cannot be printed.
pub struct DecryptionKey(OaepPrivateDecryptingKey);

impl DecryptionKey {
    /// Reads an RSA key of 2048 to 8192 bits in PEM, as PKCS #8 or PKCS #1, not encrypted.
    pub fn from_pem(pem: &str) -> Result<Self, DecryptionKeyError> {
        let read =
            PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| DecryptionKeyError::Malformed)?;
        let key = match &read {
            PrivateKeyDer::Pkcs8(key) => PrivateDecryptingKey::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => {
                PrivateDecryptingKey::from_pkcs8(&der::pkcs8_of_pkcs1(key.secret_pkcs1_der()))
            }
            _ => return Err(DecryptionKeyError::Malformed),
        };
        let key = key.map_err(|_| DecryptionKeyError::Malformed)?;
        if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&key.key_size_bits()) {
            return Err(DecryptionKeyError::Size);
        }
        OaepPrivateDecryptingKey::new(key)
            .map(Self)
            .map_err(|_| DecryptionKeyError::Malformed)
    }

    pub(super) fn rsa(&self) -> &OaepPrivateDecryptingKey {
        &self.0
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DecryptionKey")
    }
}
