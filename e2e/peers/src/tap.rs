//! What reached the store: bytes and connections as the socket saw them, requests as HTTP saw them.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Everything that has reached the store since it started.
#[derive(Default)]
pub struct Tap {
    connections: AtomicU64,
    open: AtomicU64,
    bytes: AtomicU64,
    requests: Mutex<Vec<Seen>>,
}

struct Seen {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    progress: Arc<Progress>,
}

/// How far the body of a request has come.
#[derive(Default)]
struct Progress {
    bytes: AtomicU64,
    is_complete: AtomicBool,
    is_broken: AtomicBool,
}

impl Tap {
    /// Notes the head of a request, and counts its body while the store reads it.
    pub fn record(&self, request: Request<Incoming>) -> Request<Counted> {
        let progress = Arc::new(Progress::default());
        let headers = request.headers().iter();
        let seen = Seen {
            method: request.method().to_string(),
            target: request.uri().to_string(),
            headers: headers
                .map(|(name, value)| {
                    (
                        name.to_string(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect(),
            progress: Arc::clone(&progress),
        };
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(seen);
        request.map(|body| Counted { body, progress })
    }

    /// The totals, and the requests from the one of that number on.
    pub fn report(&self, first: usize) -> Value {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let told: Vec<Value> = requests.iter().skip(first).map(Seen::report).collect();
        json!({
            "connections": self.connections.load(Ordering::Relaxed),
            "open": self.open.load(Ordering::Relaxed),
            "bytes": self.bytes.load(Ordering::Relaxed),
            "count": requests.len(),
            "requests": told,
        })
    }
}

impl Seen {
    fn report(&self) -> Value {
        json!({
            "method": self.method,
            "target": self.target,
            "headers": self.headers,
            "body_bytes": self.progress.bytes.load(Ordering::Relaxed),
            "complete": self.progress.is_complete.load(Ordering::Relaxed),
            "broken": self.progress.is_broken.load(Ordering::Relaxed),
        })
    }
}

/// A request's body whose bytes are counted as the store reads them.
pub struct Counted {
    body: Incoming,
    progress: Arc<Progress>,
}

impl Body for Counted {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                self.progress.bytes.fetch_add(length, Ordering::Relaxed);
            }
            Some(Err(_)) => self.progress.is_broken.store(true, Ordering::Relaxed),
            None => self.progress.is_complete.store(true, Ordering::Relaxed),
        }
        if self.body.is_end_stream() {
            self.progress.is_complete.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection whose incoming bytes are counted, whatever HTTP makes of them.
pub struct Connection {
    stream: TcpStream,
    tap: Arc<Tap>,
}

impl Connection {
    /// Counts the connection as open until it is dropped.
    pub fn new(stream: TcpStream, tap: Arc<Tap>) -> Self {
        tap.connections.fetch_add(1, Ordering::Relaxed);
        tap.open.fetch_add(1, Ordering::Relaxed);
        Self { stream, tap }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.tap.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let length = (buffer.filled().len() - before) as u64;
        self.tap.bytes.fetch_add(length, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
