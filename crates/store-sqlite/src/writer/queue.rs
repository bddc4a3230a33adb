//! What waits to be written.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lanyard_store::{Cause, CommitError, StoreError};
use parking_lot::{Condvar, Mutex, MutexGuard};

use super::Job;

/// How much may go into one transaction.
const GROUP_JOBS_MAX: usize = 512;
const GROUP_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A group is written when this long no job came, or when its first has waited
/// that long.
const GATHER_PAUSE: Duration = Duration::from_micros(100);
const GATHER_MAX: Duration = Duration::from_millis(2);

/// How much may wait; more is refused, so that memory stays bounded.
const WAITING_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Jobs in the order they came.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    bytes: usize,
    begin_log_anew: bool,
    stopping: bool,
    /// The writer is gone; nothing submitted before is unanswered.
    ended: bool,
    /// How many jobs the writer waits for; fewer do not wake it.
    wanted: usize,
}

/// What the writer does next.
pub(super) enum Work {
    Group(Vec<Job>),
    BeginLogAnew,
    Stop,
}

impl Queue {
    pub(super) fn push(&self, job: Job) {
        let weight = job.weight();
        let is_enough = {
            let mut state = self.state.lock();
            if state.ended {
                drop(state);
                return job.refuse(StoreError::Closed);
            }
            let job = if state.stopping {
                job.refused(StoreError::Closed)
            } else if state.bytes.saturating_add(weight) > WAITING_BYTES_MAX {
                job.refused(StoreError::Unavailable(Cause::text(
                    "too much waits to be written",
                )))
            } else {
                job
            };
            state.bytes = state.bytes.saturating_add(job.weight());
            state.jobs.push_back(job);
            state.jobs.len() >= state.wanted
        };
        if is_enough {
            self.changed.notify_one();
        }
    }

    /// Waits for something to do. What is there goes together, within limits.
    ///
    /// `expected` is how many jobs may be on their way, judging by the last
    /// group. As long as they keep coming, it pays to wait for them: a group
    /// costs much, one more job in it little. Nobody who writes alone waits.
    pub(super) fn next(&self, expected: usize) -> Work {
        let mut state = self.state.lock();
        loop {
            if std::mem::take(&mut state.begin_log_anew) {
                return Work::BeginLogAnew;
            }
            if !state.jobs.is_empty() {
                self.gather(&mut state, expected);
                return Work::Group(state.take_group());
            }
            if state.stopping {
                state.ended = true;
                return Work::Stop;
            }
            self.changed.wait(&mut state);
        }
    }

    /// Waits while jobs keep coming, until as many are there as are expected.
    fn gather(&self, state: &mut MutexGuard<'_, State>, expected: usize) {
        let until = Instant::now() + GATHER_MAX;
        state.wanted = expected.min(GROUP_JOBS_MAX);
        let mut seen = state.jobs.len();
        while seen < state.wanted && !state.stopping && Instant::now() < until {
            let is_over = self.changed.wait_for(state, GATHER_PAUSE).timed_out();
            if is_over && state.jobs.len() == seen {
                break;
            }
            seen = state.jobs.len();
        }
        state.wanted = 0;
    }

    /// How many jobs wait.
    pub(super) fn len(&self) -> usize {
        self.state.lock().jobs.len()
    }

    pub(crate) fn begin_log_anew(&self) {
        self.state.lock().begin_log_anew = true;
        self.changed.notify_one();
    }

    pub(super) fn stop(&self) {
        self.state.lock().stopping = true;
        self.changed.notify_one();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.state.lock().stopping
    }

    /// Whatever way the writer's thread ends, what still waits is let go then.
    pub(super) fn at_end(self: &Arc<Self>) -> impl Drop + use<> {
        AtEnd(Arc::clone(self))
    }
}

struct AtEnd(Arc<Queue>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        let left = {
            let mut state = self.0.state.lock();
            state.stopping = true;
            state.ended = true;
            std::mem::take(&mut state.jobs)
        };
        // Outside the lock: what is dropped here calls back.
        drop(left);
    }
}

impl State {
    fn take_group(&mut self) -> Vec<Job> {
        let mut jobs = Vec::with_capacity(self.jobs.len().min(GROUP_JOBS_MAX));
        let mut bytes = 0_usize;
        while jobs.len() < GROUP_JOBS_MAX {
            let Some(weight) = self.jobs.front().map(Job::weight) else {
                break;
            };
            if !jobs.is_empty() && bytes.saturating_add(weight) > GROUP_BYTES_MAX {
                break;
            }
            bytes = bytes.saturating_add(weight);
            jobs.extend(self.jobs.pop_front());
        }
        self.bytes = self.bytes.saturating_sub(bytes);
        jobs
    }
}

impl Job {
    /// About how many bytes it holds.
    fn weight(&self) -> usize {
        const EACH: usize = 256;
        match self {
            Self::Commit(commit, _) => commit.bytes().saturating_add(EACH),
            Self::Stats(stats, _) => {
                let of_stat = |stat: &lanyard_store::Stat| {
                    EACH + stat.key.len() + stat.value.as_ref().map_or(0, bytes::Bytes::len)
                };
                stats.iter().map(of_stat).fold(EACH, usize::saturating_add)
            }
            Self::OutboxDelete(positions, _) => positions.len().saturating_mul(8).saturating_add(EACH),
            Self::Refused(..) | Self::Collect { .. } | Self::Probe(_) => EACH,
        }
    }

    /// The same job, to be refused in its turn: a commit must not be answered
    /// before those submitted earlier.
    fn refused(self, error: StoreError) -> Self {
        match self {
            Self::Commit(_, completion) | Self::Refused(completion, _) => Self::Refused(completion, error),
            other => {
                other.refuse(error.clone());
                Self::Probe(tokio::sync::oneshot::channel().0)
            }
        }
    }

    fn refuse(self, error: StoreError) {
        // Somebody who went away needs no answer.
        match self {
            Self::Commit(_, completion) | Self::Refused(completion, _) => {
                completion.complete(Err(CommitError::Unavailable(Cause::new(error))));
            }
            Self::Stats(_, reply) | Self::OutboxDelete(_, reply) | Self::Probe(reply) => {
                let _ = reply.send(Err(error));
            }
            Self::Collect { reply, .. } => {
                let _ = reply.send(Err(error));
            }
        }
    }
}
