//! How an engine tells the outcome of a commit: by a call, or as a future.
//!
//! A call, not only a future, because publishing must happen even when the
//! caller has gone away, and in order, without a task to switch to.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::{Cause, CommitError, Revision};

type Callback = Box<dyn FnOnce(Result<Revision, CommitError>) + Send>;

/// What an engine calls, exactly once, when a commit's outcome is known.
///
/// Invariant: dropped without an outcome (a writer died), it reports
/// [`CommitError::Ambiguous`]; nobody waits for ever and nobody assumes.
pub struct Completion(Option<Callback>);

impl Completion {
    /// A completion that calls `callback`; it must be quick and must not block.
    pub fn new(callback: impl FnOnce(Result<Revision, CommitError>) + Send + 'static) -> Self {
        Self(Some(Box::new(callback)))
    }

    /// A completion and the ticket that resolves with it.
    pub fn ticket() -> (Self, CommitTicket) {
        let (sender, receiver) = oneshot::channel();
        let completion = Self::new(move |outcome| {
            // A caller who went away needs no answer.
            let _ = sender.send(outcome);
        });
        (completion, CommitTicket(receiver))
    }

    /// Reports the outcome.
    pub fn complete(mut self, outcome: Result<Revision, CommitError>) {
        if let Some(callback) = self.0.take() {
            callback(outcome);
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(callback) = self.0.take() {
            callback(Err(CommitError::Ambiguous(Cause::text(
                "the engine gave no answer",
            ))));
        }
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Completion")
    }
}

/// A commit on its way; resolves when it is durable or has failed.
///
/// Dropping it does not call the commit back.
#[derive(Debug)]
#[must_use = "a commit is only known to be durable once its ticket resolves"]
pub struct CommitTicket(oneshot::Receiver<Result<Revision, CommitError>>);

impl Future for CommitTicket {
    type Output = Result<Revision, CommitError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| match answer {
            Ok(outcome) => outcome,
            Err(_) => Err(CommitError::Ambiguous(Cause::text("the engine gave no answer"))),
        })
    }
}
