//! The jobs that make reports, kept in memory with what they found.
//!
//! A job belongs to whoever began it: the user, the root user, or the one session. It can be read as long as it is kept:
//! what all jobs found is bounded by bytes, and the jobs of an account by their number; the oldest are forgotten first,
//! and all of them by a restart. `docs/decisions/0027-reports.md` says why.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::Caller;
use lanyard_names::{AccessKeyId, AccountId, UniqueId};
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::report::Report;

/// How many jobs an account has.
const JOBS_MAX: usize = 10_000;

/// How many bytes all reports have together.
const BYTES_MAX: usize = 64 << 20;

/// How many jobs wait for their turn.
const WAITING_MAX: usize = 10_000;

/// How many of them are of one account, so that none takes the places of all others.
const WAITING_OF_ACCOUNT_MAX: usize = 1_000;

/// What a job takes beside its report.
const BYTES_OF_JOB: usize = 256;

/// The jobs of all accounts.
#[derive(Debug)]
pub struct LastAccessedJobs {
    table: Mutex<Table>,
    /// Whose turn it is to be worked at.
    pub(super) turn: Semaphore,
}

/// The jobs of one account that wait.
#[derive(Debug)]
struct Waiting {
    count: usize,
    /// Which of them may wait for the turn that all accounts share: one account has at most one place in that queue.
    turn: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Table {
    jobs: HashMap<Uuid, Job>,
    /// Oldest first, of each account.
    by_account: HashMap<AccountId, VecDeque<Uuid>>,
    waiting: usize,
    waiting_of: HashMap<AccountId, Waiting>,
    bytes: usize,
}

/// A job.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) account: AccountId,
    pub(super) owner: Owner,
    pub(super) with_actions: bool,
    pub(super) created: Timestamp,
    pub(super) state: State,
}

/// How far a job is.
#[derive(Clone, Debug)]
pub(super) enum State {
    InProgress,
    Completed(Timestamp, Arc<Report>),
    Failed(Timestamp),
}

/// Who began a job. Evidence: the public API reference: the same user, or the same session of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Root,
    User(UniqueId),
    Session(AccessKeyId),
}

impl Owner {
    pub(super) fn of(caller: &Caller) -> Self {
        match (caller.user(), caller.access_key_id) {
            (Some(user), _) => Self::User(user.id),
            (None, Some(session)) if !caller.is_root() => Self::Session(session),
            _ => Self::Root,
        }
    }
}

impl LastAccessedJobs {
    /// No jobs.
    pub fn new() -> Self {
        Self {
            table: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }

    /// Takes in a job; the turn among those of its account, or `None` if too many are waiting.
    pub(super) fn begin(&self, id: Uuid, job: Job) -> Option<Arc<Semaphore>> {
        let mut table = self.table.lock();
        let account = job.account;
        if table.waiting >= WAITING_MAX {
            return None;
        }
        let waiting = table.waiting_of.entry(account).or_insert_with(|| Waiting {
            count: 0,
            turn: Arc::new(Semaphore::new(1)),
        });
        if waiting.count >= WAITING_OF_ACCOUNT_MAX {
            return None;
        }
        waiting.count += 1;
        let turn = Arc::clone(&waiting.turn);
        table.waiting += 1;
        table.bytes += job.bytes();
        table.jobs.insert(id, job);
        let of_account = table.by_account.entry(account).or_default();
        of_account.push_back(id);
        if of_account.len() > JOBS_MAX {
            table.forget_oldest_of(account);
        }
        Some(turn)
    }

    /// Keeps what a job found; without a report it failed. A job that was forgotten meanwhile stays so.
    pub(super) fn end(&self, id: Uuid, account: AccountId, report: Option<Report>, now: Timestamp) {
        let mut table = self.table.lock();
        table.no_longer_waits(account);
        let Some(job) = table.jobs.get_mut(&id) else {
            return;
        };
        let before = job.bytes();
        job.state = match report {
            Some(report) => State::Completed(now, Arc::new(report)),
            None => State::Failed(now),
        };
        let after = job.bytes();
        table.bytes = (table.bytes + after).saturating_sub(before);
        table.make_room(id);
    }

    /// The job of an id, for whoever began it.
    pub(super) fn find(&self, id: &str, account: AccountId, owner: Owner) -> Option<Job> {
        let id = Uuid::try_parse(id).ok()?;
        let table = self.table.lock();
        let job = table.jobs.get(&id)?;
        (job.account == account && job.owner == owner).then(|| job.clone())
    }
}

impl Default for LastAccessedJobs {
    fn default() -> Self {
        Self::new()
    }
}

impl Job {
    fn bytes(&self) -> usize {
        match &self.state {
            State::Completed(_, report) => BYTES_OF_JOB + report.bytes(),
            State::InProgress | State::Failed(_) => BYTES_OF_JOB,
        }
    }
}

impl Table {
    fn no_longer_waits(&mut self, account: AccountId) {
        self.waiting = self.waiting.saturating_sub(1);
        if let Some(waiting) = self.waiting_of.get_mut(&account) {
            waiting.count = waiting.count.saturating_sub(1);
            if waiting.count == 0 {
                self.waiting_of.remove(&account);
            }
        }
    }

