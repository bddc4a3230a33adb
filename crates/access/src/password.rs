//! Passwords of users who sign in on a page: how they are kept, and how one that is shown is checked.
//!
//! A password is kept as an argon2id hash. Each hash takes memory and time on purpose, so hashing happens on threads
//! of its own, at most two at once; some more may wait, not for long, and beyond that a request is told to come back.
//! So a flood of sign-ins can hold neither the memory nor the processors of the server.
//!
//! Invariants:
//! - [`Passwords::verify_password`] does one hash whatever happens: for a user who does not exist, who has no
//!   password, or who is not heard because of too many wrong ones, it takes the time of a wrong password.
//! - All of those are one refusal; what more there is to say is said only to who knows the password.
//!
//! What a password has to be like is in [`crate::PasswordRules`]; a new one is taken by [`Passwords::hash_new`]. Changing
//! one is the directory's work.

use std::sync::Arc;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE64_NOPAD;
use jiff::Timestamp;
use lanyard_directory::{Account, PasswordHash};
use lanyard_names::UniqueId;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{Attempts, Guessed, PasswordRules, SecretText};

/// The work of one hash. Evidence: the least that OWASP's cheat sheet on storing passwords advises for argon2id.
const WORK: Work = Work {
    memory_kib: 19 * 1024,
    passes: 2,
    lanes: 1,
};
/// The most work that a stored hash may ask for; more is no hash of ours.
const WORK_MAX: Work = Work {
    memory_kib: 256 * 1024,
    passes: 16,
    lanes: 4,
};
const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// How many hashes are made at once.
const AT_ONCE: usize = 2;
/// How many requests may have a hash made or wait for one.
const ADMITTED_MAX: usize = 64;
/// How long one waits for its turn.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Somebody showed the right password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The user.
    pub user: UniqueId,
    /// Whether the password has to be changed before anything else, since whoever set it said so.
    pub must_reset: bool,
    /// Whether the same is so because the password is too old.
    pub expired: bool,
}

/// Why somebody may not sign in.
#[derive(Debug, thiserror::Error)]
pub enum PasswordRefusal {
    /// There is no such user, the user has no password, it is another one, or too many were wrong in a row.
    #[error("the user name or the password is wrong")]
    Wrong,
    /// The password is right but too old, and an administrator has to set a new one.
    #[error("the password has expired; an administrator has to set a new one")]
    Expired,
    /// It could not be found out.
    #[error(transparent)]
    Unavailable(#[from] PasswordError),
}

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many others are waiting.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoEntropy,
    /// The hash could not be made.
    #[error("a password could not be hashed")]
    Failed,
}

