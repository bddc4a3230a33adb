//! The commits of a lane that are on their way, oldest first.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::Replica;
use crate::CommitError;

pub(super) struct Queue<S> {
    /// Raised whenever pending commits are discarded: what was computed or
    /// submitted under an older generation no longer counts.
    pub(super) generation: u64,
    /// The states that commits on their way will make.
    pub(super) pending: VecDeque<Pending<S>>,
    /// The state may not be the store's; load before the next write.
    pub(super) stale: bool,
}

pub(super) struct Pending<S> {
    pub(super) next: Arc<S>,
    pub(super) waiters: Vec<Waiter>,
}

pub(super) struct Waiter {
    role: Role,
    sender: oneshot::Sender<Result<(), Undone>>,
}

/// Why somebody waits for a commit.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// It is their own.
    Author,
    /// Their answer rests on it.
    Reader,
}

/// What becomes of an answer whose commit, or base, was not made.
pub(super) enum Undone {
    /// Compute it anew.
    Again,
    /// Nothing to be gained by trying again.
    Failed(CommitError),
}

/// What the next write is computed on.
pub(super) enum Base<'a, S> {
    Stale,
    Durable,
    Speculative(&'a Arc<S>),
}

impl<S: Replica> Queue<S> {
    pub(super) fn new() -> Self {
        Self {
            generation: 0,
            pending: VecDeque::new(),
            stale: false,
        }
    }

    pub(super) fn base(&self) -> Base<'_, S> {
        match self.pending.back() {
            _ if self.stale => Base::Stale,
            None => Base::Durable,
            Some(last) => Base::Speculative(&last.next),
        }
    }

    /// Adds a commit on its way; its author waits for it.
    pub(super) fn push(&mut self, next: Arc<S>) -> oneshot::Receiver<Result<(), Undone>> {
        let (sender, receiver) = oneshot::channel();
        self.pending.push_back(Pending {
            next,
            waiters: vec![Waiter {
                role: Role::Author,
                sender,
            }],
        });
        receiver
    }

    /// Waits for the last commit on its way; `None` when all is durable.
    pub(super) fn wait_for_last(&mut self) -> Option<oneshot::Receiver<Result<(), Undone>>> {
        let last = self.pending.back_mut()?;
        let (sender, receiver) = oneshot::channel();
        last.waiters.push(Waiter {
            role: Role::Reader,
            sender,
        });
        Some(receiver)
    }

    /// Forgets all commits on their way. The first one is the one that failed;
    /// those who waited for later ones lose only what they built on.
    pub(super) fn discard(&mut self) -> Vec<Waiter> {
        self.generation = self.generation.wrapping_add(1);
        let mut waiters = Vec::new();
        for (place, pending) in self.pending.drain(..).enumerate() {
            let role_of = |waiter: &Waiter| if place == 0 { waiter.role } else { Role::Reader };
            waiters.extend(pending.waiters.into_iter().map(|waiter| Waiter {
                role: role_of(&waiter),
                ..waiter
            }));
        }
        waiters
    }
}

/// Tells all who wait; one who went away needs no answer.
pub(super) fn tell(waiters: Vec<Waiter>, outcome: impl Fn(Role) -> Result<(), Undone>) {
    for waiter in waiters {
        let _ = waiter.sender.send(outcome(waiter.role));
    }
}

/// A receiver that has its answer.
pub(super) fn already(undone: Undone) -> oneshot::Receiver<Result<(), Undone>> {
    let (sender, receiver) = oneshot::channel();
    let _ = sender.send(Err(undone));
    receiver
}

/// What a failed commit means for its author and for those who built on it.
pub(super) fn undone(role: Role, error: &CommitError) -> Undone {
    match (role, error) {
        // Another try meets the newer state.
        (_, CommitError::Conflict { .. } | CommitError::PreviousFailed) => Undone::Again,
        // The same for everybody: no room, no store.
        (_, CommitError::Full | CommitError::Unavailable(_)) => Undone::Failed(error.clone()),
        // The author's own fault or doubt; others compute anew.
        (Role::Author, _) => Undone::Failed(error.clone()),
        (Role::Reader, _) => Undone::Again,
    }
}
