//! A real S3 server on loopback for the tests of the gateway: `s3-server DIRECTORY`.
//!
//! Its one access key comes from the environment. It prints where it listens as a line of JSON and
//! ends when its standard input does, so that it never outlives the tests. On a second port it tells
//! what reached it: every request with its head as it came and the bytes of its body, and how many
//! bytes and connections there were at all.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use lanyard_peers::tap::{Connection, Tap};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("usage: s3-server DIRECTORY")?;
    let store = FileSystem::new(directory).map_err(|error| format!("{error:?}"))?;
    let mut builder = S3ServiceBuilder::new(store);
    builder.set_auth(SimpleAuth::from_single(
        std::env::var("AWS_ACCESS_KEY_ID")?,
        std::env::var("AWS_SECRET_ACCESS_KEY")?,
    ));
    let service = builder.build();
    let tap = Arc::new(Tap::default());

    let store_listener = TcpListener::bind("127.0.0.1:0").await?;
    let tap_listener = TcpListener::bind("127.0.0.1:0").await?;
    let places = serde_json::json!({
        "endpoint": format!("http://{}", store_listener.local_addr()?),
        "tap": format!("http://{}", tap_listener.local_addr()?),
    });
    println!("{places}");

    tokio::spawn(serve_tap(tap_listener, Arc::clone(&tap)));
    tokio::spawn(serve_store(store_listener, service, tap));
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    Ok(())
}

async fn serve_store(listener: TcpListener, service: S3Service, tap: Arc<Tap>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve_connection(stream, service.clone(), Arc::clone(&tap)));
    }
}

async fn serve_connection(stream: TcpStream, service: S3Service, tap: Arc<Tap>) {
    let _ = stream.set_nodelay(true);
    let connection = TokioIo::new(Connection::new(stream, Arc::clone(&tap)));
    let answer = service_fn(move |request: Request<Incoming>| {
        let request = tap.record(request).map(s3s::Body::http_body);
        let service = service.clone();
        async move { service.call(request).await }
    });
    // A client that goes away in the middle is what some tests are about.
    let _ = http1::Builder::new().serve_connection(connection, answer).await;
}

/// `GET /N` tells the totals, and the requests from the Nth on.
async fn serve_tap(listener: TcpListener, tap: Arc<Tap>) {
    while let Ok((stream, _)) = listener.accept().await {
        let tap = Arc::clone(&tap);
        let answer = service_fn(move |request: Request<Incoming>| {
            let first = request.uri().path().trim_start_matches('/').parse().unwrap_or(0);
            let text = tap.report(first).to_string();
            async move { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(text)))) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    }
}
