//! One group of jobs: one transaction, one sync, then the answers.

#[cfg(test)]
mod tests;

use lanyard_store::{Cause, Collected, Commit, CommitError, Cursor, Limits, OutboxPosition, Revision, Stat};
use rusqlite::Connection;

use super::heads::Heads;
use super::statements::Statements;
use super::{Job, Published};
use crate::error::WriteFailure;
use crate::{record, tables};

pub(super) struct GroupWriter<'connection> {
    statements: Statements<'connection>,
    heads: Heads,
    published: Published,
    counts: Counts,
    health: Health,
    in_transaction: bool,
    buffer: Vec<u8>,
}

/// Numbers that move with each group, and back if it fails.
#[derive(Clone, Copy)]
struct Counts {
    /// The newest cursor of the change feed, and the newest that was collected.
    newest: u64,
    collected: u64,
    /// The newest position in the outbox, and how many records are there.
    position: u64,
    waiting: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Well,
    /// The last write failed.
    Ill,
    /// The last write failed, and the log may hold it: after a crash it would
    /// come back, so the next write must first overwrite it.
    InDoubt,
}

/// The outcome of one job within a group that succeeds.
enum Verdict {
    Commit(Result<Revision, CommitError>),
    Done,
    Collected(Collected),
}

impl<'connection> GroupWriter<'connection> {
    pub(super) fn new(connection: &'connection Connection, published: Published) -> rusqlite::Result<Self> {
        let number = |query| connection.query_row(query, [], |row| tables::unsigned(row, 0));
        let counts = Counts {
            newest: *published.newest.borrow(),
            collected: number(tables::COLLECTED)?,
            position: number("SELECT coalesce(max(position), 0) FROM outbox")?,
            waiting: *published.outbox_waiting.borrow(),
        };
        Ok(Self {
            statements: Statements::prepare(connection)?,
            heads: Heads::default(),
            published,
            counts,
            health: Health::Well,
            in_transaction: false,
            buffer: Vec::new(),
        })
    }

    /// Writes a group and answers each of its jobs, in order.
    pub(super) fn write(&mut self, jobs: Vec<Job>) {
        let before = self.counts;
        match self.transact(&jobs) {
            Ok(verdicts) => {
                self.publish(before);
                for (job, verdict) in jobs.into_iter().zip(verdicts) {
                    job.answer(verdict);
                }
            }
            Err(failure) => {
                self.counts = before;
                self.heads.forget();
                for job in &jobs {
                    if let Job::Commit(commit, _) = job {
                        self.heads.note(&commit.partition, false);
                    }
                }
                for job in jobs {
                    job.fail(&failure);
                }
            }
        }
    }

    /// Makes a small write; whatever the log held beyond its end is overwritten.
    pub(super) fn stamp(&mut self) {
        if let Err(error) = self.statements.stamp() {
            tracing::warn!(%error, "the store cannot be written");
            self.health = Health::InDoubt;
        }
    }

    fn transact(&mut self, jobs: &[Job]) -> Result<Vec<Verdict>, WriteFailure> {
        if self.health == Health::InDoubt {
            self.statements.stamp().map_err(WriteFailure::from_sqlite)?;
            self.health = Health::Ill;
        }
        let mut verdicts = Vec::with_capacity(jobs.len());
        let applied = jobs
            .iter()
            .try_for_each(|job| self.apply(job).map(|verdict| verdicts.push(verdict)));
        let applied = applied.and_then(|()| self.heads.write(&mut self.statements));
        let outcome = match applied {
            Err(error) => Err(WriteFailure::from_sqlite(error)),
            Ok(()) if !self.in_transaction => return Ok(verdicts),
            Ok(()) => self.statements.commit().map_err(|error| self.doubt(error)),
        };
        self.in_transaction = false;
        match outcome {
            Ok(()) => {
                self.health = Health::Well;
                Ok(verdicts)
            }
            Err(failure) => {
                self.roll_back();
                Err(self.settle(failure))
            }
        }
    }

