//! An engine that fails on command, for the tests of everything built on one.
//!
//! It wraps any engine. Faults concern commits (refused, in doubt, late) or
//! everything at once (the store cannot be reached).

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;

use crate::{
    Cause, Collected, Commit, CommitError, Completion, Cursor, Engine, Event, Limits, Loaded, OutboxEntry,
    OutboxPosition, PartitionId, Revision, Stat, StoreError,
};

/// An engine with faults; clones share them.
#[derive(Clone)]
pub struct Faulty(Arc<Shared>);

struct Shared {
    engine: Arc<dyn Engine>,
    /// Held from the choice of a fault to the handing on, so that order stays.
    turn: Mutex<()>,
    faults: Mutex<Faults>,
    answers: Mutex<Answers>,
}

/// Answers not yet given. A refusal made here must not overtake the answers
/// to commits that the engine still works on.
#[derive(Default)]
struct Answers {
    /// The number of the first in `waiting`.
    first: usize,
    waiting: VecDeque<(Completion, Option<Result<Revision, CommitError>>)>,
}

#[derive(Default)]
struct Faults {
    next: VecDeque<Fault>,
    full: bool,
    unreachable: bool,
    holds: usize,
    held: VecDeque<(Commit, Completion)>,
    /// Partitions whose last commit failed here, unseen by the engine.
    broken: HashSet<PartitionId>,
}

enum Fault {
    Fail(CommitError),
    Ambiguous { made: bool },
}

/// While this lives, commits wait; then they go on in order.
#[must_use = "commits go on as soon as this is dropped"]
pub struct Hold(Arc<Shared>);

impl Faulty {
    /// Wraps an engine; no fault yet.
    pub fn new(engine: Arc<dyn Engine>) -> Self {
        Self(Arc::new(Shared {
            engine,
            turn: Mutex::new(()),
            faults: Mutex::default(),
            answers: Mutex::default(),
        }))
    }

    /// The next commit (after those already arranged) fails so.
    pub fn fail_next(&self, error: CommitError) {
        self.0.faults.lock().next.push_back(Fault::Fail(error));
    }

    /// The outcome of the next commit is in doubt; really it was made, or not.
    pub fn ambiguous_next(&self, made: bool) {
        self.0.faults.lock().next.push_back(Fault::Ambiguous { made });
    }

    /// From now on there is no room (or there is again).
    pub fn set_full(&self, full: bool) {
        self.0.faults.lock().full = full;
    }

    /// From now on nothing can be reached (or can again).
    pub fn set_unreachable(&self, unreachable: bool) {
        self.0.faults.lock().unreachable = unreachable;
    }

    /// Commits wait until the hold is dropped.
    pub fn hold(&self) -> Hold {
        self.0.faults.lock().holds += 1;
        Hold(Arc::clone(&self.0))
    }

    /// Commits wait for this long from now.
    pub fn delay(&self, duration: Duration) {
        let hold = self.hold();
        std::thread::spawn(move || {
            std::thread::sleep(duration);
            drop(hold);
        });
    }

    /// How many commits wait for a hold to be dropped.
    pub fn held(&self) -> usize {
        self.0.faults.lock().held.len()
    }

    fn reachable(&self) -> Result<&Arc<dyn Engine>, StoreError> {
        if self.0.faults.lock().unreachable {
            return Err(StoreError::Unavailable(unreachable_cause()));
        }
        Ok(&self.0.engine)
    }
}

impl Shared {
    /// Hands a commit on to the engine, or to its fate. Called in turn.
    fn pass_on(self: &Arc<Self>, commit: Commit, completion: Completion) {
        let fault = self.faults.lock().fault_for(&commit);
        let number = self.answers.lock().expect_one(completion);
        match fault {
            None => self
                .engine
                .submit(commit, self.answer_for(number, |outcome| outcome)),
            Some(Fault::Fail(error)) => self.answers.lock().give(number, Err(error)),
            Some(Fault::Ambiguous { made: false }) => self.answers.lock().give(number, Err(doubt())),
            Some(Fault::Ambiguous { made: true }) => {
                let doubted = self.answer_for(number, |outcome| outcome.and(Err(doubt())));
                self.engine.submit(commit, doubted);
            }
        }
    }

    fn answer_for(
        self: &Arc<Self>,
        number: usize,
        change: impl FnOnce(Result<Revision, CommitError>) -> Result<Revision, CommitError> + Send + 'static,
    ) -> Completion {
        let shared = Arc::clone(self);
        Completion::new(move |outcome| shared.answers.lock().give(number, change(outcome)))
    }
}

