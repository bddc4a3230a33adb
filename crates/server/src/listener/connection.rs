//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::pace::{Judgement, Pace, Watch};
use super::protocol::{ALPN_HTTP2, Opening, Protocols, opening};
use super::target::{self, TargetError};
use super::{Answer, Connected, told};
use crate::answer_body::AnswerBody;
use crate::linger::{Lingering, RequestBody, Unread};
use crate::metrics::CountedConnection;
use crate::tls::{self, Tls};

/// A connection that is being served. Its permit goes back when it ends.
pub(super) struct Connection<A> {
    pub(super) protocols: Arc<Protocols>,
    pub(super) answer: Arc<A>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) peer: Connected,
    pub(super) _counted: CountedConnection,
    pub(super) _permit: OwnedSemaphorePermit,
}

impl<A: Answer> Connection<A> {
    pub(super) async fn open(mut self, mut stream: TcpStream, tls: Option<Tls>) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it began");
            return;
        }
        let Some(tls) = tls else {
            let Some(opening) = self.opening(&mut stream).await else {
                return;
            };
            return self.serve(stream, opening).await;
        };
        match tls::accept(&tls, stream).await {
            Ok(stream) => {
                self.peer.tls_version = tls::version(stream.get_ref().1);
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(ALPN_HTTP2);
                let read = Bytes::new();
                self.serve(stream, Opening { is_http2, read }).await;
            }
            Err(error) => tracing::debug!(peer = %self.peer.address, %error, "TLS handshake failed"),
        }
    }

    /// What the client opens with, in the time that a head may take.
    async fn opening(&mut self, stream: &mut TcpStream) -> Option<Opening> {
        let opening = tokio::select! {
            opening = tokio::time::timeout(self.protocols.head_within, opening(stream)) => opening,
            () = told(&mut self.stop) => return None,
        };
        match opening.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(opening) => Some(opening),
            Err(error) => {
                tracing::debug!(peer = %self.peer.address, %error, "a connection ended before it began");
                None
            }
        }
    }

    async fn serve<IO: AsyncRead + AsyncWrite + Send + Unpin + 'static>(self, stream: IO, opening: Opening) {
        let peer = self.peer;
        let ended = if opening.is_http2 {
            self.serve_http2(stream, opening.read).await
        } else {
            self.serve_http1(stream, opening.read).await
        };
        if let Err(error) = ended {
            tracing::debug!(peer = %peer.address, %error, "connection ended early");
        }
    }

    async fn serve_http1<IO: AsyncRead + AsyncWrite + Unpin>(
        mut self,
        stream: IO,
        read: Bytes,
    ) -> hyper::Result<()> {
        let (answer, peer, unread) = (&self.answer, self.peer, Unread::default());
        let stream = Lingering::new(stream, read, unread.clone(), self.stop.clone());
        let service = service_fn(|request: Request<Incoming>| {
            let waits = request.headers().contains_key(EXPECT);
            let is_empty = request.body().is_end_stream();
            let request = request.map(|body| unread.watch(body));
            let unread = &unread;
            async move {
                let mut response = respond(&**answer, request, peer).await;
                // Whoever is not told that the connection ends here would send the next request on it. Clients that
                // were not told to go on with an empty body mistake the next answer for that word.
                if unread.is_left() || (waits && is_empty) {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(CONNECTION, close);
                }
                Ok::<_, Infallible>(response)
            }
        });
        let mut connection = pin!(self.protocols.http1.serve_connection(stream, service));
        tokio::select! {
            ended = connection.as_mut() => ended,
            () = told(&mut self.stop) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        }
    }

    async fn serve_http2<IO: AsyncRead + AsyncWrite + Unpin>(
        mut self,
        stream: IO,
        read: Bytes,
    ) -> hyper::Result<()> {
        let (answer, peer, pace) = (self.answer.clone(), self.peer, Pace::default());
        let idle_within = self.protocols.head_within;
        let mut watch = Watch::new(pace.clone(), idle_within, Instant::now());
        let stream = Lingering::new(stream, read, Unread::default(), self.stop.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let (answer, open) = (answer.clone(), Arc::new(pace.open()));
            let is_head = request.method() == Method::HEAD;
            let request = request.map(|body| RequestBody::of_stream(body, open.clone()));
            async move {
                let mut response = respond(&*answer, request, peer).await;
                if is_head {
                    leave_out_body(&mut response);
                }
                Ok::<_, Infallible>(response.map(|body| body.of_stream(open)))
            }
        });
        let mut connection = pin!(self.protocols.http2.serve_connection(stream, service));
        let mut look = tokio::time::interval(idle_within / 4);
        let mut ending = false;
        loop {
            tokio::select! {
                ended = connection.as_mut() => return ended,
                () = told(&mut self.stop), if !ending => {
                    connection.as_mut().graceful_shutdown();
                    ending = true;
                }
                _ = look.tick() => match watch.judge(Instant::now()) {
                    Judgement::Fine => {}
                    Judgement::Idle if !ending => {
                        connection.as_mut().graceful_shutdown();
                        ending = true;
                    }
                    // Asked to end and still here: the client does not answer.
                    Judgement::Idle | Judgement::Stuck => return Ok(()),
                },
            }
        }
    }
}

/// Leaves the head alone, which says how long the body would be. Over HTTP/1 hyper does this itself.
fn leave_out_body(response: &mut Response<AnswerBody>) {
    let bytes = response.body().size_hint().exact().filter(|bytes| *bytes > 0);
    *response.body_mut() = AnswerBody::whole(Bytes::new());
    if let Some(bytes) = bytes {
        let length = response.headers_mut().entry(CONTENT_LENGTH);
        length.or_insert(HeaderValue::from(bytes));
    }
}

/// The answer to one request, once it is clear for which host it is.
async fn respond<A: Answer>(
    answer: &A,
    mut request: Request<RequestBody>,
    peer: Connected,
) -> Response<AnswerBody> {
    match target::settle(&mut request) {
        Ok(()) => answer.answer(request, peer).await,
        Err(error) => {
            tracing::debug!(peer = %peer.address, ?error, "a request that no server may answer");
            turned_away(error)
        }
    }
}

fn turned_away(error: TargetError) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(error.text()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
