//! Over a socket: `100 Continue`, and requests that are framed in two ways.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lanyard_gateway::Gateway;
use lanyard_sigv4::PayloadHash;
use lanyard_testkit::{Behaviour, S3Request, eventually};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::stage::{OURS, Stage, allow, peer};

/// A listener before the gateway.
async fn listen(gateway: Arc<Gateway>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let gateway = Arc::clone(&gateway);
            tokio::spawn(async move {
                let service = service_fn(|request| {
                    let gateway = Arc::clone(&gateway);
                    async move { Ok::<_, std::convert::Infallible>(gateway.handle(request, peer()).await) }
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    address
}

/// A signed request as bytes, with further lines in its head.
async fn bytes(request: http::Request<http_body_util::Full<bytes::Bytes>>, more: &str) -> (String, Vec<u8>) {
    let (parts, body) = request.into_parts();
    let mut head = format!("{} {} HTTP/1.1\r\n", parts.method, parts.uri);
    for (name, value) in &parts.headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str(more);
    head.push_str("\r\n");
    (head, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 64 << 10];
    let read = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut buffer)).await;
    let count = read.unwrap().unwrap();
    String::from_utf8_lossy(&buffer[..count]).into_owned()
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on_only_if_it_may() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage
        .user("carla", &allow("s3:PutObject", "arn:aws:s3:::reports/team/*"))
        .await;
    let address = listen(Arc::clone(&stage.gateway)).await;
    let put = |key: &str| {
        S3Request::new("PUT", &format!("/reports/{key}"))
            .body("hello")
            .signed(&carla)
    };
    let more = "content-length: 5\r\nexpect: 100-continue\r\n";

    let (head, body) = bytes(put("team/a"), more).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 100 "));
    stream.write_all(&body).await.unwrap();
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 "));
    let received = stage.upstream.take_received();
    assert_eq!((received.len(), &received[0].body[..]), (1, &b"hello"[..]));
    assert_eq!(received[0].header("expect"), "");

    let (head, _) = bytes(put("other"), more).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 403 "));
    assert!(stage.upstream.take_received().is_empty());
}

#[tokio::test]
async fn requests_that_are_framed_in_two_ways_reach_nobody() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let address = listen(Arc::clone(&stage.gateway)).await;
    let smuggled = "GET /reports/secret HTTP/1.1\r\nhost: x\r\n\r\n";
    for more in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "content-length: +5\r\n",
    ] {
        let put = S3Request::new("PUT", "/reports/a")
            .body("hello")
            .signed(&stage.root);
        let (head, _) = bytes(put, more).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        stream.write_all(smuggled.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await;
        assert!(
            !String::from_utf8_lossy(&answer).contains("HTTP/1.1 200"),
            "{more}"
        );
        assert!(
            stage
                .upstream
                .take_received()
                .iter()
                .all(|received| received.target != "/reports/secret"),
            "{more}"
        );
    }
}

#[tokio::test]
async fn a_body_of_unknown_length_is_refused() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let address = listen(Arc::clone(&stage.gateway)).await;
    let put = S3Request::new("PUT", "/reports/a")
        .body("hello")
        .signed(&stage.root);
    let (head, _) = bytes(put, "transfer-encoding: chunked\r\n").await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"5\r\nhello\r\n0\r\n\r\n").await.unwrap();
    let answer = read_some(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 411 ") && answer.contains("MissingContentLength"),
        "{answer}"
    );
    assert!(stage.upstream.take_received().is_empty());
}

#[tokio::test]
async fn an_answer_to_head_says_how_long_the_object_is() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage.upstream.behave(Behaviour::Answers {
        status: 200,
        headers: vec![("content-length", "1234".to_owned())],
        body: "".into(),
    });
    let address = listen(Arc::clone(&stage.gateway)).await;
    let (head, _) = bytes(S3Request::new("HEAD", "/reports/a").signed(&stage.root), "").await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = read_some(&mut stream).await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("content-length: 1234\r\n"),
        "{answer}"
    );
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn uploads_that_clients_give_up_leave_nothing_behind() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let address = listen(Arc::clone(&stage.gateway)).await;
    let put = S3Request::new("PUT", "/reports/a")
        .body(vec![1; 1 << 20])
        .payload(PayloadHash::Unsigned);
    for _ in 0..200 {
        let (head, body) = bytes(put.signed(&stage.root), "content-length: 1048576\r\n").await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body[..100_000]).await.unwrap();
    }
    eventually(Duration::from_secs(5), || stage.upstream.open_connections() == 0).await;
    assert!(
        stage
            .upstream
            .take_received()
            .iter()
            .all(|received| !received.is_whole)
    );
}

#[tokio::test]
async fn a_store_that_stops_reading_is_given_up_on_while_the_client_still_sends() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage.upstream.behave(Behaviour::Deaf);
    let address = listen(Arc::clone(&stage.gateway)).await;
    let put = S3Request::new("PUT", "/reports/a")
        .body(vec![1; 16 << 20])
        .payload(PayloadHash::Unsigned);
    let (head, body) = bytes(put.signed(&stage.root), "content-length: 16777216\r\n").await;
    let (mut reading, mut writing) = TcpStream::connect(address).await.unwrap().into_split();
    writing.write_all(head.as_bytes()).await.unwrap();
    let sending = tokio::spawn(async move {
        for piece in body.chunks(10_000) {
            if writing.write_all(piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        writing
    });
    let mut buffer = vec![0; 1024];
    let read = tokio::time::timeout(Duration::from_secs(3), reading.read(&mut buffer)).await;
    let count = read.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&buffer[..count]).starts_with("HTTP/1.1 503 "));
    sending.abort();
}
