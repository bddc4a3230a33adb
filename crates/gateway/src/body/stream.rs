//! A body that is checked while it streams.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};

use super::checker::Checker;
use super::idle::Idle;
use super::{BodyError, Plan};

/// Bodies up to this length are read and checked whole before they go on, in bytes.
const READ_AHEAD_BYTES: u64 = 16 * 1024;

/// Says at the very end whether a body may still go where it was going.
pub(crate) type LastWord = Box<dyn FnOnce() -> Result<(), BodyError> + Send>;

/// Why a streamed body failed; empty as long as it did not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure(Arc<OnceLock<BodyError>>);

impl Failure {
    /// The reason, if the body failed.
    pub(crate) fn reason(&self) -> Option<BodyError> {
        self.0.get().copied()
    }
}

/// A client's body that is checked while the upstream reads it.
///
/// Invariant: it is at its end only if all of it is right; once failed, it stays failed.
pub(crate) struct CheckedBody<B> {
    source: B,
    /// `None`: the end was reached, or the body failed.
    checker: Option<Checker>,
    /// What may go on.
    ready: VecDeque<Bytes>,
    /// How much is still to be given.
    left: u64,
    idle: Idle,
    failure: Failure,
    /// Asked before the end is let go.
    last_word: Option<LastWord>,
}

impl<B> CheckedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    /// Reads ahead: a body of at most 16 KiB whole, of a longer one the first piece. Nothing may be sent upstream
    /// before this. `idle_max`: how long nothing may come while it is waited for.
    pub(crate) async fn open(source: B, plan: Plan, idle_max: Duration) -> Result<Self, BodyError> {
        let is_small = plan.decoded_length <= READ_AHEAD_BYTES;
        let mut body = Self {
            source,
            left: plan.content_length,
            checker: Some(Checker::new(plan, true)),
            ready: VecDeque::new(),
            idle: Idle::new(idle_max),
            failure: Failure::default(),
            last_word: None,
        };
        while body.checker.is_some() && (is_small || body.ready.is_empty()) {
            poll_fn(|context| body.poll_source(context)).await?;
        }
        if is_small {
            body.join_ready();
        }
        Ok(body)
    }

    /// With something that is asked before the end is let go.
    #[must_use]
    pub(crate) fn with_last_word(mut self, last_word: LastWord) -> Self {
        self.last_word = Some(last_word);
        self
    }

    /// To learn afterwards why the body failed.
    pub(crate) fn failure(&self) -> Failure {
        self.failure.clone()
    }

    /// Takes one more frame of the client's.
    fn poll_source(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BodyError>> {
        let Poll::Ready(frame) = Pin::new(&mut self.source).poll_frame(context) else {
            ready!(self.idle.poll_wait(context));
            return Poll::Ready(self.settle(Err(BodyError::TooSlow)));
        };
        let result = match frame {
            None => self
                .checker
                .take()
                .map_or(Ok(()), |checker| checker.end(&mut self.ready).map(drop)),
            Some(Err(_)) => Err(BodyError::Broken),
            // HTTP's own trailers carry nothing here.
            Some(Ok(frame)) => frame.into_data().map_or(Ok(()), |data| self.take(data)),
        };
        Poll::Ready(self.settle(result))
    }

    fn take(&mut self, data: Bytes) -> Result<(), BodyError> {
        // Empty frames do not count as going on.
        if !data.is_empty() {
            self.idle.end_wait();
        }
        match &mut self.checker {
            Some(checker) => checker.take(data, &mut self.ready),
            None => Err(BodyError::TooLong),
        }
    }

    fn settle(&mut self, result: Result<(), BodyError>) -> Result<(), BodyError> {
        if let Err(error) = result {
            self.checker = None;
            self.ready.clear();
            let _kept_first = self.failure.0.set(error);
        }
        result
    }

    /// Puts the pieces of a small body into one.
    fn join_ready(&mut self) {
        if self.ready.len() < 2 {
            return;
        }
        let mut joined = BytesMut::with_capacity(self.ready.iter().map(Bytes::len).sum());
        for piece in self.ready.drain(..) {
            joined.extend_from_slice(&piece);
        }
        self.ready.push_back(joined.freeze());
    }
}

impl<B> Body for CheckedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            if let Some(error) = self.failure.reason() {
                return Poll::Ready(Some(Err(error)));
            }
            // All of the body is here and right, and what is ready has its end.
            if self.checker.is_none()
                && let Some(last_word) = self.last_word.take()
                && self.settle(last_word()).is_err()
            {
                continue;
            }
            if let Some(piece) = self.ready.pop_front() {
                self.left = self.left.saturating_sub(piece.len() as u64);
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            if self.checker.is_none() {
                return Poll::Ready(None);
            }
            // A failure is given out above, on the next turn.
            let _settled = ready!(self.poll_source(context));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.checker.is_none() && self.ready.is_empty() && self.failure.reason().is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