    /// Forgets the oldest jobs of whoever has most, until the rest fits; but not the one that just ended.
    fn make_room(&mut self, newest: Uuid) {
        while self.bytes > BYTES_MAX && self.jobs.len() > 1 {
            let most = self.by_account.iter().max_by_key(|(_, jobs)| jobs.len());
            let Some(account) = most.map(|(account, _)| *account) else {
                return;
            };
            let of_account = self.by_account.entry(account).or_default();
            if of_account.front() == Some(&newest) {
                of_account.rotate_left(1);
            }
            self.forget_oldest_of(account);
        }
    }

    fn forget_oldest_of(&mut self, account: AccountId) {
        let Some(of_account) = self.by_account.get_mut(&account) else {
            return;
        };
        let oldest = of_account.pop_front();
        if of_account.is_empty() {
            self.by_account.remove(&account);
        }
        if let Some(job) = oldest.and_then(|id| self.jobs.remove(&id)) {
            self.bytes = self.bytes.saturating_sub(job.bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn account(number: u64) -> AccountId {
        AccountId::parse(&format!("{number:012}")).unwrap()
    }

    fn job(account: AccountId, owner: Owner) -> Job {
        Job {
            account,
            owner,
            with_actions: false,
            created: NOW,
            state: State::InProgress,
        }
    }

    fn empty() -> Report {
        Report {
            services: Vec::new(),
            entities: Vec::new(),
        }
    }

    #[test]
    fn only_who_began_a_job_finds_it() {
        let jobs = LastAccessedJobs::new();
        let (id, one) = (Uuid::from_u128(1), account(1));
        assert!(jobs.begin(id, job(one, Owner::Root)).is_some());
        let text = id.to_string();
        assert!(jobs.find(&text, one, Owner::Root).is_some());
        assert!(jobs.find(&text, account(2), Owner::Root).is_none());
        let user = UniqueId::parse("AIDAIOSFODNN7EXAMPLE1").unwrap();
        assert!(jobs.find(&text, one, Owner::User(user)).is_none());
        assert!(jobs.find("x".repeat(36).as_str(), one, Owner::Root).is_none());
    }

    #[test]
    fn a_job_ends_with_a_report_or_without() {
        let jobs = LastAccessedJobs::new();
        let state = |id: Uuid| jobs.find(&id.to_string(), account(1), Owner::Root).unwrap().state;
        for (number, report) in [(1, Some(empty())), (2, None)] {
            let id = Uuid::from_u128(number);
            jobs.begin(id, job(account(1), Owner::Root));
            assert!(matches!(state(id), State::InProgress));
            let has_report = report.is_some();
            jobs.end(id, account(1), report, NOW);
            assert_eq!(matches!(state(id), State::Completed(..)), has_report);
            assert_eq!(matches!(state(id), State::Failed(_)), !has_report);
        }
    }

    #[test]
    fn an_account_with_too_many_jobs_loses_its_oldest() {
        let jobs = LastAccessedJobs::new();
        let other = Uuid::from_u128(u128::MAX);
        jobs.begin(other, job(account(2), Owner::Root));
        jobs.end(other, account(2), Some(empty()), NOW);
        for number in 0..=JOBS_MAX as u128 {
            let id = Uuid::from_u128(number);
            jobs.begin(id, job(account(1), Owner::Root));
            jobs.end(id, account(1), Some(empty()), NOW);
        }
        let is_there = |account, id: u128| {
            let id = Uuid::from_u128(id).to_string();
            jobs.find(&id, account, Owner::Root).is_some()
        };
        assert!(!is_there(account(1), 0));
        assert!(is_there(account(1), 1));
        assert!(is_there(account(2), u128::MAX));
    }

    #[test]
    fn no_account_takes_the_places_of_others() {
        let jobs = LastAccessedJobs::new();
        let begin = |of, id| jobs.begin(Uuid::from_u128(id), job(account(of), Owner::Root));
        let turn = begin(1, 0).unwrap();
        for id in 1..WAITING_OF_ACCOUNT_MAX as u128 {
            assert!(Arc::ptr_eq(&begin(1, id).unwrap(), &turn));
        }
        assert!(begin(1, u128::MAX).is_none());
        let other = begin(2, u128::MAX - 1).unwrap();
        assert!(
            !Arc::ptr_eq(&other, &turn),
            "another account has a queue of its own"
        );
        jobs.end(Uuid::from_u128(0), account(1), None, NOW);
        assert!(begin(1, u128::MAX).is_some());
    }

    #[test]
    fn nothing_is_left_of_jobs_that_have_ended() {
        let jobs = LastAccessedJobs::new();
        let id = Uuid::from_u128(1);
        jobs.begin(id, job(account(1), Owner::Root));
        jobs.end(id, account(1), None, NOW);
        let table = jobs.table.lock();
        assert_eq!((table.waiting, table.waiting_of.len()), (0, 0));
    }
}
