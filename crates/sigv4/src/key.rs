//! The key that signs the requests of one day, region and service.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A signing key, ready to use. It is derived from a secret access key and good for one day, region and
/// service, so it is worth keeping for the next request. It cannot be printed and is wiped when dropped (the
/// hash states inside wipe themselves).
#[derive(Clone)]
pub struct SigningKey {
    keyed: Hmac<Sha256>,
}

impl SigningKey {
    /// Derives the key from a secret access key for a day (`20150830`), region and service.
    pub fn derive(secret: &str, date: &str, region: &str, service: &str) -> Self {
        let mut first = Zeroizing::new(Vec::with_capacity(4 + secret.len()));
        first.extend_from_slice(b"AWS4");
        first.extend_from_slice(secret.as_bytes());
        let of_date = hmac(&first, date.as_bytes());
        let of_region = hmac(&*of_date, region.as_bytes());
        let of_service = hmac(&*of_region, service.as_bytes());
        let key = hmac(&*of_service, b"aws4_request");
        Self { keyed: keyed(&*key) }
    }

    /// Starts the signature of a text that is fed in piece by piece.
    pub(crate) fn start(&self) -> Hmac<Sha256> {
        self.keyed.clone()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

fn hmac(key: &[u8], text: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = keyed(key);
    mac.update(text);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of every length, so the alternative never comes about.
    Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Default::default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signing_key_cannot_be_printed() {
        let key = SigningKey::derive("a secret", "20150830", "us-east-1", "iam");
        assert_eq!(format!("{key:?}"), "SigningKey(..)");
    }
}
