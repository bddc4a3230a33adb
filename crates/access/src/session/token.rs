//! The token: claims sealed under a key that only this token has.
//!
//! Layout: version, id of the ring key, salt, ciphertext, tag. HKDF-SHA-256 with the ring key and the salt gives
//! three things at once: the AES-256-GCM key, its nonce, and the session's secret access key. The salt is 128
//! random bits, so neither key nor nonce is used for a second token.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::claims::{self, Claims, Packed};
use super::keyring::RingKey;
use super::{IssuedSession, NewSession, Session, compile_inline};
use crate::SecretText;

const VERSION: u8 = 2;
const RING_KEY_ID_BYTES: usize = 4;
pub(super) const SALT_BYTES: usize = 16;
const HEADER_BYTES: usize = 1 + RING_KEY_ID_BYTES + SALT_BYTES;
const KEY_BYTES: usize = 32;
/// Thirty bytes are forty letters of base64: AWS's secret access keys have that length, and tools expect it.
const SECRET_BYTES: usize = 30;
const DERIVED_BYTES: usize = KEY_BYTES + NONCE_LEN + SECRET_BYTES;
const CONTEXT: &[&[u8]] = &[b"lanyard session token 1"];

/// The longest token, as text.
pub const TOKEN_CHARACTERS_MAX: usize = 4_096;

/// Why a token was not made or not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Session policies and tags do not fit.
    #[error("session policies and tags take up {percent} % of the room for them")]
    PackedTooLarge {
        /// How much they would take up, rounded up.
        percent: u32,
    },
    /// Everything together does not fit.
    #[error("the token would be too long")]
    TooLong,
    /// A session that would last longer than ring keys are kept, or not at all.
    #[error("a session cannot last that long")]
    Duration,
    /// It is not a token, was changed, or was sealed under a key that is no longer kept.
    #[error("the token cannot be opened")]
    Invalid,
    /// The system gave no random bytes, or there is no ring key to seal under.
    #[error("no key to seal the token under")]
    NoKey,
}

/// What HKDF gives for one token.
struct Derived(Zeroizing<[u8; DERIVED_BYTES]>);

struct DerivedLen;

impl hkdf::KeyType for DerivedLen {
    fn len(&self) -> usize {
        DERIVED_BYTES
    }
}

impl Derived {
    fn from(ring_key: &RingKey, salt: &[u8; SALT_BYTES]) -> Option<Self> {
        let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(ring_key.expose());
        let mut derived = Zeroizing::new([0; DERIVED_BYTES]);
        pseudorandom
            .expand(CONTEXT, DerivedLen)
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

pub(super) fn seal(
    ring_key: &RingKey,
    salt: &[u8; SALT_BYTES],
    entropy: u64,
    session: &NewSession,
) -> Result<IssuedSession, TokenError> {
    let packed = Packed::of(session);
    if !packed.fits() {
        return Err(TokenError::PackedTooLarge {
            percent: packed.percent(),
        });
    }
    let access_key_id =
        lanyard_names::AccessKeyId::from_entropy(lanyard_names::KeyKind::Temporary, session.account, entropy);
    let derived = Derived::from(ring_key, salt).ok_or(TokenError::NoKey)?;
    let (key, nonce) = derived.cipher().ok_or(TokenError::NoKey)?;

    let mut token = Vec::with_capacity(TOKEN_CHARACTERS_MAX);
    token.push(VERSION);
    token.extend_from_slice(&ring_key.id().to_be_bytes());
    token.extend_from_slice(salt);
    let mut body = claims::encode(access_key_id, session, &packed);
    key.seal_in_place_append_tag(nonce, Aad::from(token.as_slice()), &mut body)
        .map_err(|_| TokenError::NoKey)?;
    token.extend_from_slice(&body);
    let text = Zeroizing::new(BASE64.encode(&token));
    if text.len() > TOKEN_CHARACTERS_MAX {
        return Err(TokenError::TooLong);
    }
    let expires_at = expiry(session).ok_or(TokenError::Duration)?;
    Ok(IssuedSession {
        access_key_id,
        secret_access_key: derived.secret(),
        token: SecretText::from_zeroizing(text),
        expires_at,
        packed_percent: packed.percent(),
        has_packed: !packed.is_empty,
    })
}

/// Opens a token with the ring key that it names.
pub(super) fn open<'k>(
    text: &str,
    ring_key: impl FnOnce(u32) -> Option<&'k RingKey>,
) -> Result<Session, TokenError> {
    open_token(text, ring_key).ok_or(TokenError::Invalid)
}

fn open_token<'k>(text: &str, ring_key: impl FnOnce(u32) -> Option<&'k RingKey>) -> Option<Session> {
    if text.len() > TOKEN_CHARACTERS_MAX {
        return None;
    }
    let mut token = BASE64.decode(text.as_bytes()).ok()?;
    let (header, body) = token.split_at_mut_checked(HEADER_BYTES)?;
    let (version, rest) = header.split_first()?;
    let (ring_key_id, salt) = rest.split_first_chunk::<RING_KEY_ID_BYTES>()?;
    if *version != VERSION {
        return None;
    }
    let ring_key = ring_key(u32::from_be_bytes(*ring_key_id))?;
    let derived = Derived::from(ring_key, salt.try_into().ok()?)?;
    let (key, nonce) = derived.cipher()?;
    let body = key.open_in_place(nonce, Aad::from(&*header), body).ok()?;
    let Claims {
        access_key_id,
        session,
    } = claims::decode(body)?;
    let expires_at = expiry(&session)?;
    Some(Session {
        access_key_id,
        kind: session.kind,
        epoch: session.epoch,
        issued_at: session.issued_at,
        expires_at,
        inline_compiled: session.policy.as_deref().map(compile_inline),
        policy: session.policy,
        policy_arns: session.policy_arns,
        tags: session.tags,
        source_identity: session.source_identity,
        mfa: session.mfa,
        is_chained: session.is_chained,
        origin: session.origin,
        federation: session.federation,
        is_sign_in: session.is_sign_in,
        secret: derived.secret(),
    })
}

fn expiry(session: &NewSession) -> Option<jiff::Timestamp> {
    let end = session
        .issued_at
        .as_second()
        .checked_add(i64::from(session.seconds))?;
    jiff::Timestamp::from_second(end).ok()
}
