//! One lane per partition: writes run one after another, disks may take their time.
//!
//! A write is computed on the *speculative head*, the state that commits still
//! on their way will make, and its own commit joins the queue behind them. So
//! one hot account is not one disk sync per write. Readers see only the
//! *published* state, which is durable.
//!
//! Invariant: an answer leaves the lane only when its own commit, or the last
//! commit its base was built on, is durable and published. A refusal is an
//! answer too: "the name is taken" may rest on a commit that then fails.
//!
//! Invariant: when a commit fails, everything built on it is discarded; what
//! can succeed on the state that remains is computed anew.
//!
//! Two locks: `compose` is held while a caller's function runs, `queue` only
//! for moments, so an engine's completion never waits for a caller's function.

mod queue;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use tokio::sync::oneshot;

pub use self::write::{Proposal, Write, Written};

use self::queue::{Base, Queue, Undone};
use crate::{
    ApplyError, Cause, Change, Commit, CommitError, Completion, Engine, Event, LaneError, Limits, Loaded,
    PartitionId, Revision, StoreError,
};

/// How often a write is computed again before the lane gives up.
const ATTEMPTS_MAX: u32 = 16;

/// How many commits of one lane may be on their way at once.
const PENDING_MAX: usize = 4096;

/// The state of one partition in memory; cheap to clone.
pub trait Replica: Clone + Send + Sync + 'static {
    /// The revision this state is at.
    fn revision(&self) -> Revision;

    /// Takes in the changes that made `revision`, the one after its own.
    fn apply(&mut self, revision: Revision, changes: &[Change]) -> Result<(), ApplyError>;

    /// The same partition as it was loaded, with whatever this replica knows
    /// beside the stored state (caches, settings) carried over.
    fn restored(&self, loaded: Loaded) -> Result<Self, ApplyError>;
}

/// What a lane did with an event of the change feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It was new and is published now.
    Applied,
    /// It was known already, or comes back from a commit of this lane.
    Known,
    /// Something before it is missing; the lane loads before its next write,
    /// or at once when told to [`Lane::refresh`].
    Behind,
}

/// The writes of one partition, in order. Clones are the same lane.
///
/// There must be one lane per partition and engine.
pub struct Lane<S>(Arc<Inner<S>>);

struct Inner<S> {
    partition: PartitionId,
    engine: Arc<dyn Engine>,
    limits: Limits,
    published: ArcSwap<S>,
    compose: Mutex<()>,
    queue: Mutex<Queue<S>>,
    reload: tokio::sync::Mutex<()>,
}

/// How far one attempt came.
enum Attempt<T, E> {
    /// The state must be loaded first.
    Stale,
    /// The answer rests on durable state.
    Answered(Result<Written<T>, LaneError<E>>),
    /// The answer rests on a commit that is on its way.
    Waiting(
        Result<Written<T>, LaneError<E>>,
        oneshot::Receiver<Result<(), Undone>>,
    ),
}

impl<S: Replica> Lane<S> {
    /// A lane that begins with a state loaded from the engine.
    pub fn new(engine: Arc<dyn Engine>, partition: PartitionId, loaded: S) -> Self {
        Self(Arc::new(Inner {
            partition,
            limits: engine.limits(),
            engine,
            published: ArcSwap::from_pointee(loaded),
            compose: Mutex::new(()),
            queue: Mutex::new(Queue::new()),
            reload: tokio::sync::Mutex::new(()),
        }))
    }

    /// The partition's name.
    pub fn partition(&self) -> &PartitionId {
        &self.0.partition
    }

    /// The newest durable state this lane knows.
    pub fn published(&self) -> Arc<S> {
        self.0.published.load_full()
    }

    /// Whether no commit of this lane is on its way. Whoever wants to drop the
    /// lane and load the partition into another one waits for that: a commit
    /// goes on when the future that asked for it is dropped, and the other
    /// lane would not learn of it.
    pub fn is_quiet(&self) -> bool {
        self.0.queue.lock().pending.is_empty()
    }

