//! Where credential reports are kept: in memory, one for each account, whoever asked for it.
//!
//! A report of the past four hours is the one that everybody gets; a new one is made at most as often. What is kept is
//! bounded by bytes: the oldest reports are forgotten first, and are then not present. After a restart none is.
//! `docs/decisions/0027-reports.md` says why.
//!
//! Invariant: of one account at most one report is being made, and of all accounts at most [`MAKING_MAX`] are begun and
//! one is worked at.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_names::AccountId;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

/// How long a report is the newest that there can be. Evidence: the IAM user guide.
const FRESH: SignedDuration = SignedDuration::from_hours(4);

/// How much later than a request a report can have been made that it finds: requests are asked on the time at which
/// they came.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// How many bytes all reports have together; the newest is kept even if it alone has more.
const BYTES_MAX: usize = 64 << 20;

/// How many accounts' reports are being made or wait for it.
const MAKING_MAX: usize = 100;

/// The credential reports of all accounts.
#[derive(Debug)]
pub struct CredentialReports {
    table: Mutex<Table>,
    /// Whose turn it is to be made.
    pub(super) turn: Semaphore,
}

#[derive(Debug, Default)]
struct Table {
    accounts: HashMap<AccountId, State>,
    making: usize,
    bytes: usize,
}

#[derive(Debug)]
enum State {
    Making,
    Made(Report),
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) content: Arc<[u8]>,
    /// When it was finished.
    pub(super) made: Timestamp,
}

/// What became of the wish for a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// It is to be made now, by whoever asked.
    Now,
    /// It is being made.
    Before,
    /// There is one that is new enough.
    Done,
    /// Too many others are being made.
    Never,
}

/// Why there is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    NotPresent,
    InProgress,
    Expired,
}

impl CredentialReports {
    /// An empty shelf.
    pub fn new() -> Self {
        Self {
            table: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }

    /// Whether the report of an account has to be made. Who is told to make it either finishes or abandons it.
    pub(super) fn begin(&self, account: AccountId, now: Timestamp) -> Begun {
        let mut table = self.table.lock();
        match table.accounts.get(&account) {
            Some(State::Making) => return Begun::Before,
            Some(State::Made(report)) if report.is_fresh(now) => return Begun::Done,
            _ => {}
        }
        if table.making >= MAKING_MAX {
            return Begun::Never;
        }
        table.making += 1;
        table.put(account, Some(State::Making));
        Begun::Now
    }

    /// Keeps the report of an account.
    pub(super) fn finish(&self, account: AccountId, report: Report) {
        let mut table = self.table.lock();
        table.making = table.making.saturating_sub(1);
        table.put(account, Some(State::Made(report)));
        table.make_room(account);
    }

    /// Gives up a report that was to be made.
    pub(super) fn abandon(&self, account: AccountId) {
        let mut table = self.table.lock();
        table.making = table.making.saturating_sub(1);
        table.put(account, None);
    }

    /// The report of an account.
    pub(super) fn get(&self, account: AccountId, now: Timestamp) -> Result<Report, Missing> {
        match self.table.lock().accounts.get(&account) {
            None => Err(Missing::NotPresent),
            Some(State::Making) => Err(Missing::InProgress),
            Some(State::Made(report)) if report.is_fresh(now) => Ok(report.clone()),
            Some(State::Made(_)) => Err(Missing::Expired),
        }
    }
}

impl Default for CredentialReports {
    fn default() -> Self {
        Self::new()
    }
}

impl Report {
    /// One from the future was made before the clock was set back, and nobody knows how long ago that was.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.made);
        -AHEAD_MAX <= age && age <= FRESH
    }
}

impl State {
    fn bytes(&self) -> usize {
        match self {
            Self::Making => 0,
            Self::Made(report) => report.content.len(),
        }
    }
}

impl Table {
    fn put(&mut self, account: AccountId, state: Option<State>) {
        let new = state.as_ref().map_or(0, State::bytes);
        let old = match state {
            Some(state) => self.accounts.insert(account, state),
            None => self.accounts.remove(&account),
        };
        self.bytes = self.bytes.saturating_add(new);
        self.bytes = self.bytes.saturating_sub(old.as_ref().map_or(0, State::bytes));
    }

