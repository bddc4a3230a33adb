//! Commits that stand in the change feed but not yet in the tables of entries.
//!
//! A commit is durable once it stands in the feed, which only grows at its end,
//! so a group of commits touches few pages. The entries they change lie
//! scattered over the file; writing each at once would cost several times as
//! much. They are gathered here and, when some thousands have come together,
//! written in order of key, a slice with each group; most share a page then.
//!
//! Invariant: the tables and the feed after `folded` together are the state.
//! Entries may be in the tables before `folded` says so, for applying the feed
//! to them again ends the same.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use lanyard_store::{Change, Revision};

use super::statements::Statements;

/// So many entries, or bytes of them, make a batch.
const BATCH_ENTRIES: usize = 2048;
const BATCH_BYTES: usize = 2 * 1024 * 1024;

/// A slice is at least this much, and twice as much as the group it goes with:
/// so one batch is done before the next is due, and memory stays bounded.
const SLICE_ENTRIES_MIN: usize = 32;
const SLICE_BYTES_MIN: usize = 64 * 1024;

type Key = (i64, Arc<str>);

#[derive(Default)]
pub(super) struct Tail {
    gathered: Gathered,
    batch: Option<Batch>,
    /// Up to this cursor, all events are in the tables.
    folded: u64,
    /// What the transaction on its way writes of this.
    writing: Writing,
}

/// Events that are in no batch yet: their last values and heads.
#[derive(Default)]
struct Gathered {
    entries: BTreeMap<Key, Option<Bytes>>,
    heads: HashMap<i64, Revision>,
    bytes: usize,
    through: u64,
}

/// Events that are being written into the tables.
struct Batch {
    entries: Vec<(Key, Option<Bytes>)>,
    heads: HashMap<i64, Revision>,
    through: u64,
    /// How many entries are written.
    written: usize,
}

/// How much a group writes.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

#[derive(Default)]
enum Writing {
    #[default]
    Nothing,
    /// The batch, up to this many entries.
    Slice(usize),
    WholeBatch,
    Everything,
}

impl Tail {
    pub(super) fn new(folded: u64) -> Self {
        Self {
            folded,
            ..Self::default()
        }
    }

    /// Takes in a durable commit.
    pub(super) fn add(&mut self, cursor: u64, partition: i64, revision: Revision, changes: Vec<Change>) {
        let gathered = &mut self.gathered;
        gathered.through = cursor;
        gathered.heads.insert(partition, revision);
        for Change { key, value } in changes {
            gathered.bytes += weight(&key, value.as_ref());
            let replaced = gathered.entries.insert((partition, Arc::clone(&key)), value);
            let relief = replaced.map_or(0, |value| weight(&key, value.as_ref()));
            gathered.bytes = gathered.bytes.saturating_sub(relief);
        }
    }

    /// Is the head of a partition in the tables behind the feed?
    pub(super) fn concerns(&self, partition: i64) -> bool {
        let is_in_batch = || {
            self.batch
                .as_ref()
                .is_some_and(|batch| batch.heads.contains_key(&partition))
        };
        self.gathered.heads.contains_key(&partition) || is_in_batch()
    }

    /// Writes a slice of what is due, in the transaction of a group of this size.
    pub(super) fn fold_slice(
        &mut self,
        group: Size,
        statements: &mut Statements<'_>,
    ) -> rusqlite::Result<()> {
        if !matches!(self.writing, Writing::Nothing) {
            return Ok(());
        }
        let is_due = self.gathered.entries.len() >= BATCH_ENTRIES || self.gathered.bytes >= BATCH_BYTES;
        if self.batch.is_none() && is_due {
            self.batch = Some(std::mem::take(&mut self.gathered).close());
        }
        let Some(batch) = &self.batch else { return Ok(()) };
        let entries_max = group.entries.saturating_mul(2).max(SLICE_ENTRIES_MIN);
        let bytes_max = group.bytes.saturating_mul(2).max(SLICE_BYTES_MIN);
        let mut written = batch.written;
        let mut bytes = 0;
        for ((partition, key), value) in batch.entries.iter().skip(batch.written).take(entries_max) {
            statements.put_entry(*partition, key, value.as_deref())?;
            written += 1;
            bytes += weight(key, value.as_ref());
            if bytes >= bytes_max {
                break;
            }
        }
        if written < batch.entries.len() {
            self.writing = Writing::Slice(written);
            return Ok(());
        }
        batch.finish(statements)?;
        self.writing = Writing::WholeBatch;
        Ok(())
    }

    /// Writes everything; gives the cursor up to which the tables then reach.
    pub(super) fn fold_all(&mut self, statements: &mut Statements<'_>) -> rusqlite::Result<u64> {
        let mut through = self.folded;
        if let Some(batch) = &self.batch {
            for ((partition, key), value) in batch.entries.iter().skip(batch.written) {
                statements.put_entry(*partition, key, value.as_deref())?;
            }
            batch.finish(statements)?;
            through = batch.through;
        }
        let gathered = &self.gathered;
        if !gathered.heads.is_empty() {
            for ((partition, key), value) in &gathered.entries {
                statements.put_entry(*partition, key, value.as_deref())?;
            }
            set_heads(&gathered.heads, gathered.through, statements)?;
            through = gathered.through;
        }
        self.writing = Writing::Everything;
        Ok(through)
    }

    /// The transaction on its way was made.
    pub(super) fn made(&mut self) {
        match std::mem::take(&mut self.writing) {
            Writing::Nothing => {}
            Writing::Slice(written) => {
                if let Some(batch) = &mut self.batch {
                    batch.written = written;
                }
            }
            Writing::WholeBatch => self.folded = self.batch.take().map_or(self.folded, |batch| batch.through),
            Writing::Everything => {
                self.folded = self.batch.take().map_or(self.folded, |batch| batch.through);
                self.folded = std::mem::take(&mut self.gathered).through.max(self.folded);
            }
        }
    }

    /// The transaction on its way was not made.
    pub(super) fn failed(&mut self) {
        self.writing = Writing::Nothing;
    }
}

impl Gathered {
    fn close(self) -> Batch {
        let entries = self.entries.into_iter().collect();
        Batch {
            entries,
            heads: self.heads,
            through: self.through,
            written: 0,
        }
    }
}

impl Batch {
    fn finish(&self, statements: &mut Statements<'_>) -> rusqlite::Result<()> {
        set_heads(&self.heads, self.through, statements)
    }
}

/// The tables reach up to a cursor now, with these heads.
fn set_heads(
    heads: &HashMap<i64, Revision>,
    through: u64,
    statements: &mut Statements<'_>,
) -> rusqlite::Result<()> {
    for (partition, revision) in heads {
        statements.set_head(*partition, *revision)?;
    }
    statements.set_folded(through)
}

/// About how much memory an entry takes.
fn weight(key: &str, value: Option<&Bytes>) -> usize {
    const EACH: usize = 64;
    EACH + key.len() + value.map_or(0, Bytes::len)
}
