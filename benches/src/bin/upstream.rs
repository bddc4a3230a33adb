//! What stands behind the gateway and behind the bare proxy: answers as fast as it can.
//!
//! usage: `upstream PORT`
//!
//! GET answers as many bytes as the number at the end of its path says (`/bucket/4096`); PUT reads its body and
//! answers none.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;

const PIECE: &[u8] = &[b'x'; 64 * 1024];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).ok_or("a port is missing")?.parse()?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(port))
}

async fn serve(port: u16) -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Repeated>, Infallible> {
    let bytes = match *request.method() {
        Method::GET => request
            .uri()
            .path()
            .rsplit('/')
            .next()
            .and_then(|last| last.parse().ok()),
        _ => None,
    };
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    let mut response = Response::new(Repeated(bytes.unwrap_or(0)));
    let etag = hyper::header::HeaderValue::from_static("\"00000000000000000000000000000000\"");
    response.headers_mut().insert(hyper::header::ETAG, etag);
    Ok(response)
}

/// So many bytes, in pieces that are not copied.
struct Repeated(u64);

impl Body for Repeated {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        let length = self.0.min(PIECE.len() as u64);
        self.0 -= length;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(
            &PIECE[..length as usize],
        )))))
    }

    fn is_end_stream(&self) -> bool {
        self.0 == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}
