//! A connection's stream: what was read of it already, clients that stop reading, and clients that still send.
//!
//! A request can be refused before its body is read: it is too large, or its sender is nobody. If the socket were
//! closed at once, the kernel would answer the rest of the body with a reset, and the client would see that and
//! never the refusal. So after the answer the writing half is closed and what still comes is read and thrown away,
//! bounded in bytes and time. Over HTTP/2 the protocol itself can say that a body is not wanted, but there are clients
//! that forget the answer when they hear it; so there, too, what still comes is thrown away for a while.
//!
//! An answer that nobody reads would hold its connection, and what stands behind it, for ever: a write that makes no
//! progress for a while ends the connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use crate::listener::OpenRequest;
use crate::traffic::Passage;

/// The longest wait for a client to finish.
const LINGER: Duration = Duration::from_secs(2);
/// The most that is read and thrown away; a little more than the largest body that is accepted.
const THROWN_AWAY_BYTES_MAX: usize = 16 << 20;
/// The longest wait for a client to read on.
const WRITE_STALL_MAX: Duration = Duration::from_secs(60);

/// Whether the last request's body was left unread. Shared by a connection and its requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unread(Arc<AtomicBool>);

impl Unread {
    /// Whether the last body was dropped before its end.
    pub(crate) fn is_left(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// A request's body, watched.
    pub(crate) fn watch(&self, body: Incoming) -> RequestBody {
        self.0.store(false, Ordering::Relaxed);
        RequestBody {
            body: Some(body),
            ended: false,
            told: Told::Connection(self.clone()),
            passage: None,
        }
    }
}

/// The body of a request. Over HTTP/1 it tells its connection when it is dropped before its end; over HTTP/2, when
/// something of it has come.
#[derive(Debug)]
pub(crate) struct RequestBody {
    /// There until it is dropped.
    body: Option<Incoming>,
    ended: bool,
    told: Told,
    /// Where its bytes are counted, if they are.
    passage: Option<Arc<Passage>>,
}

/// Who hears of a body.
#[derive(Debug)]
enum Told {
    Connection(Unread),
    Stream(Arc<OpenRequest>),
}

impl RequestBody {
    /// The body of a request over HTTP/2.
    pub(crate) fn of_stream(body: Incoming, open: Arc<OpenRequest>) -> Self {
        Self {
            body: Some(body),
            ended: false,
            told: Told::Stream(open),
            passage: None,
        }
    }

    /// The same body, counted.
    pub(crate) fn counted(mut self, passage: Option<Arc<Passage>>) -> Self {
        self.passage = passage;
        self
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = match &mut self.body {
            Some(body) => ready!(Pin::new(body).poll_frame(cx)),
            None => None,
        };
        self.ended |= frame.is_none();
        if let Told::Stream(open) = &self.told {
            open.moved();
        }
        if let (Some(passage), Some(Ok(frame))) = (&self.passage, &frame) {
            passage.received(frame.data_ref().map_or(0, Bytes::len));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or(SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if self.ended || self.is_end_stream() {
            return;
        }
        match &self.told {
            Told::Connection(unread) => unread.0.store(true, Ordering::Relaxed),
            Told::Stream(_) => {
                if let (Some(body), Ok(runtime)) = (self.body.take(), Handle::try_current()) {
                    runtime.spawn(throw_away(body));
                }
            }
        }
    }
}

/// Reads what still comes of a body that nobody wants.
async fn throw_away(mut body: Incoming) {
    let reading = async {
        let mut left = THROWN_AWAY_BYTES_MAX;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                break;
            }
        }
    };
    // Whether the time is up or the body is, it is dropped now.
    let _ = tokio::time::timeout(LINGER, reading).await;
}

/// A stream that lingers when it is closed over an unread body.
pub(crate) struct Lingering<IO> {
    io: TokioIo<IO>,
    /// What was read before the protocol was clear.
    read: Bytes,
    unread: Unread,
    stop: watch::Receiver<bool>,
    /// When a write that waits has waited for too long.
    stalled: Option<Pin<Box<Sleep>>>,
    closing: Closing,
}

enum Closing {
    NotYet,
    ThrowingAway {
        deadline: Pin<Box<Sleep>>,
        bytes_left: usize,
    },
    Done,
}

impl<IO> Lingering<IO> {
    /// A stream of which something was `read` already, of a server that closes at once when `stop` is raised.
    pub(crate) fn new(io: IO, read: Bytes, unread: Unread, stop: watch::Receiver<bool>) -> Self {
        Self {
            io: TokioIo::new(io),
            read,
            unread,
            stop,
            stalled: None,
            closing: Closing::NotYet,
        }
    }

    /// What became of a write: one that still waits fails in the end.
    fn bounded<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.stalled.is_some() {
                self.stalled = None;
            }
            return written;
        }
        let deadline = Instant::now() + WRITE_STALL_MAX;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        match stalled.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Lingering<IO> {
    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if matches!(self.closing, Closing::NotYet) {
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
            let lingers = self.unread.0.load(Ordering::Relaxed) && !*self.stop.borrow();
            self.closing = if lingers {
                let deadline = Box::pin(tokio::time::sleep(LINGER));
                Closing::ThrowingAway {
                    deadline,
                    bytes_left: THROWN_AWAY_BYTES_MAX,
                }
            } else {
                Closing::Done
            };
        }
        while let Closing::ThrowingAway { deadline, bytes_left } = &mut self.closing {
            if deadline.as_mut().poll(cx).is_ready() {
                break;
            }
            let mut space = [0; 16 * 1024];
            let mut thrown_away = ReadBuf::new(&mut space);
            ready!(Pin::new(self.io.inner_mut()).poll_read(cx, &mut thrown_away))?;
            let bytes = thrown_away.filled().len();
            if bytes == 0 || bytes >= *bytes_left {
                break;
            }
            *bytes_left = bytes_left.saturating_sub(bytes);
        }
        self.closing = Closing::Done;
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncRead + Unpin> Read for Lingering<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read.has_remaining() {
            let count = self.read.len().min(into.remaining());
            into.put_slice(&self.read.split_to(count));
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Write for Lingering<IO> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.bounded(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        self.bounded(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_close(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, slices);
        self.bounded(cx, written)
    }
}
