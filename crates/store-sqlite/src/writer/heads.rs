//! The heads of partitions, in the writer's memory.

use std::collections::{HashMap, HashSet};

use lanyard_store::{Commit, CommitError, PartitionId, Revision};

use super::statements::Statements;
use super::tail::Tail;

/// More partitions than this are not remembered between groups.
const KNOWN_MAX: usize = 16_384;

/// Invariant: a partition with commits in the [`Tail`] is known, for the
/// tables do not have its head.
#[derive(Default)]
pub(super) struct Heads {
    known: HashMap<PartitionId, Known>,
    /// Partitions whose last commit was not made.
    broken: HashSet<PartitionId>,
    /// Partitions that this group has moved or given a number.
    touched: Vec<PartitionId>,
}

#[derive(Clone, Copy)]
struct Known {
    /// The partition's number in the tables; none if it was never written.
    id: Option<i64>,
    head: Revision,
    /// The same, as of the last group that was made.
    durable: (Option<i64>, Revision),
    is_touched: bool,
}

impl Known {
    fn durable(id: Option<i64>, head: Revision) -> Self {
        Self {
            id,
            head,
            durable: (id, head),
            is_touched: false,
        }
    }
}

impl Heads {
    /// Is the commit based on what is there now, counting this group?
    pub(super) fn check(
        &mut self,
        commit: &Commit,
        statements: &mut Statements<'_>,
    ) -> rusqlite::Result<Result<(), CommitError>> {
        if commit.follows_previous && self.broken.contains(&commit.partition) {
            return Ok(Err(CommitError::PreviousFailed));
        }
        let written = (&commit.partition, commit.base);
        let read = commit
            .reads
            .iter()
            .map(|(partition, revision)| (partition, *revision));
        for (partition, expected) in std::iter::once(written).chain(read) {
            let head = self.find(partition, statements)?.head;
            if head != expected {
                return Ok(Err(CommitError::Conflict {
                    partition: partition.clone(),
                    head,
                }));
            }
        }
        Ok(Ok(()))
    }

    /// Moves the head of a partition by one; gives the partition's number and new head.
    pub(super) fn advance(
        &mut self,
        partition: &PartitionId,
        statements: &mut Statements<'_>,
    ) -> rusqlite::Result<(i64, Revision)> {
        let id = self.id(partition, statements)?;
        let known = self.touch(partition)?;
        known.head = known.head.next();
        let head = known.head;
        if head == Revision::ZERO.next() {
            // From now on the partition is listed.
            statements.set_head(id, head)?;
        }
        Ok((id, head))
    }

    /// The partition's number; it gets one if it has none.
    pub(super) fn id(
        &mut self,
        partition: &PartitionId,
        statements: &mut Statements<'_>,
    ) -> rusqlite::Result<i64> {
        if let Some(id) = self.find(partition, statements)?.id {
            return Ok(id);
        }
        let id = statements.add_partition(partition.as_str())?;
        self.touch(partition)?.id = Some(id);
        Ok(id)
    }

    /// Takes in a partition whose head the tables do not have.
    pub(super) fn learn(&mut self, partition: PartitionId, id: i64, head: Revision) {
        self.known.insert(partition, Known::durable(Some(id), head));
    }

    /// Remembers whether the last commit of a partition was made.
    pub(super) fn note(&mut self, partition: &PartitionId, is_made: bool) {
        if !is_made {
            self.broken.insert(partition.clone());
        } else if !self.broken.is_empty() {
            self.broken.remove(partition);
        }
    }

    /// What this group did is durable.
    pub(super) fn made(&mut self) {
        for partition in self.touched.drain(..) {
            if let Some(known) = self.known.get_mut(&partition) {
                *known = Known::durable(known.id, known.head);
            }
        }
    }

    /// What this group did was not made.
    pub(super) fn failed(&mut self) {
        for partition in self.touched.drain(..) {
            if let Some(known) = self.known.get_mut(&partition) {
                *known = Known::durable(known.durable.0, known.durable.1);
            }
        }
    }

    /// Forgets what the tables know too, if there is too much of it.
    pub(super) fn trim(&mut self, tail: &Tail) {
        if self.known.len() > KNOWN_MAX {
            self.known
                .retain(|_, known| known.id.is_some_and(|id| tail.concerns(id)));
        }
    }

    fn touch(&mut self, partition: &PartitionId) -> rusqlite::Result<&mut Known> {
        let known = self
            .known
            .get_mut(partition)
            .ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        if !known.is_touched {
            known.is_touched = true;
            self.touched.push(partition.clone());
        }
        Ok(known)
    }

    fn find(&mut self, partition: &PartitionId, statements: &mut Statements<'_>) -> rusqlite::Result<Known> {
        if let Some(known) = self.known.get(partition) {
            return Ok(*known);
        }
        let found = statements.find_partition(partition.as_str())?;
        let (id, head) = found.map_or((None, Revision::ZERO), |(id, head)| (Some(id), head));
        let known = Known::durable(id, head);
        self.known.insert(partition.clone(), known);
        Ok(known)
    }
}
