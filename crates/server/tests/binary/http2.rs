//! HTTP/2: prior knowledge on plain TCP, ALPN on TLS, and for which host a request is.

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::server::{Server, eventually, split_answer};

/// Sends one request over a connection of its own.
async fn send<B>(address: &str, request: Request<B>) -> Result<Response<Incoming>, hyper::Error>
where
    B: hyper::body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    sender.send_request(request).await
}

fn status_of(address: &str, request: http::request::Builder) -> StatusCode {
    let request = request.body(Empty::new()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(send(address, request)).unwrap().status()
}

#[test]
fn both_versions_are_answered_on_the_same_port() {
    let server = Server::start();
    let address = server.address();
    assert_eq!(server.get("/healthz").0, 200);
    let request = Request::get(format!("http://{address}/healthz"))
        .body(Empty::new())
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let response = send(&address, request).await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_2);
        assert_eq!(response.status(), 200);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(&body[..], b"ok\n");
    });
}

#[test]
fn an_answer_to_head_has_no_body() {
    let server = Server::start();
    let address = server.address();
    let request = Request::head(format!("http://{address}/healthz")).body(Empty::<Bytes>::new());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let response = send(&address, request.unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-length"], "3");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body.len(), 0);
    });
}

#[test]
fn the_api_answers_over_http2() {
    let server = Server::start();
    let address = server.address();
    let unsigned = Request::post(format!("http://{address}/"));
    assert_eq!(status_of(&address, unsigned), 403);
}

#[test]
fn a_host_that_is_said_twice_is_refused() {
    let server = Server::start();
    let address = server.address();
    let over_http2 = |host: &str| {
        let request = Request::get(format!("http://{address}/healthz"));
        status_of(&address, request.header("host", host))
    };
    assert_eq!(over_http2(&address), 200);
    assert_eq!(over_http2("other.example"), 400);

    let over_http1 = |head: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let head = format!("GET {head}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        split_answer(&answer).0
    };
    assert_eq!(
        over_http1("http://a.example/healthz HTTP/1.1\r\nHost: a.example"),
        200
    );
    assert_eq!(
        over_http1("http://a.example/healthz HTTP/1.1\r\nHost: b.example"),
        400
    );
    assert_eq!(
        over_http1("/healthz HTTP/1.1\r\nHost: a.example\r\nHost: a.example"),
        400
    );
}

#[test]
fn a_refusal_arrives_although_the_body_is_not_read() {
    let server = Server::start();
    let address = server.address();
    let signed = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, SignedHeaders=host";
    let request = Request::put(format!("http://{address}/bucket/key"))
        .header("authorization", signed)
        .body(Full::new(Bytes::from(vec![0; 10_000_000])));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let response = send(&address, request.unwrap()).await.unwrap();
        assert_eq!(response.status(), 501);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(body.starts_with(b"<?xml"));
    });
}

#[test]
fn a_large_head_is_refused() {
    let server = Server::start();
    let address = server.address();
    let large = "a".repeat(60_000);
    let request = Request::get(format!("http://{address}/healthz")).header("x-large", large);
    let request = request.body(Empty::new()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let answer = runtime.block_on(send(&address, request));
    let refused = answer.map_or(true, |response| response.status() == 431);
    assert!(refused);
}

#[test]
fn an_open_http2_connection_does_not_hold_up_the_stop() {
    let mut server = Server::start();
    let address = server.address();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _sender = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        let request = Request::get(format!("http://{address}/healthz")).body(Empty::<Bytes>::new());
        sender.send_request(request.unwrap()).await.unwrap();
        sender
    });
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("deadline"), "{log}");
}

#[test]
fn a_connection_that_never_says_anything_is_let_go() {
    let config = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(config.path(), "head_seconds_max = 1").unwrap();
    let server = Server::start_with(&["--config", config.path().to_str().unwrap()], &[]);
    let address = server.address();
    // One that is silent, and one that speaks HTTP/2 and asks for nothing.
    let mut silent = TcpStream::connect(&address).unwrap();
    let mut idle = TcpStream::connect(&address).unwrap();
    idle.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    for stream in [&mut silent, &mut idle] {
        stream.set_nonblocking(true).unwrap();
        let mut space = [0; 4096];
        eventually("the end of the connection", || {
            matches!(stream.read(&mut space), Ok(0))
        });
    }
}
