//! Bodies that may not stall.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::BodyError;

/// Measures how long a body has been waited for. While nobody waits for it, no time passes.
pub(super) struct Idle {
    max: Duration,
    waiting_since: Option<Instant>,
    /// Set again only when it goes off, since setting it costs more than asking for the time.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    pub(super) fn new(max: Duration) -> Self {
        Self {
            max,
            waiting_since: None,
            alarm: None,
        }
    }

    /// Something has come.
    pub(super) fn end_wait(&mut self) {
        self.waiting_since = None;
    }

    /// Nothing has come; ready when it has been so for too long.
    pub(super) fn poll_wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        let end = since + self.max;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(end)));
        loop {
            ready!(alarm.as_mut().poll(context));
            if alarm.deadline() >= end {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(end);
        }
    }
}

/// A body, such as an upstream's answer, that ends with an error when it stalls.
pub(crate) struct TimedBody<B> {
    source: B,
    idle: Idle,
}

impl<B> TimedBody<B> {
    /// `idle_max`: how long nothing may come while it is waited for.
    pub(crate) fn new(source: B, idle_max: Duration) -> Self {
        Self {
            source,
            idle: Idle::new(idle_max),
        }
    }
}

impl<B> Body for TimedBody<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.source).poll_frame(context) else {
            ready!(self.idle.poll_wait(context));
            return Poll::Ready(Some(Err(BodyError::TooSlow)));
        };
        self.idle.end_wait();
        Poll::Ready(frame.map(|frame| frame.map_err(|_| BodyError::Broken)))
    }

    fn is_end_stream(&self) -> bool {
        self.source.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.source.size_hint()
    }
}