    /// Runs `compute` on the newest state and answers when the outcome is
    /// durable. It may run several times, and what it returned from any but
    /// the last run is forgotten; it runs under a lock, so it must be quick.
    ///
    /// Once `compute` has proposed a change, dropping the future does not undo it.
    pub async fn write<T, E, F>(&self, mut compute: F) -> Result<Written<T>, LaneError<E>>
    where
        F: FnMut(&Arc<S>) -> Result<Write<S, T>, E>,
    {
        for _ in 0..ATTEMPTS_MAX {
            match self.attempt(&mut compute) {
                Attempt::Stale => self.reload().await?,
                Attempt::Answered(answer) => return answer,
                Attempt::Waiting(answer, outcome) => match outcome.await {
                    Ok(Ok(())) => return answer,
                    Ok(Err(Undone::Again)) => {}
                    Ok(Err(Undone::Failed(error))) => return Err(LaneError::Commit(error)),
                    Err(_) => {
                        let cause = Cause::text("the lane was dropped");
                        return Err(LaneError::Commit(CommitError::Ambiguous(cause)));
                    }
                },
            }
        }
        Err(LaneError::Contended {
            attempts: ATTEMPTS_MAX,
        })
    }

    /// Takes in what another node wrote, from the change feed.
    pub fn observe(&self, event: &Event) -> Result<Observed, ApplyError> {
        let _composing = self.0.compose.lock();
        let mut queue = self.0.queue.lock();
        let published = self.0.published.load_full();
        let Base::Durable = queue.base() else {
            // A commit of this lane is on its way: either this is its event,
            // or that commit fails and the lane loads.
            return Ok(if queue.stale {
                Observed::Behind
            } else {
                Observed::Known
            });
        };
        if event.revision <= published.revision() {
            return Ok(Observed::Known);
        }
        if event.revision != published.revision().next() {
            queue.stale = true;
            return Ok(Observed::Behind);
        }
        let mut next = S::clone(&published);
        if let Err(error) = next.apply(event.revision, &event.changes) {
            queue.stale = true;
            return Err(error);
        }
        self.0.published.store(Arc::new(next));
        Ok(Observed::Applied)
    }

    /// Makes sure that the published state is at least as new as the store's
    /// head was when this was called.
    pub async fn refresh(&self) -> Result<Arc<S>, LaneError<std::convert::Infallible>> {
        let engine = &self.0.engine;
        let head = if engine.is_exclusive() {
            Revision::ZERO
        } else {
            engine.head(&self.0.partition).await.map_err(LaneError::Store)?
        };
        while let Some(on_its_way) = self.0.catch_up_with(head) {
            // Whatever becomes of it, look again.
            let _ = on_its_way.await;
        }
        self.reload().await?;
        Ok(self.published())
    }

    /// Runs the caller's function once and submits what it proposes.
    fn attempt<T, E, F>(&self, compute: &mut F) -> Attempt<T, E>
    where
        F: FnMut(&Arc<S>) -> Result<Write<S, T>, E>,
    {
        let inner = &self.0;
        let _composing = inner.compose.lock();
        let (base, generation) = {
            let queue = inner.queue.lock();
            match queue.base() {
                Base::Stale => return Attempt::Stale,
                Base::Durable => (inner.published.load_full(), queue.generation),
                Base::Speculative(head) => (Arc::clone(head), queue.generation),
            }
        };
        let (answer, proposal) = match compute(&base) {
            Ok(write) => (Ok(write.output), write.proposal),
            Err(refusal) => (Err(LaneError::Refused(refusal)), None),
        };
        let commit = proposal
            .map(|proposal| inner.commit_for(&base, proposal))
            .transpose();
        let (answer, commit) = match commit {
            Ok(commit) => (answer, commit),
            Err(error) => (Err(LaneError::Commit(error)), None),
        };
        let revision = commit
            .as_ref()
            .map_or(base.revision(), |(next, _)| next.revision());
        let answer = answer.map(|output| Written { output, revision });

        let mut queue = inner.queue.lock();
        if queue.generation != generation {
            // What this was computed on has failed meanwhile.
            return Attempt::Waiting(answer, queue::already(Undone::Again));
        }
        let Some((next, mut commit)) = commit else {
            return match queue.wait_for_last() {
                Some(outcome) => Attempt::Waiting(answer, outcome),
                None => Attempt::Answered(answer),
            };
        };
        if queue.pending.len() >= PENDING_MAX {
            let cause = Cause::text("too many writes of one partition are waiting");
            return Attempt::Answered(Err(LaneError::Commit(CommitError::Unavailable(cause))));
        }
        commit.follows_previous = !queue.pending.is_empty();
        let outcome = queue.push(next);
        drop(queue);
        let lane = Arc::clone(inner);
        inner.engine.submit(
            commit,
            Completion::new(move |outcome| lane.completed(generation, outcome)),
        );
        Attempt::Waiting(answer, outcome)
    }

