//! One group of jobs: one transaction, one sync, then the answers.

#[cfg(test)]
mod tests;

use lanyard_store::{Cause, Collected, Commit, CommitError, Cursor, Limits, OutboxPosition, Revision, Stat};
use rusqlite::Connection;

use super::heads::Heads;
use super::statements::Statements;
use super::tail::{Size, Tail};
use super::{Job, Published};
use crate::error::WriteFailure;
use crate::{record, tables};

pub(super) struct GroupWriter<'connection> {
    statements: Statements<'connection>,
    heads: Heads,
    tail: Tail,
    published: Published,
    counts: Counts,
    health: Health,
    in_transaction: bool,
    size: Size,
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
    Made { partition: i64, revision: Revision },
    NotMade(CommitError),
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
        let (mut heads, mut tail) = (Heads::default(), Tail::new(number(tables::FOLDED)?));
        for event in tables::tail(connection)? {
            tail.add(event.cursor, event.id, event.revision, event.changes);
            heads.learn(event.partition, event.id, event.revision);
        }
        Ok(Self {
            statements: Statements::prepare(connection)?,
            heads,
            tail,
            published,
            counts,
            health: Health::Well,
            in_transaction: false,
            size: Size::default(),
            buffer: Vec::new(),
        })
    }

    /// Writes a group and answers each of its jobs, in order.
    pub(super) fn write(&mut self, jobs: Vec<Job>) {
        let before = self.counts;
        match self.transact(&jobs) {
            Ok(verdicts) => {
                self.heads.made();
                self.tail.made();
                self.publish(before);
                self.answer(jobs, verdicts, before.newest);
                self.heads.trim(&self.tail);
            }
            Err(failure) => {
                self.counts = before;
                self.heads.failed();
                self.tail.failed();
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

    /// Answers first, and then remembers what was made.
    fn answer(&mut self, jobs: Vec<Job>, verdicts: Vec<Verdict>, mut cursor: u64) {
        let mut made = Vec::with_capacity(jobs.len());
        for (job, verdict) in jobs.into_iter().zip(verdicts) {
            match (job, verdict) {
                (Job::Commit(commit, completion), Verdict::Made { partition, revision }) => {
                    completion.complete(Ok(revision));
                    made.push((partition, revision, commit.changes));
                }
                (job, verdict) => job.answer(verdict),
            }
        }
        for (partition, revision, changes) in made {
            cursor += 1;
            self.tail.add(cursor, partition, revision, changes);
        }
    }

    /// Writes into the tables what so far stands only in the feed.
    pub(super) fn fold_all(&mut self) {
        let outcome = self
            .statements
            .begin()
            .and_then(|()| self.tail.fold_all(&mut self.statements));
        match outcome.and_then(|_| self.statements.commit()) {
            Ok(()) => self.tail.made(),
            Err(error) => {
                tracing::warn!(%error, "the newest entries stay in the change feed for now");
                self.tail.failed();
                self.roll_back();
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
        self.size = Size::default();
        let mut verdicts = Vec::with_capacity(jobs.len());
        let applied = jobs
            .iter()
            .try_for_each(|job| self.apply(job).map(|verdict| verdicts.push(verdict)));
        let applied = applied.and_then(|()| self.fold_slice());
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

    fn fold_slice(&mut self) -> rusqlite::Result<()> {
        if !self.in_transaction {
            return Ok(());
        }
        self.tail.fold_slice(self.size, &mut self.statements)
    }

    fn apply(&mut self, job: &Job) -> rusqlite::Result<Verdict> {
        match job {
            Job::Commit(commit, _) => {
                let verdict = self.commit(commit)?;
                self.heads
                    .note(&commit.partition, matches!(verdict, Verdict::Made { .. }));
                Ok(verdict)
            }
            Job::Refused(_, error) => Ok(Verdict::NotMade(CommitError::Unavailable(Cause::new(
                error.clone(),
            )))),
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

    fn commit(&mut self, commit: &Commit) -> rusqlite::Result<Verdict> {
        if let Err(error) = commit.check(&Limits::PORTABLE) {
            return Ok(Verdict::NotMade(error));
        }
        if let Err(conflict) = self.heads.check(commit, &mut self.statements)? {
            return Ok(Verdict::NotMade(conflict));
        }
        self.begin()?;
        let (partition, revision) = self.heads.advance(&commit.partition, &mut self.statements)?;
        self.counts.newest += 1;
        self.buffer.clear();
        record::encode(&commit.changes, &mut self.buffer);
        self.size.entries += commit.changes.len();
        self.size.bytes += self.buffer.len();
        self.statements
            .add_event(self.counts.newest, partition, revision, &self.buffer)?;
        for record in &commit.outbox {
            self.counts.position += 1;
            self.statements
                .add_record(self.counts.position, &record.id, &record.body)?;
            self.counts.waiting += 1;
        }
        Ok(Verdict::Made { partition, revision })
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
        let mut events = 0;
        if wanted > self.counts.collected {
            self.begin()?;
            // What the tables do not have yet must not be removed.
            let folded = self.tail.fold_all(&mut self.statements)?;
            let through = wanted.min(self.counts.collected.saturating_add(step)).min(folded);
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
            (Self::Commit(_, completion) | Self::Refused(completion, _), Verdict::NotMade(error)) => {
                completion.complete(Err(error));
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
