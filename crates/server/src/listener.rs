//! Connections: accepted within bounds, served over HTTP/1.1, and let go of gracefully.
//!
//! What a stranger can take before a signature is checked is bounded here: the number of connections, the size
//! of a head and the time it may take to arrive. Bodies are not read here; the pipeline reads them, once it
//! knows who is calling.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioTimer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::config::Limits;
use crate::linger::{Lingering, RequestBody, Unread};
use crate::metrics::CountedConnection;
use crate::tls::{self, Tls};

/// What answers the requests of a listener.
pub(crate) trait Answer: Send + Sync + 'static {
    /// Answers one request of the connection from `peer`.
    fn answer(
        &self,
        request: Request<RequestBody>,
        peer: Connected,
    ) -> impl Future<Output = Response<Full<Bytes>>> + Send;
}

/// The other end of a connection, as the socket knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connected {
    /// Address of the other end.
    pub(crate) address: SocketAddr,
    /// Whether the connection speaks TLS.
    pub(crate) tls: bool,
}

/// One listening socket.
pub(crate) struct Listener {
    tcp: TcpListener,
    tls: Option<Tls>,
    limits: Limits,
    permits: Arc<Semaphore>,
}

impl Listener {
    /// A listener on a bound socket.
    pub(crate) fn new(tcp: TcpListener, tls: Option<Tls>, limits: Limits) -> Self {
        let permits = Arc::new(Semaphore::new(limits.connections_max));
        Self {
            tcp,
            tls,
            limits,
            permits,
        }
    }

    /// Accepts and serves until `stop` says so, then waits for the connections still open, at most `stop_after`.
    /// Returns how many had to be abandoned.
    pub(crate) async fn run<A: Answer>(
        self,
        answer: Arc<A>,
        mut stop: watch::Receiver<bool>,
        stop_after: Duration,
    ) -> usize {
        let http = self.http();
        loop {
            // Taking the permit before the connection leaves the excess in the kernel's queue.
            let permit = tokio::select! {
                permit = self.permits.clone().acquire_owned() => permit,
                () = told(&mut stop) => break,
            };
            let Ok(permit) = permit else { break };
            let (stream, address) = tokio::select! {
                accepted = self.tcp.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        pause_after(&error).await;
                        continue;
                    }
                },
                () = told(&mut stop) => break,
            };
            let connection = Connection {
                http: http.clone(),
                answer: answer.clone(),
                stop: stop.clone(),
                peer: Connected {
                    address,
                    tls: self.tls.is_some(),
                },
                _counted: CountedConnection::open(),
                _permit: permit,
            };
            tokio::spawn(connection.open(stream, self.tls.clone()));
        }
        drop(self.tcp);
        permits_back(&self.permits, self.limits.connections_max, stop_after).await
    }

    /// The protocol's bounds. Hyper itself allows at most 100 headers and answers 431 beyond either bound. (With
    /// `pipeline_flush` that answer would never be sent.)
    fn http(&self) -> http1::Builder {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_within)
            .max_buf_size(self.limits.head_bytes_max)
            .max_header_size(self.limits.head_bytes_max)
            .half_close(false)
            .keep_alive(true);
        http
    }
}

/// Waits until every connection has given its permit back. Returns how many have not.
pub(crate) async fn permits_back(permits: &Semaphore, all: usize, within: Duration) -> usize {
    let Ok(count) = u32::try_from(all) else { return 0 };
    match tokio::time::timeout(within, permits.acquire_many(count)).await {
        Ok(_) => 0,
        Err(_) => all.saturating_sub(permits.available_permits()),
    }
}

/// A connection that is being served. Its permit goes back when it ends.
struct Connection<A> {
    http: http1::Builder,
    answer: Arc<A>,
    stop: watch::Receiver<bool>,
    peer: Connected,
    _counted: CountedConnection,
    _permit: OwnedSemaphorePermit,
}

impl<A: Answer> Connection<A> {
    async fn open(self, stream: TcpStream, tls: Option<Tls>) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it began");
            return;
        }
        match tls {
            None => self.serve(stream).await,
            Some(tls) => match tls::accept(&tls, stream).await {
                Ok(stream) => self.serve(stream).await,
                Err(error) => tracing::debug!(peer = %self.peer.address, %error, "TLS handshake failed"),
            },
        }
    }

    async fn serve<IO: AsyncRead + AsyncWrite + Unpin>(mut self, stream: IO) {
        let (answer, peer, unread) = (&self.answer, self.peer, Unread::default());
        let stream = Lingering::new(stream, unread.clone(), self.stop.clone());
        let service = service_fn(|request: Request<Incoming>| {
            let request = request.map(|body| unread.watch(body));
            async move { Ok::<_, std::convert::Infallible>(answer.answer(request, peer).await) }
        });
        let mut connection = pin!(self.http.serve_connection(stream, service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = told(&mut self.stop) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(peer = %peer.address, %error, "connection ended early");
        }
    }
}

/// Resolves when the flag is raised, or when nobody is left who could raise it.
pub(crate) async fn told(flag: &mut watch::Receiver<bool>) {
    drop(flag.wait_for(|raised| *raised).await);
}

/// An error of one connection passes at once; one of the process (no file descriptors left) needs time.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) {
        return;
    }
    tracing::warn!(%error, "cannot accept connections");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
