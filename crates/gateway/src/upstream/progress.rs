//! Whether a request is getting anywhere: who is being waited for, and since when.
//!
//! The time for an answer runs once the body has been sent: a long upload is not a slow answer. While the body is
//! being sent, the upstream may not leave what it was given untaken for too long. (A client that sends nothing is
//! the body's own business.)

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::Notify;

use super::outgoing_body::{BodyFailure, OutgoingBody};

/// How much later than a body that ends by itself it is given up.
const MARGIN: Duration = Duration::from_millis(250);

/// How far the body of a request has come.
pub(super) struct Progress {
    began: Instant,
    /// Milliseconds since `began` at which the body was last asked for a piece.
    asked_at: AtomicU64,
    waits_for_client: AtomicBool,
    is_done: AtomicBool,
    done: Notify,
}

/// A body that tells how far it has come.
struct Watched {
    body: OutgoingBody,
    progress: Arc<Progress>,
}

/// A request whose body tells how far it has come.
pub(super) fn watched(request: Request<OutgoingBody>) -> (Request<OutgoingBody>, Arc<Progress>) {
    let progress = Arc::new(Progress {
        began: Instant::now(),
        asked_at: AtomicU64::new(0),
        waits_for_client: AtomicBool::new(false),
        is_done: AtomicBool::new(false),
        done: Notify::new(),
    });
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        progress.finish();
        return (Request::from_parts(head, body), progress);
    }
    let watched = Watched {
        body,
        progress: Arc::clone(&progress),
    };
    (Request::from_parts(head, OutgoingBody::new(watched)), progress)
}

impl Progress {
    /// Returns when the upstream has let too much time pass: `idle` without taking the next piece of the body, or
    /// `answer` without a word after its end.
    pub(super) async fn stalled(&self, idle: Duration, answer: Duration) {
        while !self.is_done.load(Ordering::Acquire) {
            // A body that waits for the client ends by itself, if only it is asked: whoever does not ask it again has
            // no room for what it would give.
            let patience = if self.waits_for_client.load(Ordering::Acquire) {
                idle.saturating_add(MARGIN)
            } else {
                idle
            };
            let asked_at = Duration::from_millis(self.asked_at.load(Ordering::Acquire));
            let rest = patience.saturating_sub(self.began.elapsed().saturating_sub(asked_at));
            if rest.is_zero() {
                return;
            }
            // Either it is done, or it is looked at again; the pause is at least a millisecond, so it does not spin.
            let pause = rest.max(Duration::from_millis(1));
            let _ = tokio::time::timeout(pause, self.done.notified()).await;
        }
        tokio::time::sleep(answer).await;
    }

    fn finish(&self) {
        self.is_done.store(true, Ordering::Release);
        // Keeps a permit if nobody waits yet.
        self.done.notify_one();
    }

    fn asked(&self) {
        let now = self.began.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        self.asked_at.store(now, Ordering::Release);
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = BodyFailure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFailure>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.progress.asked();
        self.progress
            .waits_for_client
            .store(frame.is_pending(), Ordering::Release);
        let is_over = matches!(&frame, Poll::Ready(None | Some(Err(_))));
        if is_over || (frame.is_ready() && self.body.is_end_stream()) {
            self.progress.finish();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.progress.finish();
    }
}