    /// A commit that failed for lack of room was not made, for the frame that
    /// would seal it is the last to be written. Of other failures that cannot
    /// be said: all frames may be in the log, though SQLite does not see them.
    fn doubt(&self, error: rusqlite::Error) -> WriteFailure {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
            return WriteFailure::Full;
        }
        WriteFailure::InDoubt(Cause::new(error))
    }

    /// Removes the doubt, if a new write can overwrite what the log holds.
    fn settle(&mut self, failure: WriteFailure) -> WriteFailure {
        self.health = Health::Ill;
        let WriteFailure::InDoubt(cause) = failure else {
            return failure;
        };
        match self.statements.stamp() {
            Ok(()) => WriteFailure::Unavailable(cause),
            Err(error) => {
                tracing::error!(%error, "a write failed, and whether it was made is in doubt");
                self.health = Health::InDoubt;
                WriteFailure::InDoubt(cause)
            }
        }
    }

    fn roll_back(&mut self) {
        if let Err(error) = self.statements.roll_back() {
            tracing::error!(%error, "a failed write could not be rolled back");
            self.health = Health::InDoubt;
        }
    }

    /// Ends up in one transaction with all else of the group.
    fn begin(&mut self) -> rusqlite::Result<()> {
        if !self.in_transaction {
            self.statements.begin()?;
            self.in_transaction = true;
        }
        Ok(())
    }

    fn apply(&mut self, job: &Job) -> rusqlite::Result<Verdict> {
        match job {
            Job::Commit(commit, _) => {
                let outcome = self.commit(commit)?;
                self.heads.note(&commit.partition, outcome.is_ok());
                Ok(Verdict::Commit(outcome))
            }
            Job::Refused(_, error) => Ok(Verdict::Commit(Err(CommitError::Unavailable(Cause::new(
                error.clone(),
            ))))),
            Job::Stats(stats, _) => self.put_stats(stats),
            Job::OutboxDelete(positions, _) => self.delete_records(positions),
            Job::Collect { keep, step, .. } => self.collect(*keep, *step),
            Job::Probe(_) => {
                if self.health != Health::Well {
                    self.begin()?;
                    self.statements.stamp()?;
                }
                Ok(Verdict::Done)
            }
        }
    }

    fn commit(&mut self, commit: &Commit) -> rusqlite::Result<Result<Revision, CommitError>> {
        if let Err(error) = commit.check(&Limits::PORTABLE) {
            return Ok(Err(error));
        }
        if let Err(conflict) = self.heads.check(commit, &mut self.statements)? {
            return Ok(Err(conflict));
        }
        self.begin()?;
        let (partition, revision) = self.heads.advance(&commit.partition, &mut self.statements)?;
        for change in &commit.changes {
            self.statements
                .put_entry(partition, &change.key, change.value.as_deref())?;
        }
        self.counts.newest += 1;
        self.buffer.clear();
        record::encode(&commit.changes, &mut self.buffer);
        self.statements
            .add_event(self.counts.newest, partition, revision, &self.buffer)?;
        for record in &commit.outbox {
            self.counts.position += 1;
            self.statements
                .add_record(self.counts.position, &record.id, &record.body)?;
            self.counts.waiting += 1;
        }
        Ok(Ok(revision))
    }

    fn put_stats(&mut self, stats: &[Stat]) -> rusqlite::Result<Verdict> {
        for Stat {
            partition,
            key,
            value,
        } in stats
        {
            self.begin()?;
            let partition = self.heads.id(partition, &mut self.statements)?;
            self.statements.put_stat(partition, key, value.as_deref())?;
        }
        Ok(Verdict::Done)
    }

    /// Neighbours go in one statement.
    fn delete_records(&mut self, positions: &[OutboxPosition]) -> rusqlite::Result<Verdict> {
        let mut positions: Vec<u64> = positions.iter().map(|position| position.0).collect();
        positions.sort_unstable();
        positions.dedup();
        for run in positions.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
            let (Some(&first), Some(&last)) = (run.first(), run.last()) else {
                continue;
            };
            self.begin()?;
            let deleted = self.statements.delete_records(first, last)?;
            self.counts.waiting = self.counts.waiting.saturating_sub(deleted);
        }
        Ok(Verdict::Done)
    }

    fn collect(&mut self, keep: u64, step: u64) -> rusqlite::Result<Verdict> {
        let wanted = self.counts.newest.saturating_sub(keep);
        let through = wanted.min(self.counts.collected.saturating_add(step));
        let mut events = 0;
        if through > self.counts.collected {
            self.begin()?;
            events = self.statements.collect(through)?;
            self.counts.collected = through;
        }
        Ok(Verdict::Collected(Collected {
            events,
            oldest: Cursor(self.counts.collected),
        }))
    }

    fn publish(&self, before: Counts) {
        if self.counts.newest != before.newest {
            self.published.newest.send_replace(self.counts.newest);
        }
        if self.counts.waiting != before.waiting {
            self.published.outbox_waiting.send_replace(self.counts.waiting);
        }
    }
}

impl Job {
    fn answer(self, verdict: Verdict) {
        // Somebody who went away needs no answer.
        match (self, verdict) {
            (Self::Commit(_, completion) | Self::Refused(completion, _), Verdict::Commit(outcome)) => {
                completion.complete(outcome);
            }
            (Self::Stats(_, reply) | Self::OutboxDelete(_, reply) | Self::Probe(reply), Verdict::Done) => {
                let _ = reply.send(Ok(()));
            }
            (Self::Collect { reply, .. }, Verdict::Collected(collected)) => {
                let _ = reply.send(Ok(collected));
            }
            // Each job has its kind of verdict; a job let go is answered by that.
            _ => {}
        }
    }

    fn fail(self, failure: &WriteFailure) {
        match self {
            Self::Commit(_, completion) | Self::Refused(completion, _) => {
                completion.complete(Err(failure.commit_error()));
            }
            Self::Stats(_, reply) | Self::OutboxDelete(_, reply) | Self::Probe(reply) => {
                let _ = reply.send(Err(failure.store_error()));
            }
            Self::Collect { reply, .. } => {
                let _ = reply.send(Err(failure.store_error()));
            }
        }
    }
}