    /// Loads the partition again, unless somebody just did.
    async fn reload<E>(&self) -> Result<(), LaneError<E>> {
        let inner = &self.0;
        let _one_at_a_time = inner.reload.lock().await;
        if !inner.queue.lock().stale {
            return Ok(());
        }
        let loaded = inner
            .engine
            .load(&inner.partition)
            .await
            .map_err(LaneError::Store)?;
        let published = inner.published.load_full();
        if loaded.revision < published.revision() {
            // Fails closed: what was already answered must never be unsaid.
            let cause = Cause::text("a partition went back to an earlier revision");
            return Err(LaneError::Store(StoreError::Damaged(cause)));
        }
        if loaded.revision > published.revision() {
            let state = published.restored(loaded).map_err(LaneError::Apply)?;
            inner.published.store(Arc::new(state));
        }
        inner.queue.lock().stale = false;
        Ok(())
    }
}

impl<S: Replica> Inner<S> {
    fn commit_for(&self, base: &S, proposal: Proposal<S>) -> Result<(Arc<S>, Commit), CommitError> {
        if proposal.next.revision() != base.revision().next() {
            return Err(CommitError::Malformed(
                "the proposed state has the wrong revision",
            ));
        }
        let commit = Commit::new(self.partition.clone(), base.revision(), proposal.changes)
            .with_outbox(proposal.outbox)
            .with_reads(proposal.reads);
        commit.check(&self.limits)?;
        Ok((proposal.next, commit))
    }

    /// If the store's head is ahead of the published state: a commit of this
    /// lane to wait for, or none, and then the lane must load.
    fn catch_up_with(&self, head: Revision) -> Option<oneshot::Receiver<Result<(), Undone>>> {
        let mut queue = self.queue.lock();
        if self.published.load().revision() >= head {
            return None;
        }
        let on_its_way = queue.wait_for_last();
        if on_its_way.is_none() {
            queue.stale = true;
        }
        on_its_way
    }

    /// Called by the engine, in the order of submission.
    fn completed(&self, generation: u64, outcome: Result<Revision, CommitError>) {
        let mut queue = self.queue.lock();
        if queue.generation != generation {
            // Discarded with the commit it was built on.
            return;
        }
        match outcome {
            Ok(_) => {
                let Some(done) = queue.pending.pop_front() else {
                    return;
                };
                self.published.store(done.next);
                drop(queue);
                queue::tell(done.waiters, |_| Ok(()));
            }
            Err(error) => {
                let waiters = queue.discard();
                queue.stale = is_behind(&self.partition, &error);
                drop(queue);
                tracing::debug!(partition = %self.partition, %error, "a commit failed");
                queue::tell(waiters, |role| Err(queue::undone(role, &error)));
            }
        }
    }
}

/// Does this failure mean that the lane's state may not be the store's?
fn is_behind(own: &PartitionId, error: &CommitError) -> bool {
    match error {
        CommitError::Conflict { partition, .. } => partition == own,
        CommitError::PreviousFailed | CommitError::Ambiguous(_) => true,
        CommitError::Full
        | CommitError::Unavailable(_)
        | CommitError::TooLarge(_)
        | CommitError::Malformed(_) => false,
    }
}

impl<S> Clone for Lane<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Lane<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane")
            .field("partition", &self.0.partition)
            .finish_non_exhaustive()
    }
}
