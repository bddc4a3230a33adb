//! Closing a connection whose client is still sending.
//!
//! A request can be refused before its body is read: it is too large, or its sender is nobody. If the socket were
//! closed at once, the kernel would answer the rest of the body with a reset, and the client would see that and
//! never the refusal. So after the answer the writing half is closed and what still comes is read and thrown away,
//! bounded in bytes and time.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::Sleep;

/// The longest wait for a client to finish.
const LINGER: Duration = Duration::from_secs(2);
/// The most that is read and thrown away; a little more than the largest body that is accepted.
const THROWN_AWAY_BYTES_MAX: usize = 16 << 20;

/// Whether the last request's body was left unread. Shared by a connection and its requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unread(Arc<AtomicBool>);

impl Unread {
    /// A request's body, watched.
    pub(crate) fn watch(&self, body: Incoming) -> RequestBody {
        self.0.store(false, Ordering::Relaxed);
        RequestBody {
            body,
            ended: false,
            unread: self.clone(),
        }
    }
}

/// The body of a request. Tells its connection when it is dropped before its end.
#[derive(Debug)]
pub(crate) struct RequestBody {
    body: Incoming,
    ended: bool,
    unread: Unread,
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.ended |= frame.is_none();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if !self.ended && !self.body.is_end_stream() {
            self.unread.0.store(true, Ordering::Relaxed);
        }
    }
}

/// A stream that lingers when it is closed over an unread body.
pub(crate) struct Lingering<IO> {
    io: TokioIo<IO>,
    unread: Unread,
    stop: watch::Receiver<bool>,
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
    /// A stream of a server that closes at once when `stop` is raised.
    pub(crate) fn new(io: IO, unread: Unread, stop: watch::Receiver<bool>) -> Self {
        Self {
            io: TokioIo::new(io),
            unread,
            stop,
            closing: Closing::NotYet,
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
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Write for Lingering<IO> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
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
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }
}
