//! The change feed: every commit of every partition, in an order that can be resumed.

use std::fmt;

use crate::{Change, PartitionId, Revision};

/// A position in the store's change feed; zero stands before the first event.
///
/// Cursors of one store are ordered; nothing else may be concluded from them
/// (they may skip numbers).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor(pub u64);

impl Cursor {
    /// Before the first event.
    pub const START: Self = Self(0);
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One commit as a watcher sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Where to resume after this event.
    pub cursor: Cursor,
    /// The partition that was written.
    pub partition: PartitionId,
    /// The revision this commit made.
    pub revision: Revision,
    /// What changed.
    pub changes: Vec<Change>,
}

/// What a collection of the change feed removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collected {
    /// Events removed.
    pub events: u64,
    /// Watching can resume from here and later.
    pub oldest: Cursor,
}
