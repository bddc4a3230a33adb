//! The signatures on certificates.

use aws_lc_rs::signature::UnparsedPublicKey;

use crate::der::{self, KeyAlgorithm, SEQUENCE, tagged};
use crate::signature_algorithm::{Hash, SignatureAlgorithm};

/// The object identifiers of RSA's signatures but for their last number, and of ECDSA's with SHA-2.
const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1];
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3];
/// That of the SHA-2 hashes, but for its last number.
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2];
const OBJECT_IDENTIFIER: u8 = 6;
const NULL: &[u8] = &[5, 0];

impl SignatureAlgorithm {
    /// The algorithm of an `AlgorithmIdentifier`, given its content.
    pub(super) fn of_identifier(mut identifier: &[u8]) -> Option<Self> {
        let (last, object) = der::take(&mut identifier, OBJECT_IDENTIFIER)?.split_last()?;
        match (object, *last, identifier) {
            (PKCS1, 5, NULL) => Some(Self::Pkcs1(Hash::Sha1)),
            (PKCS1, 11, NULL) => Some(Self::Pkcs1(Hash::Sha256)),
            (PKCS1, 12, NULL) => Some(Self::Pkcs1(Hash::Sha384)),
            (PKCS1, 13, NULL) => Some(Self::Pkcs1(Hash::Sha512)),
            (PKCS1, 10, parameters) => [Hash::Sha256, Hash::Sha384, Hash::Sha512]
                .into_iter()
                .find(|hash| hash.pss_parameters().as_deref() == Some(parameters))
                .map(Self::Pss),
            (ECDSA, 2, []) => Some(Self::Ecdsa(Hash::Sha256)),
            (ECDSA, 3, []) => Some(Self::Ecdsa(Hash::Sha384)),
            (ECDSA, 4, []) => Some(Self::Ecdsa(Hash::Sha512)),
            _ => None,
        }
    }

    /// Whether a key made a signature by this algorithm.
    pub(super) fn verifies(
        self,
        (kind, key): (KeyAlgorithm, &[u8]),
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let Some(algorithm) = self.verification(kind) else {
            return false;
        };
        let key = UnparsedPublicKey::new(algorithm, key);
        key.verify(message, signature).is_ok()
    }
}

impl Hash {
    /// The parameters of RSASSA-PSS with this hash in both its places and a salt as long as the hash: the ones that
    /// are in use.
    fn pss_parameters(self) -> Option<Vec<u8>> {
        let (number, length) = match self {
            Self::Sha1 => return None,
            Self::Sha256 => (1, 32),
            Self::Sha384 => (2, 48),
            Self::Sha512 => (3, 64),
        };
        let object = |start: &[u8], last: u8| tagged(OBJECT_IDENTIFIER, &[start, &[last]].concat());
        let hash = tagged(SEQUENCE, &[object(SHA2, number).as_slice(), NULL].concat());
        let mask = tagged(SEQUENCE, &[object(PKCS1, 8), hash.clone()].concat());
        let salt = tagged(der::INTEGER, &[length]);
        let parts = [tagged(0xa0, &hash), tagged(0xa1, &mask), tagged(0xa2, &salt)];
        Some(tagged(SEQUENCE, &parts.concat()))
    }
}
