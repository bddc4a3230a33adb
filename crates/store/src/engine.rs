//! The contract that every storage engine keeps.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    Collected, Commit, CommitTicket, Completion, Cursor, Event, Limits, OutboxRecord, PartitionId, Revision,
    StoreError,
};

/// A storage engine. Every method may be called from any task; none blocks the
/// thread it is called on. Futures may be dropped at any point: what was
/// already handed to the engine happens or does not, wholly.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// Everything in one partition, as of one moment. A partition never
    /// written is empty, at revision zero.
    async fn load(&self, partition: &PartitionId) -> Result<Loaded, StoreError>;

    /// Hands over a commit. Commits of one partition are decided, applied and
    /// completed (failures too) in the order of these calls; `completion` is called exactly
    /// once, with `Ok` only when the commit is durable and visible to `load`,
    /// `head` and `watch`. It may be called before this returns.
    fn submit(&self, commit: Commit, completion: Completion);

    /// Hands over a commit (at the call, not at the first poll) and returns
    /// the ticket that tells its outcome.
    fn commit(&self, commit: Commit) -> CommitTicket {
        let (completion, ticket) = Completion::ticket();
        self.submit(commit, completion);
        ticket
    }

    /// The partition's newest durable revision.
    async fn head(&self, partition: &PartitionId) -> Result<Revision, StoreError>;

    /// Up to `limit` events after a cursor, in the feed's order (fewer if they
    /// are large); waits until there is at least one. Within a partition, revisions come gapless and
    /// in order; no event is ever added before one already seen.
    ///
    /// [`StoreError::CursorTooOld`] when events after the cursor were
    /// collected: load again and watch from [`Loaded::cursor`].
    async fn watch(&self, after: Cursor, limit: usize) -> Result<Vec<Event>, StoreError>;

    /// The newest position of the change feed.
    async fn cursor(&self) -> Result<Cursor, StoreError>;

    /// The partitions ever written whose name begins with `prefix`, in order of name.
    async fn partitions(&self, prefix: &str) -> Result<Vec<PartitionId>, StoreError>;

    /// Can the store take writes now?
    async fn ready(&self) -> Result<(), StoreError>;

    /// Records values that have no revision (last used, failed sign-ins): the
    /// last one wins, no event is made, and a crash may lose what was not yet
    /// answered. A `None` value removes.
    async fn put_stats(&self, stats: Vec<Stat>) -> Result<(), StoreError>;

    /// All stats of a partition, in order of key.
    async fn stats(&self, partition: &PartitionId) -> Result<Vec<(Arc<str>, Bytes)>, StoreError>;

    /// Up to `limit` audit records not yet deleted, after a position, oldest
    /// first; fewer if they are large, but none only if there are none. Records of one partition come in the order of their commits.
    async fn outbox(
        &self,
        after: Option<OutboxPosition>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError>;

    /// Waits until the outbox holds a record.
    async fn outbox_filled(&self) -> Result<(), StoreError>;

    /// Deletes audit records that were moved elsewhere; unknown positions are ignored.
    async fn outbox_delete(&self, positions: Vec<OutboxPosition>) -> Result<(), StoreError>;

    /// Removes the oldest events of the change feed but keeps the newest
    /// `keep`. State, stats and outbox are untouched.
    async fn gc(&self, keep: u64) -> Result<Collected, StoreError>;

    /// What a commit may hold.
    fn limits(&self) -> Limits {
        Limits::PORTABLE
    }

    /// Is this engine the only one that writes the store? Then a lane that has
    /// published all its commits is at the store's head without asking.
    fn is_exclusive(&self) -> bool {
        false
    }

    /// Finishes what was submitted, writes everything out and stops. Later
    /// calls answer [`StoreError::Closed`]; closing twice is no error.
    async fn close(&self) -> Result<(), StoreError>;
}

/// A partition as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The partition's head.
    pub revision: Revision,
    /// Keys and values, in order of key.
    pub entries: Vec<(Arc<str>, Bytes)>,
    /// Watching from here misses nothing that is not in `entries`.
    pub cursor: Cursor,
}

/// A value without a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The partition it belongs to.
    pub partition: PartitionId,
    /// Its key, in a name space apart from the partition's entries.
    pub key: Arc<str>,
    /// The value; `None` removes it.
    pub value: Option<Bytes>,
}

/// Where an audit record stands in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxPosition(pub u64);

/// An audit record waiting in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Where it stands; needed to delete it.
    pub position: OutboxPosition,
    /// The record.
    pub record: OutboxRecord,
}
