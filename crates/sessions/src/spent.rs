//! What was used once and may not be used again, until it would be too old anyway.
//!
//! It is kept in memory, and bounded. Whoever asks for something to be kept here has been proven before, and a restart
//! loses nothing, because what was made before a restart is not taken after it.

use std::collections::HashMap;

use jiff::Timestamp;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

/// Why something cannot be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpendError {
    /// It was used before.
    AlreadySpent,
    /// Too much is remembered already.
    // Fails closed: what cannot be remembered is not used.
    Full,
}

/// What has been used.
#[derive(Debug)]
pub(crate) struct Spent {
    entries_max: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    until: HashMap<[u8; 32], Timestamp>,
    /// The second in which what is too old was last forgotten.
    tidied: i64,
}

impl Spent {
    pub(crate) fn new(entries_max: usize) -> Self {
        Self {
            entries_max,
            kept: Mutex::default(),
        }
    }

    /// Uses something up, known by its parts.
    pub(crate) fn spend(&self, parts: &[&[u8]], until: Timestamp, now: Timestamp) -> Result<(), SpendError> {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut kept = self.kept.lock();
        if kept.until.len() >= self.entries_max && kept.tidied != now.as_second() {
            kept.tidied = now.as_second();
            kept.until.retain(|_, until| *until >= now);
        }
        let key = hash.finalize().into();
        if kept.until.contains_key(&key) {
            return Err(SpendError::AlreadySpent);
        }
        if kept.until.len() >= self.entries_max {
            return Err(SpendError::Full);
        }
        kept.until.insert(key, until);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn something_is_used_once() {
        let spent = Spent::new(10);
        let spend = |parts: &[&[u8]]| spent.spend(parts, at(100), at(1));
        assert_eq!(spend(&[b"ab", b"c"]), Ok(()));
        assert_eq!(spend(&[b"ab", b"c"]), Err(SpendError::AlreadySpent));
        assert_eq!(spend(&[b"a", b"bc"]), Ok(()));
    }

    #[test]
    fn what_is_full_takes_nothing_until_something_is_too_old() {
        let spent = Spent::new(2);
        let spend = |what: &str, until, now| spent.spend(&[what.as_bytes()], at(until), at(now));
        assert_eq!(spend("a", 10, 1), Ok(()));
        assert_eq!(spend("b", 20, 1), Ok(()));
        assert_eq!(spend("c", 30, 2), Err(SpendError::Full));
        assert_eq!(spend("b", 30, 11), Err(SpendError::AlreadySpent));
        assert_eq!(spend("c", 30, 12), Ok(()));
    }
}
