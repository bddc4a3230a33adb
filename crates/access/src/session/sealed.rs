//! Bytes sealed under a key that only they have: tokens of sessions, authorization messages, what a browser keeps for
//! the server.
//!
//! Layout: version, id of the ring key, salt, ciphertext, tag. HKDF-SHA-256 with the ring key and the salt gives
//! three things at once: the AES-256-GCM key, its nonce, and a secret, which is the session's secret access key. The
//! salt is 128 random bits, so neither key nor nonce is used a second time. What is sealed for one purpose cannot be
//! opened for another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::ring_key::RingKey;
use crate::SecretText;

const RING_KEY_ID_BYTES: usize = 4;
pub(super) const SALT_BYTES: usize = 16;
const HEADER_BYTES: usize = 1 + RING_KEY_ID_BYTES + SALT_BYTES;
/// What sealing adds: the header and the tag.
pub(super) const OVERHEAD_BYTES: usize = HEADER_BYTES + 16;
const KEY_BYTES: usize = 32;
/// Thirty bytes are forty letters of base64: AWS's secret access keys have that length, and tools expect it.
const SECRET_BYTES: usize = 30;
const DERIVED_BYTES: usize = KEY_BYTES + NONCE_LEN + SECRET_BYTES;

/// What something is sealed for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose<'a> {
    /// The token of a session.
    Token,
    /// Anything else, by its name.
    Named(&'a str),
}

impl<'a> Purpose<'a> {
    /// No name makes another purpose's label.
    fn label(self) -> [&'a [u8]; 2] {
        match self {
            Self::Token => [b"lanyard session token 1", b""],
            Self::Named(name) => [b"lanyard sealed 1 ", name.as_bytes()],
        }
    }
}

/// Sealed bytes, and the secret that came with their key.
pub(super) struct Sealed {
    pub(super) bytes: Vec<u8>,
    pub(super) secret: SecretText,
}

pub(super) fn seal(
    ring_key: &RingKey,
    salt: &[u8; SALT_BYTES],
    purpose: Purpose<'_>,
    version: u8,
    mut body: Vec<u8>,
) -> Option<Sealed> {
    let derived = Derived::from(ring_key, salt, purpose)?;
    let (key, nonce) = derived.cipher()?;
    let mut bytes = Vec::with_capacity(body.len().saturating_add(HEADER_BYTES + AES_256_GCM.tag_len()));
    bytes.push(version);
    bytes.extend_from_slice(&ring_key.id().to_be_bytes());
    bytes.extend_from_slice(salt);
    key.seal_in_place_append_tag(nonce, Aad::from(bytes.as_slice()), &mut body)
        .ok()?;
    bytes.extend_from_slice(&body);
    Some(Sealed {
        bytes,
        secret: derived.secret(),
    })
}

/// Opens sealed bytes in place with the ring key that they name.
pub(super) fn open<'b, 'k>(
    ring_key: impl FnOnce(u32) -> Option<&'k RingKey>,
    purpose: Purpose<'_>,
    version: u8,
    sealed: &'b mut [u8],
) -> Option<(&'b [u8], SecretText)> {
    let (header, body) = sealed.split_at_mut_checked(HEADER_BYTES)?;
    let (sealed_version, rest) = header.split_first()?;
    let (ring_key_id, salt) = rest.split_first_chunk::<RING_KEY_ID_BYTES>()?;
    if *sealed_version != version {
        return None;
    }
    let ring_key = ring_key(u32::from_be_bytes(*ring_key_id))?;
    let derived = Derived::from(ring_key, salt.try_into().ok()?, purpose)?;
    let (key, nonce) = derived.cipher()?;
    let body = key.open_in_place(nonce, Aad::from(&*header), body).ok()?;
    Some((body, derived.secret()))
}

/// What HKDF gives for one salt.
struct Derived(Zeroizing<[u8; DERIVED_BYTES]>);

struct DerivedLen;

impl hkdf::KeyType for DerivedLen {
    fn len(&self) -> usize {
        DERIVED_BYTES
    }
}

impl Derived {
    fn from(ring_key: &RingKey, salt: &[u8; SALT_BYTES], purpose: Purpose<'_>) -> Option<Self> {
        let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(ring_key.expose());
        let mut derived = Zeroizing::new([0; DERIVED_BYTES]);
        pseudorandom
            .expand(&purpose.label(), DerivedLen)
            .ok()?
            .fill(derived.as_mut())
            .ok()?;
        Some(Self(derived))
    }

    fn cipher(&self) -> Option<(LessSafeKey, Nonce)> {
        let (key, rest) = self.0.split_first_chunk::<KEY_BYTES>()?;
        let (nonce, _) = rest.split_first_chunk::<NONCE_LEN>()?;
        let key = UnboundKey::new(&AES_256_GCM, key).ok()?;
        Some((LessSafeKey::new(key), Nonce::assume_unique_for_key(*nonce)))
    }

    fn secret(&self) -> SecretText {
        let secret = self
            .0
            .last_chunk::<SECRET_BYTES>()
            .map_or(&[][..], |secret| secret);
        SecretText::from_zeroizing(Zeroizing::new(BASE64.encode(secret)))
    }
}