    /// Forgets the oldest reports but the one that was just made.
    fn make_room(&mut self, newest: AccountId) {
        while self.bytes > BYTES_MAX {
            let made = self.accounts.iter().filter_map(|(account, state)| match state {
                State::Made(report) if *account != newest => Some((report.made, *account)),
                _ => None,
            });
            let Some((_, oldest)) = made.min() else { return };
            self.put(oldest, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: u64) -> AccountId {
        AccountId::parse(&format!("{number:012}")).unwrap()
    }

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3600).unwrap()
    }

    fn report(bytes: usize, hours: i64) -> Report {
        Report {
            content: vec![b'x'; bytes].into(),
            made: at(hours),
        }
    }

    #[test]
    fn a_report_is_made_at_most_every_four_hours() {
        let shelf = CredentialReports::new();
        let one = account(1);
        assert_eq!(shelf.get(one, at(0)), Err(Missing::NotPresent));
        assert_eq!(shelf.begin(one, at(0)), Begun::Now);
        assert_eq!(shelf.begin(one, at(0)), Begun::Before);
        assert_eq!(shelf.get(one, at(0)), Err(Missing::InProgress));
        shelf.finish(one, report(1, 0));
        assert_eq!(shelf.begin(one, at(4)), Begun::Done);
        assert_eq!(shelf.get(one, at(4)), Ok(report(1, 0)));
        assert_eq!(shelf.get(one, at(5)), Err(Missing::Expired));
        assert_eq!(shelf.begin(one, at(5)), Begun::Now);
        assert_eq!(shelf.get(one, at(5)), Err(Missing::InProgress));
    }

    #[test]
    fn a_report_that_could_not_be_made_can_be_made_again() {
        let shelf = CredentialReports::new();
        assert_eq!(shelf.begin(account(1), at(0)), Begun::Now);
        shelf.abandon(account(1));
        assert_eq!(shelf.get(account(1), at(0)), Err(Missing::NotPresent));
        assert_eq!(shelf.begin(account(1), at(0)), Begun::Now);
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_report_last() {
        let shelf = CredentialReports::new();
        let one = account(1);
        shelf.begin(one, at(100));
        shelf.finish(one, report(1, 100));
        let just_before = at(100) - SignedDuration::from_secs(1);
        assert_eq!(shelf.begin(one, just_before), Begun::Done);
        assert_eq!(shelf.get(one, at(50)), Err(Missing::Expired));
        assert_eq!(shelf.begin(one, at(50)), Begun::Now);
        shelf.finish(one, report(2, 50));
        assert_eq!(shelf.get(one, at(50)), Ok(report(2, 50)));
    }

    #[test]
    fn accounts_have_nothing_to_do_with_each_other() {
        let shelf = CredentialReports::new();
        shelf.begin(account(1), at(0));
        shelf.finish(account(1), report(1, 0));
        assert_eq!(shelf.get(account(2), at(0)), Err(Missing::NotPresent));
        assert_eq!(shelf.begin(account(2), at(0)), Begun::Now);
    }

    #[test]
    fn only_so_many_are_begun_at_a_time() {
        let shelf = CredentialReports::new();
        for number in 0..MAKING_MAX as u64 {
            assert_eq!(shelf.begin(account(number), at(0)), Begun::Now);
        }
        assert_eq!(shelf.begin(account(1_000), at(0)), Begun::Never);
        shelf.finish(account(0), report(1, 0));
        assert_eq!(shelf.begin(account(1_000), at(0)), Begun::Now);
    }

    #[test]
    fn the_oldest_reports_make_room_and_the_newest_stays() {
        let shelf = CredentialReports::new();
        for (number, bytes) in [(1, BYTES_MAX / 2), (2, BYTES_MAX / 2), (3, BYTES_MAX / 2)] {
            shelf.begin(account(number), at(0));
            shelf.finish(account(number), report(bytes, number as i64 - 10));
        }
        let is_there = |number| shelf.get(account(number), at(-6)).is_ok();
        assert_eq!([1, 2, 3].map(is_there), [false, true, true]);
        shelf.begin(account(4), at(0));
        shelf.finish(account(4), report(BYTES_MAX * 2, -6));
        assert_eq!([1, 2, 3, 4].map(is_there), [false, false, false, true]);
    }
}
