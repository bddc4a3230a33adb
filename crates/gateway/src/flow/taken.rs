//! Whether the body of a request was taken to its end.
//!
//! A connection of HTTP/1.1 on which a body was left lying is of no more use, and the client has to be told, or its
//! next request dies on it. Nor is one on which a client waits for a `100 Continue` that never came, as that of
//! AWS's command line does for empty bodies.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONNECTION, EXPECT};
use http::request::Parts;
use http::{HeaderValue, Response, Version};
use http_body::{Body, Frame, SizeHint};

/// The client's body, and a note of whether it came to its end.
pub(super) struct Taken<B> {
    body: B,
    is_at_end: Arc<AtomicBool>,
}

/// What becomes of the connection.
pub(super) struct Connection {
    is_at_end: Arc<AtomicBool>,
    /// Whether the client may be waiting for a word that does not come.
    waits_in_vain: bool,
    is_shared: bool,
}

/// Watches the body of a request.
pub(super) fn watched<B: Body>(parts: &Parts, body: B) -> (Taken<B>, Connection) {
    let is_empty = body.is_end_stream();
    let is_at_end = Arc::new(AtomicBool::new(is_empty));
    let connection = Connection {
        is_at_end: Arc::clone(&is_at_end),
        waits_in_vain: is_empty && parts.headers.contains_key(EXPECT),
        is_shared: parts.version >= Version::HTTP_2,
    };
    (Taken { body, is_at_end }, connection)
}

impl Connection {
    /// Tells the client if the connection is of no more use.
    pub(super) fn settle<B>(&self, response: &mut Response<B>) {
        let is_left = !self.is_at_end.load(Ordering::Acquire);
        if !self.is_shared && (is_left || self.waits_in_vain) {
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

impl<B> Body for Taken<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.is_at_end.store(true, Ordering::Release);
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
