//! The token: the claims of a session, sealed, as text.

use data_encoding::BASE64;
use lanyard_names::AccessKeyId;
use zeroize::Zeroizing;

use super::claims::{self, Claims, Packed};
use super::ring_key::RingKey;
use super::sealed::{self, OVERHEAD_BYTES, Purpose, SALT_BYTES};
use super::token_error::TokenError;
use super::{IssuedSession, NewSession, Session, compile_inline};
use crate::SecretText;

const VERSION: u8 = 2;

/// The longest token, as text.
pub const TOKEN_CHARACTERS_MAX: usize = 4_096;

pub(super) fn seal(
    ring_key: &RingKey,
    salt: &[u8; SALT_BYTES],
    access_key_id: AccessKeyId,
    session: &NewSession,
) -> Result<IssuedSession, TokenError> {
    let packed = Packed::of(session);
    if !packed.fits() {
        return Err(TokenError::PackedTooLarge {
            percent: packed.percent(),
        });
    }
    let body = claims::encode(
        access_key_id,
        session,
        &packed,
        body_bytes_min(session.token_size_min),
    );
    let sealed = sealed::seal(ring_key, salt, Purpose::Token, VERSION, body).ok_or(TokenError::NoKey)?;
    let text = Zeroizing::new(BASE64.encode(&sealed.bytes));
    if text.len() > TOKEN_CHARACTERS_MAX {
        return Err(TokenError::TooLong);
    }
    let expires_at = expiry(session).ok_or(TokenError::Duration)?;
    Ok(IssuedSession {
        access_key_id,
        secret_access_key: sealed.secret,
        token: SecretText::from_zeroizing(text),
        expires_at,
        packed_percent: packed.percent(),
        has_packed: !packed.is_empty,
    })
}

/// How long a body must be for its token to have so many characters. Three bytes make four of them.
fn body_bytes_min(characters: usize) -> usize {
    let letters_of_four = characters.min(TOKEN_CHARACTERS_MAX).div_ceil(4);
    let bytes = letters_of_four.saturating_mul(3).saturating_sub(2);
    bytes.saturating_sub(OVERHEAD_BYTES)
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
    let (body, secret) = sealed::open(ring_key, Purpose::Token, VERSION, &mut token)?;
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
        on_behalf: session.on_behalf,
        is_sign_in: session.is_sign_in,
        secret,
    })
}

fn expiry(session: &NewSession) -> Option<jiff::Timestamp> {
    let end = session
        .issued_at
        .as_second()
        .checked_add(i64::from(session.seconds))?;
    jiff::Timestamp::from_second(end).ok()
}
