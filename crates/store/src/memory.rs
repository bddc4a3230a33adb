//! The plainest engine: everything in memory, nothing survives the process.
//!
//! It is the reference for what the contract means. Commits are decided and
//! completed within `submit`. The change feed grows until [`Engine::gc`].

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::{
    Cause, Change, Collected, Commit, CommitError, Completion, Cursor, Engine, Event, Loaded, OutboxEntry,
    OutboxPosition, OutboxRecord, PartitionId, Revision, Stat, StoreError,
};

/// An engine in memory.
#[derive(Debug)]
pub struct MemoryEngine {
    disk: Arc<Disk>,
    closed: AtomicBool,
}

/// What outlives the engine: in a real one, the disk.
#[derive(Debug)]
struct Disk {
    /// Held from decision to completion, so that completions come in order.
    turn: Mutex<()>,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    partitions: BTreeMap<PartitionId, Partition>,
    stats: BTreeMap<PartitionId, BTreeMap<Arc<str>, Bytes>>,
    feed: VecDeque<Event>,
    /// The newest position, and the one from which watching can resume.
    newest: u64,
    oldest: u64,
    outbox: BTreeMap<OutboxPosition, OutboxRecord>,
    outbox_newest: u64,
}

#[derive(Debug, Default)]
struct Partition {
    revision: Revision,
    entries: BTreeMap<Arc<str>, Bytes>,
    /// The last commit submitted here failed.
    broken: bool,
}

impl MemoryEngine {
    /// An empty store.
    pub fn new() -> Self {
        let disk = Disk {
            turn: Mutex::new(()),
            state: Mutex::default(),
            changed: watch::Sender::new(()),
        };
        Self {
            disk: Arc::new(disk),
            closed: AtomicBool::new(false),
        }
    }

    /// The same stored data under a new engine, as after a restart.
    #[must_use]
    pub fn reopened(&self) -> Self {
        self.closed.store(true, Ordering::Release);
        self.disk.changed.send_replace(());
        Self {
            disk: Arc::clone(&self.disk),
            closed: AtomicBool::new(false),
        }
    }

    fn open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            Err(StoreError::Closed)
        } else {
            Ok(())
        }
    }

    /// Looks until there is something to see.
    async fn wait<T>(
        &self,
        look: impl Fn(&State) -> Result<Option<T>, StoreError> + Send,
    ) -> Result<T, StoreError> {
        let mut changed = self.disk.changed.subscribe();
        loop {
            self.open()?;
            if let Some(found) = look(&self.disk.state.lock())? {
                return Ok(found);
            }
            changed.changed().await.map_err(|_| StoreError::Closed)?;
        }
    }
}

impl Default for MemoryEngine {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Engine for MemoryEngine {
    async fn load(&self, partition: &PartitionId) -> Result<Loaded, StoreError> {
        self.open()?;
        let state = self.disk.state.lock();
        let cursor = Cursor(state.newest);
        let Some(found) = state.partitions.get(partition) else {
            return Ok(Loaded {
                revision: Revision::ZERO,
                entries: Vec::new(),
                cursor,
            });
        };
        let entries = found
            .entries
            .iter()
            .map(|(key, value)| (Arc::clone(key), value.clone()))
            .collect();
        Ok(Loaded {
            revision: found.revision,
            entries,
            cursor,
        })
    }

    fn submit(&self, commit: Commit, completion: Completion) {
        let _turn = self.disk.turn.lock();
        let outcome = match self.open() {
            Ok(()) => self.disk.state.lock().commit(commit, &self.limits()),
            Err(closed) => Err(CommitError::Unavailable(Cause::new(closed))),
        };
        if outcome.is_ok() {
            self.disk.changed.send_replace(());
        }
        completion.complete(outcome);
    }

    async fn head(&self, partition: &PartitionId) -> Result<Revision, StoreError> {
        self.open()?;
        Ok(self.disk.state.lock().head(partition))
    }

    async fn watch(&self, after: Cursor, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.wait(|state| state.events(after, limit.max(1))).await
    }

    async fn cursor(&self) -> Result<Cursor, StoreError> {
        self.open()?;
        Ok(Cursor(self.disk.state.lock().newest))
    }

    async fn partitions(&self, prefix: &str) -> Result<Vec<PartitionId>, StoreError> {
        self.open()?;
        let state = self.disk.state.lock();
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let named = state
            .partitions
            .range::<str, _>(from)
            .take_while(|(id, _)| id.as_str().starts_with(prefix));
        Ok(named
            .filter(|(_, partition)| partition.revision > Revision::ZERO)
            .map(|(id, _)| id.clone())
            .collect())
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.open()
    }

    async fn put_stats(&self, stats: Vec<Stat>) -> Result<(), StoreError> {
        self.open()?;
        let mut state = self.disk.state.lock();
        for Stat {
            partition,
            key,
            value,
        } in stats
        {
            let of_partition = state.stats.entry(partition).or_default();
            match value {
                Some(value) => of_partition.insert(key, value),
                None => of_partition.remove(&key),
            };
        }
        Ok(())
    }

    async fn stats(&self, partition: &PartitionId) -> Result<Vec<(Arc<str>, Bytes)>, StoreError> {
        self.open()?;
        let state = self.disk.state.lock();
        let stats = state.stats.get(partition).into_iter().flatten();
        Ok(stats
            .map(|(key, value)| (Arc::clone(key), value.clone()))
            .collect())
    }

