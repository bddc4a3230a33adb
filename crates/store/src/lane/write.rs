//! What a caller's function says, and what the caller is told.

use std::sync::Arc;

use crate::{Change, OutboxRecord, PartitionId, Revision};

/// The outcome of a caller's function: an answer, and perhaps a change.
#[derive(Debug)]
pub struct Write<S, T> {
    /// The answer.
    pub output: T,
    /// What to commit; `None` when nothing changes.
    pub proposal: Option<Proposal<S>>,
}

impl<S, T> Write<S, T> {
    /// An answer that changes nothing.
    pub fn unchanged(output: T) -> Self {
        Self {
            output,
            proposal: None,
        }
    }

    /// An answer that holds once the proposal is durable.
    pub fn changed(output: T, proposal: Proposal<S>) -> Self {
        Self {
            output,
            proposal: Some(proposal),
        }
    }
}

/// A change of the partition, computed on the state given to the caller's function.
#[derive(Debug)]
pub struct Proposal<S> {
    /// The state after the change; its revision is one after the base's.
    pub next: Arc<S>,
    /// What is stored.
    pub changes: Vec<Change>,
    /// Audit records stored with it.
    pub outbox: Vec<OutboxRecord>,
    /// Other partitions read, and the revisions they must still have.
    pub reads: Vec<(PartitionId, Revision)>,
}

/// An answer that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// The answer.
    pub output: T,
    /// The revision it made, or rests on when it changed nothing.
    pub revision: Revision,
}
