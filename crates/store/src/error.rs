//! What can go wrong with a store.
//!
//! The texts here are for operators. What an engine's library said (which may
//! name tables or paths) stays in the source and out of the message.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::{Cursor, Limit, PartitionId, Revision};

/// An underlying error, shared by all who wait for the same thing.
#[derive(Clone)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl Cause {
    /// A cause from an error.
    pub fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }

    /// A cause that is only a sentence.
    pub fn text(text: &'static str) -> Self {
        Self::new(Sentence(text))
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Sentence(&'static str);

/// Why a store could not answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached or does not answer; later it may.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
    /// There is no room left to write.
    #[error("the store has no room left")]
    Full,
    /// What is stored cannot be right.
    #[error("the store is damaged")]
    Damaged(#[source] Cause),
    /// Events after this cursor were collected.
    #[error("the change feed no longer reaches back to the cursor; it begins after {oldest}")]
    CursorTooOld {
        /// Watching can resume from here.
        oldest: Cursor,
    },
    /// The cursor lies ahead of the feed: it belongs to another store, or this
    /// one was set back to an older copy.
    #[error(
        "the cursor is ahead of the change feed, which ends at {newest}; it is from another store or from before a restore"
    )]
    CursorAhead {
        /// The feed's newest position.
        newest: Cursor,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Why a commit was not made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// A partition is not at the revision this was computed on. Nothing changed.
    #[error("partition {partition} has moved on to revision {head}")]
    Conflict {
        /// The partition that moved: the written one, or one that was read.
        partition: PartitionId,
        /// Where it is now.
        head: Revision,
    },
    /// The commit submitted before, on which this one was built, was not made
    /// or may not have been. Nothing changed.
    #[error("the commit that this one was built on was not made")]
    PreviousFailed,
    /// There is no room left to write. Nothing changed.
    #[error("the store has no room left")]
    Full,
    /// The store cannot be reached or was closed. Nothing changed.
    #[error("the store is not available")]
    Unavailable(#[source] Cause),
    /// It is not known whether the commit was made; loading tells.
    #[error("it is not known whether the commit was made")]
    Ambiguous(#[source] Cause),
    /// The commit exceeds a limit. Nothing changed.
    #[error("the commit is too large: {0}")]
    TooLarge(Limit),
    /// The commit contradicts itself. Nothing changed.
    #[error("the commit is malformed: {0}")]
    Malformed(&'static str),
}

/// Why a snapshot could not take in changes or a loaded partition.
#[derive(Clone, Debug, thiserror::Error)]
#[error("stored data of partition {partition} cannot be read")]
pub struct ApplyError {
    /// The partition concerned.
    pub partition: PartitionId,
    /// What was wrong.
    #[source]
    pub cause: Cause,
}

/// Why a lane did not write.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LaneError<E> {
    /// The caller's function refused, on durable state.
    #[error("refused")]
    Refused(E),
    /// The commit failed.
    #[error(transparent)]
    Commit(CommitError),
    /// The state could not be loaded again after a conflict.
    #[error(transparent)]
    Store(StoreError),
    /// The state was loaded but could not be read.
    #[error(transparent)]
    Apply(ApplyError),
    /// Others kept writing first.
    #[error("gave up after {attempts} conflicting attempts")]
    Contended {
        /// How often it was tried.
        attempts: u32,
    },
}
