//! Connections: accepted within bounds, served over HTTP/1.1 or HTTP/2, and let go of gracefully.
//!
//! What a stranger can take before a signature is checked is bounded here: the number of connections, the size
//! of a head and the time it may take to arrive, and on one HTTP/2 connection the number of requests. Bodies are
//! not read here; whoever answers reads them, once it knows who is calling.

mod connection;
mod pace;
mod protocol;
mod target;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::answer_body::AnswerBody;
use crate::config::Limits;
use crate::linger::RequestBody;
use crate::metrics::CountedConnection;
use crate::tls::Tls;
use connection::Connection;
pub(crate) use pace::OpenRequest;
use protocol::Protocols;
pub(crate) use protocol::{ALPN_HTTP1, ALPN_HTTP2};

/// What answers the requests of a listener.
pub(crate) trait Answer: Send + Sync + 'static {
    /// Answers one request of the connection from `peer`.
    fn answer(
        &self,
        request: Request<RequestBody>,
        peer: Connected,
    ) -> impl Future<Output = Response<AnswerBody>> + Send;
}

/// The other end of a connection, as the socket knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connected {
    /// Address of the other end.
    pub(crate) address: SocketAddr,
    /// Whether the connection speaks TLS.
    pub(crate) tls: bool,
    /// The version of TLS, as `1.3`, once it is agreed on.
    pub(crate) tls_version: Option<&'static str>,
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
        let protocols = Arc::new(Protocols::within(self.limits));
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
                protocols: protocols.clone(),
                answer: answer.clone(),
                stop: stop.clone(),
                peer: Connected {
                    address,
                    tls: self.tls.is_some(),
                    tls_version: None,
                },
                _counted: CountedConnection::open(),
                _permit: permit,
            };
            tokio::spawn(connection.open(stream, self.tls.clone()));
        }
        drop(self.tcp);
        permits_back(&self.permits, self.limits.connections_max, stop_after).await
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