impl Faults {
    fn fault_for(&mut self, commit: &Commit) -> Option<Fault> {
        if commit.follows_previous && self.broken.contains(&commit.partition) {
            return Some(Fault::Fail(CommitError::PreviousFailed));
        }
        let fault = match self.next.pop_front() {
            Some(fault) => Some(fault),
            None if self.unreachable => Some(Fault::Fail(CommitError::Unavailable(unreachable_cause()))),
            None if self.full => Some(Fault::Fail(CommitError::Full)),
            None => None,
        };
        if fault.is_some() {
            self.broken.insert(commit.partition.clone());
        } else {
            self.broken.remove(&commit.partition);
        }
        fault
    }
}

impl Answers {
    fn expect_one(&mut self, completion: Completion) -> usize {
        self.waiting.push_back((completion, None));
        self.first + self.waiting.len() - 1
    }

    /// Notes an outcome, and gives all answers that are due, in order.
    fn give(&mut self, number: usize, outcome: Result<Revision, CommitError>) {
        if let Some((_, noted)) = self.waiting.get_mut(number - self.first) {
            *noted = Some(outcome);
        }
        while matches!(self.waiting.front(), Some((_, Some(_)))) {
            self.first += 1;
            if let Some((completion, Some(outcome))) = self.waiting.pop_front() {
                completion.complete(outcome);
            }
        }
    }
}

fn doubt() -> CommitError {
    CommitError::Ambiguous(Cause::text("put in doubt by a test"))
}

fn unreachable_cause() -> Cause {
    Cause::text("made unreachable by a test")
}

impl Drop for Hold {
    fn drop(&mut self) {
        let _turn = self.0.turn.lock();
        let held = {
            let mut faults = self.0.faults.lock();
            faults.holds -= 1;
            if faults.holds > 0 {
                VecDeque::new()
            } else {
                std::mem::take(&mut faults.held)
            }
        };
        for (commit, completion) in held {
            self.0.pass_on(commit, completion);
        }
    }
}

#[async_trait]
impl Engine for Faulty {
    fn submit(&self, commit: Commit, completion: Completion) {
        let _turn = self.0.turn.lock();
        {
            let mut faults = self.0.faults.lock();
            if faults.holds > 0 {
                faults.held.push_back((commit, completion));
                return;
            }
        }
        self.0.pass_on(commit, completion);
    }

    async fn load(&self, partition: &PartitionId) -> Result<Loaded, StoreError> {
        self.reachable()?.load(partition).await
    }

    async fn head(&self, partition: &PartitionId) -> Result<Revision, StoreError> {
        self.reachable()?.head(partition).await
    }

    async fn watch(&self, after: Cursor, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.reachable()?.watch(after, limit).await
    }

    async fn cursor(&self) -> Result<Cursor, StoreError> {
        self.reachable()?.cursor().await
    }

    async fn partitions(&self, prefix: &str) -> Result<Vec<PartitionId>, StoreError> {
        self.reachable()?.partitions(prefix).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        let engine = self.reachable()?;
        if self.0.faults.lock().full {
            return Err(StoreError::Full);
        }
        engine.ready().await
    }

    async fn put_stats(&self, stats: Vec<Stat>) -> Result<(), StoreError> {
        self.reachable()?.put_stats(stats).await
    }

    async fn stats(&self, partition: &PartitionId) -> Result<Vec<(Arc<str>, Bytes)>, StoreError> {
        self.reachable()?.stats(partition).await
    }

    async fn outbox(
        &self,
        after: Option<OutboxPosition>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        self.reachable()?.outbox(after, limit).await
    }

    async fn outbox_filled(&self) -> Result<(), StoreError> {
        self.reachable()?.outbox_filled().await
    }

    async fn outbox_delete(&self, positions: Vec<OutboxPosition>) -> Result<(), StoreError> {
        self.reachable()?.outbox_delete(positions).await
    }

    async fn gc(&self, keep: u64) -> Result<Collected, StoreError> {
        self.reachable()?.gc(keep).await
    }

    fn limits(&self) -> Limits {
        self.0.engine.limits()
    }

    fn is_exclusive(&self) -> bool {
        self.0.engine.is_exclusive()
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.0.engine.close().await
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faulty")
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hold")
    }
}