    async fn outbox(
        &self,
        after: Option<OutboxPosition>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        self.open()?;
        let state = self.disk.state.lock();
        let from = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let entries = state.outbox.range(from).take(limit);
        Ok(entries
            .map(|(&position, record)| OutboxEntry {
                position,
                record: record.clone(),
            })
            .collect())
    }

    async fn outbox_filled(&self) -> Result<(), StoreError> {
        self.wait(|state| Ok((!state.outbox.is_empty()).then_some(())))
            .await
    }

    async fn outbox_delete(&self, positions: Vec<OutboxPosition>) -> Result<(), StoreError> {
        self.open()?;
        let mut state = self.disk.state.lock();
        for position in positions {
            state.outbox.remove(&position);
        }
        Ok(())
    }

    async fn gc(&self, keep: u64) -> Result<Collected, StoreError> {
        self.open()?;
        let mut state = self.disk.state.lock();
        let keep = usize::try_from(keep).unwrap_or(usize::MAX);
        let surplus = state.feed.len().saturating_sub(keep);
        let last = state
            .feed
            .drain(..surplus)
            .next_back()
            .map(|event| event.cursor.0);
        state.oldest = last.unwrap_or(state.oldest);
        Ok(Collected {
            events: surplus as u64,
            oldest: Cursor(state.oldest),
        })
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.closed.store(true, Ordering::Release);
        self.disk.changed.send_replace(());
        Ok(())
    }
}

impl State {
    fn head(&self, partition: &PartitionId) -> Revision {
        self.partitions
            .get(partition)
            .map_or(Revision::ZERO, |found| found.revision)
    }

    fn commit(&mut self, commit: Commit, limits: &crate::Limits) -> Result<Revision, CommitError> {
        let checked = self.check(&commit, limits);
        let partition = self.partitions.entry(commit.partition.clone()).or_default();
        partition.broken = checked.is_err();
        checked?;
        partition.revision = partition.revision.next();
        for Change { key, value } in &commit.changes {
            match value {
                Some(value) => partition.entries.insert(Arc::clone(key), value.clone()),
                None => partition.entries.remove(key),
            };
        }
        let revision = partition.revision;
        self.newest = self.newest.saturating_add(1);
        let Commit {
            partition,
            changes,
            outbox,
            ..
        } = commit;
        self.feed.push_back(Event {
            cursor: Cursor(self.newest),
            partition,
            revision,
            changes,
        });
        for record in outbox {
            self.outbox_newest = self.outbox_newest.saturating_add(1);
            self.outbox.insert(OutboxPosition(self.outbox_newest), record);
        }
        Ok(revision)
    }

    fn check(&self, commit: &Commit, limits: &crate::Limits) -> Result<(), CommitError> {
        commit.check(limits)?;
        let broken = self
            .partitions
            .get(&commit.partition)
            .is_some_and(|found| found.broken);
        if commit.follows_previous && broken {
            return Err(CommitError::PreviousFailed);
        }
        let written = (&commit.partition, &commit.base);
        let read = commit
            .reads
            .iter()
            .map(|(partition, revision)| (partition, revision));
        for (partition, &expected) in std::iter::once(written).chain(read) {
            let head = self.head(partition);
            if head != expected {
                return Err(CommitError::Conflict {
                    partition: partition.clone(),
                    head,
                });
            }
        }
        Ok(())
    }

    fn events(&self, after: Cursor, limit: usize) -> Result<Option<Vec<Event>>, StoreError> {
        if after.0 > self.newest {
            return Err(StoreError::CursorAhead {
                newest: Cursor(self.newest),
            });
        }
        if after.0 < self.oldest {
            return Err(StoreError::CursorTooOld {
                oldest: Cursor(self.oldest),
            });
        }
        let first = self.feed.partition_point(|event| event.cursor <= after);
        let events: Vec<Event> = self.feed.iter().skip(first).take(limit).cloned().collect();
        Ok((!events.is_empty()).then_some(events))
    }
}

#[cfg(test)]
mod tests {
    use std::any::Any;

    use super::*;
    use crate::conformance::Fixture;
    use crate::{Faulty, conformance_suite};

    /// In memory, dying and closing are the same: what was answered is kept.
    struct InMemory {
        memory: Arc<MemoryEngine>,
        faulty: Faulty,
    }

    impl InMemory {
        fn new(_case: &str) -> Self {
            Self::on(MemoryEngine::new())
        }

        fn on(memory: MemoryEngine) -> Self {
            let memory = Arc::new(memory);
            let faulty = Faulty::new(Arc::clone(&memory) as Arc<dyn Engine>);
            Self { memory, faulty }
        }
    }

    #[async_trait]
    impl Fixture for InMemory {
        fn engine(&self) -> Arc<dyn Engine> {
            Arc::new(self.faulty.clone())
        }

        async fn reopen(&mut self) {
            self.memory.close().await.unwrap();
            self.crash().await;
        }

        async fn crash(&mut self) {
            *self = Self::on(self.memory.reopened());
        }

        async fn stall(&mut self) -> Box<dyn Any + Send> {
            Box::new(self.faulty.hold())
        }

        async fn set_full(&mut self, full: bool) {
            self.faulty.set_full(full);
        }
    }

    conformance_suite!(InMemory::new);
}
