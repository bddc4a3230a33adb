//! How old a long-term key may become, as the rules of its account say.
//!
//! A key that is too old is refused only after its signature was found right: so only who has the secret learns why,
//! and nobody else that there is such a key. Temporary keys have an end of their own.

use jiff::Timestamp;
use lanyard_directory::{AccessKey, Account, KeyRules};
use lanyard_names::AccessKeyId;
use parking_lot::Mutex;
use quick_cache::sync::Cache;

use crate::InvalidCredentials;

const DAY_SECONDS: i64 = 24 * 3600;

/// How old a key is, in whole days. A key from the future is new.
pub fn key_age_days(created: Timestamp, now: Timestamp) -> u32 {
    let seconds = now.as_second().saturating_sub(created.as_second());
    u32::try_from(seconds.max(0) / DAY_SECONDS).unwrap_or(u32::MAX)
}

/// Whether a key of this age is still admitted.
pub(crate) fn check(rules: &KeyRules, key: &AccessKey, now: Timestamp) -> Result<(), InvalidCredentials> {
    match rules.age_days_max {
        Some(days_max) if key_age_days(key.created, now) >= days_max => {
            Err(InvalidCredentials::KeyTooOld { days_max })
        }
        _ => Ok(()),
    }
}

/// How many keys are remembered to have been spoken of.
const SPOKEN_OF_MAX: usize = 1_000;

/// Log lines about old keys: of each once a day, and one in a second.
pub(crate) struct AgeNotices {
    spoken_of: Cache<AccessKeyId, i64>,
    last: Mutex<i64>,
}

impl AgeNotices {
    pub(crate) fn new() -> Self {
        Self {
            spoken_of: Cache::new(SPOKEN_OF_MAX),
            last: Mutex::new(i64::MIN),
        }
    }

    /// Checks the age of a key whose signature was found right, and tells operators of it.
    pub(crate) fn check(
        &self,
        account: &Account,
        id: AccessKeyId,
        now: Timestamp,
    ) -> Result<(), InvalidCredentials> {
        let rules = &account.info().key_rules;
        if rules.is_none() {
            return Ok(());
        }
        let key = account.access_key(id).ok_or(InvalidCredentials::UnknownKey)?;
        let checked = check(rules, key, now);
        let age = key_age_days(key.created, now);
        let is_old = rules.age_days_warn.is_some_and(|days| age >= days);
        if (is_old || checked.is_err()) && self.is_news(id, now) {
            let account = account.id();
            match &checked {
                Ok(()) => tracing::warn!(%account, key = %id, days = age, "an access key is old"),
                Err(_) => {
                    tracing::warn!(%account, key = %id, days = age, "an access key is too old and is refused");
                }
            }
        }
        checked
    }

    fn is_news(&self, id: AccessKeyId, now: Timestamp) -> bool {
        let second = now.as_second();
        let day = second.div_euclid(DAY_SECONDS);
        if self.spoken_of.get(&id) == Some(day) {
            return false;
        }
        let mut last = self.last.lock();
        if *last == second {
            return false;
        }
        *last = second;
        self.spoken_of.insert(id, day);
        true
    }
}

impl std::fmt::Debug for AgeNotices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgeNotices")
            .field("len", &self.spoken_of.len())
            .finish_non_exhaustive()
    }
}
