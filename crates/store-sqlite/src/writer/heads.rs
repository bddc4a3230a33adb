//! The heads of partitions, in the writer's memory.

use std::collections::{HashMap, HashSet};

use lanyard_store::{Commit, CommitError, PartitionId, Revision};

use super::statements::Statements;

/// More partitions than this are not remembered between groups.
const KNOWN_MAX: usize = 65_536;

#[derive(Default)]
pub(super) struct Heads {
    known: HashMap<PartitionId, Known>,
    /// Partitions whose last commit was not made.
    broken: HashSet<PartitionId>,
    /// Partitions whose head this group has moved.
    moved: Vec<PartitionId>,
}

#[derive(Clone, Copy)]
struct Known {
    /// The partition's number in the tables; none if it was never written.
    id: Option<i64>,
    head: Revision,
    /// The head is ahead of the tables.
    is_moved: bool,
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
        let Some(known) = self.known.get_mut(partition) else {
            return Err(rusqlite::Error::QueryReturnedNoRows);
        };
        known.head = known.head.next();
        if !known.is_moved {
            known.is_moved = true;
            self.moved.push(partition.clone());
        }
        Ok((id, known.head))
    }

    /// The partition's number; it gets one if it has none.
    pub(super) fn id(
        &mut self,
        partition: &PartitionId,
        statements: &mut Statements<'_>,
    ) -> rusqlite::Result<i64> {
        let known = self.find(partition, statements)?;
        if let Some(id) = known.id {
            return Ok(id);
        }
        let id = statements.add_partition(partition.as_str())?;
        self.known.insert(
            partition.clone(),
            Known {
                id: Some(id),
                ..known
            },
        );
        Ok(id)
    }

    /// Remembers whether the last commit of a partition was made.
    pub(super) fn note(&mut self, partition: &PartitionId, is_made: bool) {
        if !is_made {
            self.broken.insert(partition.clone());
        } else if !self.broken.is_empty() {
            self.broken.remove(partition);
        }
    }

    /// Writes the moved heads into the tables.
    pub(super) fn write(&mut self, statements: &mut Statements<'_>) -> rusqlite::Result<()> {
        for partition in self.moved.drain(..) {
            let Some(known) = self.known.get_mut(&partition) else {
                continue;
            };
            if let Some(id) = known.id {
                statements.set_head(id, known.head)?;
            }
            known.is_moved = false;
        }
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        Ok(())
    }

    /// Forgets what a group that failed has done.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.moved.clear();
    }

    fn find(&mut self, partition: &PartitionId, statements: &mut Statements<'_>) -> rusqlite::Result<Known> {
        if let Some(known) = self.known.get(partition) {
            return Ok(*known);
        }
        let known = match statements.find_partition(partition.as_str())? {
            Some((id, head)) => Known {
                id: Some(id),
                head,
                is_moved: false,
            },
            None => Known {
                id: None,
                head: Revision::ZERO,
                is_moved: false,
            },
        };
        self.known.insert(partition.clone(), known);
        Ok(known)
    }
}
