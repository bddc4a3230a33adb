//! What was used once and may not be used again, until it would be too old anyway.
//!
//! It is kept in memory, and bounded. Whoever asks for something to be kept here has been proven before and may do what
//! it is for, and nobody has more than a share: so none keeps the others out. A restart loses nothing, because what was
//! made before a restart is not taken after it.

use std::collections::HashMap;

use jiff::Timestamp;
use lanyard_access::Session;
use lanyard_names::{AccountId, UniqueId};
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

/// How many have a share each, so that one cannot fill everything.
const SHARES: usize = 8;

/// Who uses something up: a user, a role, or the root user of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Spender(AccountId, Option<UniqueId>);

impl Spender {
    pub(crate) fn of(session: &Session) -> Self {
        Self(session.account(), session.kind.issuer())
    }
}

/// What has been used.
#[derive(Debug)]
pub(crate) struct Spent {
    entries_max: usize,
    share_max: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<[u8; 32], (Timestamp, Spender)>,
    by_spender: HashMap<Spender, usize>,
    /// The second in which what is too old was last forgotten.
    tidied: i64,
}

impl Kept {
    /// Forgets what is too old. Not more than once a second, since it looks at everything.
    fn tidy(&mut self, now: Timestamp) {
        if self.tidied == now.as_second() {
            return;
        }
        self.tidied = now.as_second();
        self.entries.retain(|_, (until, _)| *until >= now);
        self.by_spender.clear();
        for (_, spender) in self.entries.values() {
            let count = self.by_spender.entry(*spender).or_default();
            *count = count.saturating_add(1);
        }
    }

    fn of(&self, spender: Spender) -> usize {
        self.by_spender.get(&spender).copied().unwrap_or_default()
    }
}

impl Spent {
    pub(crate) fn new(entries_max: usize) -> Self {
        Self {
            entries_max,
            share_max: entries_max.div_ceil(SHARES),
            kept: Mutex::default(),
        }
    }

    /// Uses something up, known by its parts.
    pub(crate) fn spend(
        &self,
        spender: Spender,
        parts: &[&[u8]],
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), SpendError> {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let key = hash.finalize().into();
        let mut kept = self.kept.lock();
        let has_room =
            |kept: &Kept| kept.entries.len() < self.entries_max && kept.of(spender) < self.share_max;
        if !has_room(&kept) {
            kept.tidy(now);
        }
        if kept.entries.contains_key(&key) {
            return Err(SpendError::AlreadySpent);
        }
        if !has_room(&kept) {
            return Err(SpendError::Full);
        }
        kept.entries.insert(key, (until, spender));
        let count = kept.by_spender.entry(spender).or_default();
        *count = count.saturating_add(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use lanyard_names::IdKind;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn spender(number: u8) -> Spender {
        let user = UniqueId::from_entropy(IdKind::User, [number; 16]);
        Spender(AccountId::parse("111122223333").unwrap(), Some(user))
    }

    #[test]
    fn something_is_used_once_whoever_uses_it() {
        let spent = Spent::new(80);
        let spend = |number, parts: &[&[u8]]| spent.spend(spender(number), parts, at(100), at(1));
        assert_eq!(spend(1, &[b"ab", b"c"]), Ok(()));
        assert_eq!(spend(1, &[b"ab", b"c"]), Err(SpendError::AlreadySpent));
        assert_eq!(spend(2, &[b"ab", b"c"]), Err(SpendError::AlreadySpent));
        assert_eq!(spend(1, &[b"a", b"bc"]), Ok(()));
    }

    #[test]
    fn what_is_full_takes_nothing_until_something_is_too_old() {
        let spent = Spent::new(2);
        let spend = |number, what: &str, until, now| {
            spent.spend(spender(number), &[what.as_bytes()], at(until), at(now))
        };
        assert_eq!(spend(1, "a", 10, 1), Ok(()));
        assert_eq!(spend(2, "b", 20, 1), Ok(()));
        assert_eq!(spend(3, "c", 30, 2), Err(SpendError::Full));
        assert_eq!(spend(3, "b", 30, 11), Err(SpendError::AlreadySpent));
        assert_eq!(spend(3, "c", 30, 12), Ok(()));
    }

    #[test]
    fn one_who_uses_much_leaves_room_for_others() {
        let spent = Spent::new(16);
        let spend = |number, what: &str, until, now| {
            spent.spend(spender(number), &[what.as_bytes()], at(until), at(now))
        };
        assert_eq!(spend(1, "a", 10, 1), Ok(()));
        assert_eq!(spend(1, "b", 20, 1), Ok(()));
        assert_eq!(spend(1, "c", 30, 2), Err(SpendError::Full));
        assert_eq!(spend(2, "c", 30, 2), Ok(()));
        // What was too old makes room again.
        assert_eq!(spend(1, "d", 30, 11), Ok(()));
        assert_eq!(spend(1, "e", 30, 12), Err(SpendError::Full));
    }
}
