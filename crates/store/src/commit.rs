//! What a write is made of: partition, revisions read, changes, audit records.
//!
//! The limits are the same for every engine, so that a program which works on
//! one file works on a cluster too; they are set by the strictest of them
//! (etcd: 128 operations and about 1.5 MB in a transaction).

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::CommitError;

/// The name of a partition, for example `account/123456789012`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartitionId(Arc<str>);

impl PartitionId {
    /// A partition id from its name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartitionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PartitionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Borrow<str> for PartitionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for PartitionId {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// How many commits a partition has had. Gapless: the n-th commit makes revision n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision of a partition that was never written.
    pub const ZERO: Self = Self(0);

    /// The revision that the next commit makes.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One key set or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key within the partition.
    pub key: Arc<str>,
    /// The new value; `None` removes the key.
    pub value: Option<Bytes>,
}

impl Change {
    /// The key gets this value.
    pub fn put(key: impl Into<Arc<str>>, value: impl Into<Bytes>) -> Self {
        Self {
            key: key.into(),
            value: Some(value.into()),
        }
    }

    /// The key is removed.
    pub fn delete(key: impl Into<Arc<str>>) -> Self {
        Self {
            key: key.into(),
            value: None,
        }
    }
}

/// An audit record that is stored in the same transaction as the changes it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRecord {
    /// The event's id; whoever moves records away tells duplicates by it.
    pub id: Arc<str>,
    /// The record as it will stand in the trail.
    pub body: Bytes,
}

/// A write of one partition, to be applied wholly or not at all.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The partition that is written.
    pub partition: PartitionId,
    /// The revision this was computed on; it must be the partition's head.
    pub base: Revision,
    /// The base is the outcome of the commit submitted just before on this
    /// partition and engine, which may still be on its way.
    ///
    /// Invariant: when that one does not succeed, this one must not either,
    /// even if another writer meanwhile made a revision of the same number.
    pub follows_previous: bool,
    /// Other partitions that were read, and the heads they must still have.
    pub reads: Vec<(PartitionId, Revision)>,
    /// What changes; each key at most once.
    pub changes: Vec<Change>,
    /// Audit records stored atomically with the changes.
    pub outbox: Vec<OutboxRecord>,
}

impl Commit {
    /// A commit of these changes on a durable base, which read nothing else.
    pub fn new(partition: PartitionId, base: Revision, changes: Vec<Change>) -> Self {
        Self {
            partition,
            base,
            follows_previous: false,
            reads: Vec::new(),
            changes,
            outbox: Vec::new(),
        }
    }

    /// The same commit with audit records.
    #[must_use]
    pub fn with_outbox(mut self, outbox: Vec<OutboxRecord>) -> Self {
        self.outbox = outbox;
        self
    }

    /// The same commit with other partitions in its read set.
    #[must_use]
    pub fn with_reads(mut self, reads: Vec<(PartitionId, Revision)>) -> Self {
        self.reads = reads;
        self
    }

    /// How much this weighs: keys, values and records.
    pub fn bytes(&self) -> usize {
        let changes = self.changes.iter().map(change_bytes);
        let outbox = self
            .outbox
            .iter()
            .map(|record| record.id.len() + record.body.len());
        changes.chain(outbox).fold(0, usize::saturating_add)
    }

    /// Checks the limits and that no key stands twice.
    pub fn check(&self, limits: &Limits) -> Result<(), CommitError> {
        let within = |limit, count: usize, max: usize| {
            if count > max {
                Err(CommitError::TooLarge(limit))
            } else {
                Ok(())
            }
        };
        within(Limit::Changes, self.changes.len(), limits.changes_max)?;
        within(Limit::Outbox, self.outbox.len(), limits.outbox_max)?;
        within(Limit::Reads, self.reads.len(), limits.reads_max)?;
        within(
            Limit::KeyBytes,
            self.partition.as_str().len(),
            limits.key_bytes_max,
        )?;
        for change in &self.changes {
            within(Limit::KeyBytes, change.key.len(), limits.key_bytes_max)?;
        }
        within(Limit::CommitBytes, self.bytes(), limits.commit_bytes_max)?;
        if self.has_duplicate_key() {
            return Err(CommitError::Malformed("a key stands twice in one commit"));
        }
        Ok(())
    }

    fn has_duplicate_key(&self) -> bool {
        if self.changes.len() < 2 {
            return false;
        }
        let mut keys: Vec<&str> = self.changes.iter().map(|change| &*change.key).collect();
        keys.sort_unstable();
        keys.windows(2).any(|pair| pair.first() == pair.last())
    }
}

fn change_bytes(change: &Change) -> usize {
    change.key.len() + change.value.as_ref().map_or(0, Bytes::len)
}

/// How large a commit may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Changes in one commit.
    pub changes_max: usize,
    /// Audit records in one commit.
    pub outbox_max: usize,
    /// Other partitions in the read set.
    pub reads_max: usize,
    /// Bytes of one key or partition name.
    pub key_bytes_max: usize,
    /// Bytes of all keys, values and records together.
    pub commit_bytes_max: usize,
}

impl Limits {
    /// What every engine can hold.
    pub const PORTABLE: Self = Self {
        changes_max: 96,
        outbox_max: 8,
        reads_max: 8,
        key_bytes_max: 1024,
        commit_bytes_max: 1024 * 1024,
    };
}

/// Which limit a commit exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Too many changes.
    Changes,
    /// Too many audit records.
    Outbox,
    /// Too many partitions read.
    Reads,
    /// A key or partition name is too long.
    KeyBytes,
    /// The whole is too large.
    CommitBytes,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changes => "number of changes",
            Self::Outbox => "number of audit records",
            Self::Reads => "number of partitions read",
            Self::KeyBytes => "length of a key",
            Self::CommitBytes => "size of the commit",
        })
    }
}
