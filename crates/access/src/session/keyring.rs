//! The ring of keys that session tokens are sealed under.
//!
//! Tokens are sealed under the newest key and opened with whichever they name. A key that has been followed by a
//! newer one is kept until the longest session sealed under it has ended.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use lanyard_names::{AccessKeyId, KeyKind};
use parking_lot::RwLock;
use zeroize::Zeroizing;

use super::ring_key::{KeyringError, RingKey, SealedRingKey, unseal};
use super::sealed::{self, Purpose, SALT_BYTES};
use super::token;
use super::token_error::TokenError;
use super::{IssuedSession, NewSession, SESSION_SECONDS_MAX, Session};
use crate::{SecretBytes, SecretText, Vault};

/// Of what is sealed and is no token.
const VERSION: u8 = 1;
/// How long tokens are sealed under one key.
const ROTATION_SECONDS: i64 = 30 * 24 * 3600;
/// A key is not sealed under until every node has had time to learn of it, unless there is no other.
const SPREAD_SECONDS: i64 = 60;
/// Beyond the longest session, for clocks that differ.
const SLACK_SECONDS: i64 = 3600;

/// The keys that session tokens are sealed under.
#[derive(Debug, Default)]
pub struct Keyring {
    /// Newest first.
    keys: RwLock<Arc<Vec<RingKey>>>,
}

impl Keyring {
    /// A ring without keys, which neither seals nor opens.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the ring by what the store holds now.
    pub fn load<'k>(
        &self,
        vault: &Vault,
        sealed: impl IntoIterator<Item = &'k SealedRingKey>,
    ) -> Result<(), KeyringError> {
        let mut keys = sealed
            .into_iter()
            .map(|sealed| unseal(vault, sealed))
            .collect::<Result<Vec<_>, _>>()?;
        keys.sort_by_key(|key| std::cmp::Reverse((key.created, key.id)));
        *self.keys.write() = Arc::new(keys);
        Ok(())
    }

    /// Whether it is time for a new key: there is none yet, or the newest has been used long enough.
    pub fn needs_new_key(&self, now: Timestamp) -> bool {
        let keys = self.keys.read();
        keys.first()
            .is_none_or(|newest| seconds_between(newest.created, now) >= ROTATION_SECONDS)
    }

    /// Makes a key for the ring. It is used once it has been stored and the ring has been loaded again.
    pub fn make_key(&self, vault: &Vault, now: Timestamp) -> Result<SealedRingKey, KeyringError> {
        let keys = Arc::clone(&self.keys.read());
        let id = keys.iter().map(|key| key.id).max().unwrap_or(0).wrapping_add(1);
        SealedRingKey::new(vault, id, Timestamp::from_second(now.as_second()).unwrap_or(now))
    }

    /// The keys under which no living session is sealed any more; they can be removed from the store.
    pub fn outlived(&self, now: Timestamp) -> Vec<u32> {
        let keys = self.keys.read();
        let followed = keys.iter().skip(1).zip(keys.iter());
        followed
            .filter(|(_, newer)| {
                let kept = i64::from(SESSION_SECONDS_MAX) + SPREAD_SECONDS + SLACK_SECONDS;
                seconds_between(newer.created, now) > kept
            })
            .map(|(key, _)| key.id)
            .collect()
    }

    /// Makes a session: its access key id, secret and token.
    pub fn issue(&self, session: &NewSession) -> Result<IssuedSession, TokenError> {
        // At once: asking the system costs more than what it gives.
        let mut entropy = [0; 8 + SALT_BYTES];
        getrandom::fill(&mut entropy).map_err(|_| TokenError::NoKey)?;
        let (entropy, salt) = entropy.split_first_chunk::<8>().ok_or(TokenError::NoKey)?;
        let salt = salt.try_into().map_err(|_| TokenError::NoKey)?;
        let id = AccessKeyId::from_entropy(KeyKind::Temporary, session.account, u64::from_be_bytes(*entropy));
        self.issue_salted(id, salt, session)
    }

    /// Makes new credentials for a session that has an id already: whoever signed in has one access key id for as
    /// long as it lasts, so that all of it can be found and ended by that.
    pub fn issue_as(&self, id: AccessKeyId, session: &NewSession) -> Result<IssuedSession, TokenError> {
        self.issue_salted(id, &salt()?, session)
    }

    fn issue_salted(
        &self,
        id: AccessKeyId,
        salt: &[u8; SALT_BYTES],
        session: &NewSession,
    ) -> Result<IssuedSession, TokenError> {
        if session.seconds == 0 || session.seconds > SESSION_SECONDS_MAX || session.issued_at.as_second() < 0
        {
            return Err(TokenError::Duration);
        }
        let keys = Arc::clone(&self.keys.read());
        let key = sealing_key(&keys, session.issued_at).ok_or(TokenError::NoKey)?;
        token::seal(key, salt, id, session)
    }

    /// Seals bytes that somebody else keeps for the server, as text that is safe in URLs and cookies. It opens for this
    /// purpose only; until when it is good, it has to say itself, and that must be before the longest session ends.
    pub fn seal_for(&self, purpose: &str, bytes: &[u8], now: Timestamp) -> Result<SecretText, TokenError> {
        let keys = Arc::clone(&self.keys.read());
        let key = sealing_key(&keys, now).ok_or(TokenError::NoKey)?;
        let purpose = Purpose::Named(purpose);
        let sealed =
            sealed::seal(key, &salt()?, purpose, VERSION, bytes.to_vec()).ok_or(TokenError::NoKey)?;
        let text = Zeroizing::new(BASE64URL_NOPAD.encode(&sealed.bytes));
        Ok(SecretText::from_zeroizing(text))
    }

    /// Opens what was sealed for this purpose.
    pub fn open_for(&self, purpose: &str, text: &str) -> Result<SecretBytes, TokenError> {
        let keys = Arc::clone(&self.keys.read());
        let ring_key = |id| keys.iter().find(|key| key.id == id);
        let decoded = BASE64URL_NOPAD.decode(text.as_bytes());
        let mut bytes = Zeroizing::new(decoded.map_err(|_| TokenError::Invalid)?);
        let (body, _) = sealed::open(ring_key, Purpose::Named(purpose), VERSION, &mut bytes)
            .ok_or(TokenError::Invalid)?;
        Ok(SecretBytes::new(body.to_vec()))
    }

    /// Opens a token. That it is still valid, and who presents it, is for the caller to check.
    pub fn open(&self, token: &str) -> Result<Session, TokenError> {
        let keys = Arc::clone(&self.keys.read());
        token::open(token, |id| keys.iter().find(|key| key.id == id))
    }
}

fn salt() -> Result<[u8; SALT_BYTES], TokenError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| TokenError::NoKey)?;
    Ok(salt)
}

/// The newest key that every node knows; when all are too young, the oldest.
fn sealing_key(keys: &[RingKey], now: Timestamp) -> Option<&RingKey> {
    let spread = keys
        .iter()
        .find(|key| seconds_between(key.created, now) >= SPREAD_SECONDS);
    spread.or_else(|| keys.last())
}

fn seconds_between(earlier: Timestamp, later: Timestamp) -> i64 {
    later.as_second().saturating_sub(earlier.as_second())
}
