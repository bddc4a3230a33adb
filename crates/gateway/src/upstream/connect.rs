//! Connections to the upstream: plain, or TLS by rustls.
//!
//! A connection whose other end takes nothing for too long is given up: the request that waits for it may be gone by
//! then, and nobody else would ever close it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

/// Makes connections within a bounded time, handshake included.
#[derive(Clone)]
pub(super) struct Connector {
    plain: HttpConnector,
    tls: Option<TlsConnector>,
    within: Duration,
    idle_max: Duration,
}

impl Connector {
    /// `within`: how long a connection may take to open; `idle_max`: how long the other end may take nothing.
    pub(super) fn new(tls: Option<Arc<ClientConfig>>, within: Duration, idle_max: Duration) -> Self {
        let mut plain = HttpConnector::new();
        plain.set_nodelay(true);
        plain.enforce_http(false);
        plain.set_connect_timeout(Some(within));
        Self {
            plain,
            tls: tls.map(TlsConnector::from),
            within,
            idle_max,
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Connecting = Pin<Box<dyn Future<Output = Result<Stream, Failure>> + Send>>;

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = Failure;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.plain.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let tls = self.tls.clone();
        let connecting = self.plain.call(uri);
        let (within, idle_max) = (self.within, self.idle_max);
        Box::pin(async move {
            let connect = async {
                let stream = connecting.await?;
                let Some(tls) = tls else {
                    return Ok(Stream::new(Transport::Plain(stream), idle_max));
                };
                let name = ServerName::try_from(host)?;
                let stream = tls.connect(name, stream.into_inner()).await?;
                let stream = Transport::Tls(Box::new(TokioIo::new(stream)));
                Ok::<_, Failure>(Stream::new(stream, idle_max))
            };
            tokio::time::timeout(within, connect)
                .await
                .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
        })
    }
}

/// A connection to the upstream.
pub(super) struct Stream {
    transport: Transport,
    idle_max: Duration,
    /// Runs while something could not be written.
    stalled: Option<Pin<Box<Sleep>>>,
}

enum Transport {
    Plain(TokioIo<TcpStream>),
    Tls(Box<TokioIo<TlsStream<TcpStream>>>),
}

impl Stream {
    fn new(transport: Transport, idle_max: Duration) -> Self {
        Self {
            transport,
            idle_max,
            stalled: None,
        }
    }

    /// What came of an attempt to write; an error once nothing could be written for too long.
    fn within_patience<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let idle_max = self.idle_max;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(idle_max)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

macro_rules! on_either {
    ($stream:expr, $inner:ident => $call:expr) => {
        match &mut $stream.transport {
            Transport::Plain($inner) => {
                let $inner = Pin::new($inner);
                $call
            }
            Transport::Tls($inner) => {
                let $inner = Pin::new(&mut **$inner);
                $call
            }
        }
    };
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        on_either!(self, inner => inner.poll_read(context, buffer))
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = on_either!(self, inner => inner.poll_write(context, bytes));
        self.within_patience(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = on_either!(self, inner => inner.poll_flush(context));
        if flushed.is_ready() {
            // Nothing is said of what is still held back above: only a write that went through counts.
            return flushed;
        }
        self.within_patience(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = on_either!(self, inner => inner.poll_shutdown(context));
        self.within_patience(context, shut)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.transport {
            Transport::Plain(inner) => inner.is_write_vectored(),
            Transport::Tls(inner) => inner.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = on_either!(self, inner => inner.poll_write_vectored(context, slices));
        self.within_patience(context, written)
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        match &self.transport {
            Transport::Plain(inner) => inner.connected(),
            Transport::Tls(inner) => inner.inner().get_ref().0.connected(),
        }
    }
}
