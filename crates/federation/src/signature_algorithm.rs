//! The algorithms that XML and certificates are signed by. What names them is a matter of each.

use aws_lc_rs::signature::{self, VerificationAlgorithm};

use crate::der::KeyAlgorithm;

/// How something is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5.
    Pkcs1(Hash),
    /// RSASSA-PSS with the same hash for its mask.
    Pss(Hash),
    /// ECDSA.
    Ecdsa(Hash),
}

/// A hash that signatures are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    /// With RSA alone: where a SAML provider has it switched on, and in the certificates of old authorities, of which
    /// nothing is trusted because of it.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl SignatureAlgorithm {
    /// Every one that some key can verify.
    pub(crate) const ALL: [Self; 10] = [
        Self::Pkcs1(Hash::Sha1),
        Self::Pkcs1(Hash::Sha256),
        Self::Pkcs1(Hash::Sha384),
        Self::Pkcs1(Hash::Sha512),
        Self::Pss(Hash::Sha256),
        Self::Pss(Hash::Sha384),
        Self::Pss(Hash::Sha512),
        Self::Ecdsa(Hash::Sha256),
        Self::Ecdsa(Hash::Sha384),
        Self::Ecdsa(Hash::Sha512),
    ];

    /// The hash within.
    pub(crate) fn hash(self) -> Hash {
        match self {
            Self::Pkcs1(hash) | Self::Pss(hash) | Self::Ecdsa(hash) => hash,
        }
    }

    /// How a key of a kind verifies it; signatures of ECDSA as ASN.1 has them. `None` if such keys do not make it.
    ///
    /// Keys of RSA are taken from 1024 bits where the library has that: who wants more looks at the key.
    pub(crate) fn verification(self, kind: KeyAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
        use KeyAlgorithm::{P256, P384, P521, Rsa};
        Some(match (self, kind) {
            (Self::Pkcs1(Hash::Sha1), Rsa) => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            (Self::Pkcs1(Hash::Sha256), Rsa) => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            (Self::Pkcs1(Hash::Sha384), Rsa) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (Self::Pkcs1(Hash::Sha512), Rsa) => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
            (Self::Pss(Hash::Sha256), Rsa) => &signature::RSA_PSS_2048_8192_SHA256,
            (Self::Pss(Hash::Sha384), Rsa) => &signature::RSA_PSS_2048_8192_SHA384,
            (Self::Pss(Hash::Sha512), Rsa) => &signature::RSA_PSS_2048_8192_SHA512,
            (Self::Ecdsa(Hash::Sha256), P256) => &signature::ECDSA_P256_SHA256_ASN1,
            (Self::Ecdsa(Hash::Sha384), P256) => &signature::ECDSA_P256_SHA384_ASN1,
            (Self::Ecdsa(Hash::Sha512), P256) => &signature::ECDSA_P256_SHA512_ASN1,
            (Self::Ecdsa(Hash::Sha256), P384) => &signature::ECDSA_P384_SHA256_ASN1,
            (Self::Ecdsa(Hash::Sha384), P384) => &signature::ECDSA_P384_SHA384_ASN1,
            (Self::Ecdsa(Hash::Sha512), P384) => &signature::ECDSA_P384_SHA512_ASN1,
            (Self::Ecdsa(Hash::Sha256), P521) => &signature::ECDSA_P521_SHA256_ASN1,
            (Self::Ecdsa(Hash::Sha384), P521) => &signature::ECDSA_P521_SHA384_ASN1,
            (Self::Ecdsa(Hash::Sha512), P521) => &signature::ECDSA_P521_SHA512_ASN1,
            _ => return None,
        })
    }
}