/// Hashes and checks passwords. Made once, by the server.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    admitted: Semaphore,
    attempts: Attempts,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Nothing is being hashed yet.
    pub fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            admitted: Semaphore::new(ADMITTED_MAX),
            attempts: Attempts::new(),
        }
    }

    /// Checks the password that somebody shows who wants to sign in as a user of this account.
    pub async fn verify_password(
        &self,
        account: &Account,
        user_name: &str,
        password: &SecretText,
        now: Timestamp,
    ) -> Result<SignIn, PasswordRefusal> {
        let user = account.user(user_name);
        let profile = user.and_then(|user| account.login_profile(user.id));
        let guessed = profile.map(|profile| Guessed {
            account: account.id(),
            entity: profile.user.to_string().into(),
        });
        let is_heard = match &guessed {
            Some(guessed) => self.attempts.begin(guessed, now).is_ok(),
            None => false,
        };
        let hash = profile.map(|profile| profile.password.clone());
        let checked = self.is_one_of(hash.into_iter().collect(), password).await;
        if checked.is_err()
            && is_heard
            && let Some(guessed) = &guessed
        {
            // Whoever was not looked at has not guessed: else who keeps the server busy shuts others out.
            self.attempts.was_none(guessed);
        }
        let is_right = checked?;
        let (Some(profile), Some(guessed), true, true) = (profile, guessed, is_heard, is_right) else {
            return Err(PasswordRefusal::Wrong);
        };
        self.attempts.was_right(&guessed);

        let rules = PasswordRules::of(account);
        let expired = rules.is_expired(profile.changed, now);
        if expired && rules.expiry_is_hard() {
            return Err(PasswordRefusal::Expired);
        }
        Ok(SignIn {
            user: profile.user,
            must_reset: profile.must_reset,
            expired,
        })
    }

    /// The hash of a new password.
    pub async fn hash(&self, password: &SecretText) -> Result<PasswordHash, PasswordError> {
        let password = password.clone();
        self.in_turn(move || hash(&password)).await?
    }

    /// Whether a password is one of those that were hashed. As long for none as for one.
    pub async fn is_one_of(
        &self,
        hashes: Vec<PasswordHash>,
        password: &SecretText,
    ) -> Result<bool, PasswordError> {
        let password = password.clone();
        self.in_turn(move || {
            if hashes.is_empty() {
                Phc::of_nobody().matches(&password);
                return false;
            }
            hashes
                .iter()
                .fold(false, |found, hash| matches(hash, &password) | found)
        })
        .await
    }

    /// Works on a thread of its own when it is this one's turn. The turn lasts as long as the work, even if whoever
    /// asked has gone.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| PasswordError::Busy)?;
        let turn = tokio::time::timeout(WAIT_MAX, Arc::clone(&self.turns).acquire_owned());
        let turn = turn
            .await
            .map_err(|_| PasswordError::Busy)?
            .map_err(|_| PasswordError::Failed)?;
        let worked = tokio::task::spawn_blocking(move || {
            let worked = work();
            drop(turn);
            worked
        });
        worked.await.map_err(|_| PasswordError::Failed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Work {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// A hash with what it was made from, in the PHC string format.
struct Phc {
    work: Work,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

fn hash(password: &SecretText) -> Result<PasswordHash, PasswordError> {
    let mut salt = vec![0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::NoEntropy)?;
    let tag = derive(WORK, password, &salt).ok_or(PasswordError::Failed)?;
    let phc = Phc {
        work: WORK,
        salt,
        tag: tag.to_vec(),
    };
    Ok(PasswordHash::new(phc.to_text()))
}

// Fails closed: a hash that cannot be read is nobody's, and takes as long.
fn matches(hash: &PasswordHash, password: &SecretText) -> bool {
    match Phc::parse(hash.as_str()) {
        Some(phc) => phc.matches(password),
        None => {
            Phc::of_nobody().matches(password);
            false
        }
    }
}

fn derive(work: Work, password: &SecretText, salt: &[u8]) -> Option<Zeroizing<[u8; TAG_BYTES]>> {
    let params = Params::new(work.memory_kib, work.passes, work.lanes, Some(TAG_BYTES)).ok()?;
    let mut tag = Zeroizing::new([0; TAG_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.expose().as_bytes(), salt, tag.as_mut())
        .ok()?;
    Some(tag)
}

impl Phc {
    /// A hash that no password has, as much work as one that somebody has.
    fn of_nobody() -> Self {
        Self {
            work: WORK,
            salt: vec![0; SALT_BYTES],
            tag: Vec::new(),
        }
    }

    fn matches(&self, password: &SecretText) -> bool {
        let derived = derive(self.work, password, &self.salt);
        derived.is_some_and(|derived| derived.as_ref().ct_eq(&self.tag).into())
    }

    fn to_text(&self) -> String {
        let Work {
            memory_kib,
            passes,
            lanes,
        } = self.work;
        let (salt, tag) = (BASE64_NOPAD.encode(&self.salt), BASE64_NOPAD.encode(&self.tag));
        format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${tag}")
    }

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("$argon2id$v=19$")?;
        let mut parts = rest.split('$');
        let work = Work::parse(parts.next()?)?;
        let salt = BASE64_NOPAD.decode(parts.next()?.as_bytes()).ok()?;
        let tag = BASE64_NOPAD.decode(parts.next()?.as_bytes()).ok()?;
        let is_whole = parts.next().is_none() && tag.len() == TAG_BYTES;
        is_whole.then_some(Self { work, salt, tag })
    }
}

impl Work {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let mut number = |name: &str| parts.next()?.strip_prefix(name)?.parse::<u32>().ok();
        let work = Self {
            memory_kib: number("m=")?,
            passes: number("t=")?,
            lanes: number("p=")?,
        };
        let is_bounded = work.memory_kib <= WORK_MAX.memory_kib
            && work.passes <= WORK_MAX.passes
            && work.lanes <= WORK_MAX.lanes;
        (is_bounded && parts.next().is_none()).then_some(work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SecretText {
        SecretText::new(text)
    }

    #[test]
    fn a_password_matches_its_own_hash_and_no_other_does() {
        let hash = hash(&text("correct horse")).unwrap();
        assert!(matches(&hash, &text("correct horse")));
        assert!(!matches(&hash, &text("correct horsf")));
        assert!(!matches(&hash, &text("")));
    }

    #[test]
    fn the_same_password_is_hashed_differently_each_time() {
        let again = || hash(&text("correct horse")).unwrap().as_str().to_owned();
        assert_ne!(again(), again());
    }

    #[test]
    fn a_hash_says_how_it_was_made() {
        let hash = hash(&text("a")).unwrap();
        let salt_and_tag = hash
            .as_str()
            .strip_prefix("$argon2id$v=19$m=19456,t=2,p=1$")
            .unwrap();
        let lengths: Vec<usize> = salt_and_tag.split('$').map(str::len).collect();
        assert_eq!(lengths, [22, 43]);
    }

    #[test]
    fn hashes_that_others_made_with_the_same_algorithm_are_read() {
        // From the test vectors of the reference implementation of argon2.
        let phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(matches(&PasswordHash::new(phc), &text("password")));
        assert!(!matches(&PasswordHash::new(phc), &text("Password")));
    }

    #[test]
    fn what_is_no_hash_of_ours_is_nobodys() {
        for wrong in [
            "",
            "password",
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4$",
        ] {
            assert!(!matches(&PasswordHash::new(wrong), &text("password")), "{wrong}");
        }
    }

    #[tokio::test]
    async fn whoever_finds_no_room_to_wait_is_told_so_at_once() {
        let passwords = Passwords::new();
        let _all = passwords.admitted.try_acquire_many(64).unwrap();
        assert!(matches!(
            passwords.hash(&text("a")).await,
            Err(PasswordError::Busy)
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_a_turn_without_end() {
        let passwords = Passwords::new();
        let _all = passwords.turns.try_acquire_many(2).unwrap();
        assert!(matches!(
            passwords.hash(&text("a")).await,
            Err(PasswordError::Busy)
        ));
    }
}
