//! Over a socket: `100 Continue`.

use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lanyard_gateway::Gateway;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::stage::{ServiceRequest, Stage, allow, peer};

/// A listener before the gateway, for Lambda.
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
                    async move {
                        let answer = gateway.handle_service("lambda", request, peer()).await;
                        Ok::<_, std::convert::Infallible>(answer)
                    }
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    address
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 64 << 10];
    let read = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut buffer)).await;
    String::from_utf8_lossy(&buffer[..read.unwrap().unwrap()]).into_owned()
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_go_on_only_if_it_may() {
    let stage = Stage::new().await;
    let carla = stage
        .user(
            "carla",
            &allow(
                "lambda:InvokeFunction",
                "arn:aws:lambda:eu-west-1:111122223333:function:resize",
            ),
        )
        .await;
    let address = listen(Arc::clone(&stage.gateway)).await;
    for (name, first, heard) in [("resize", "HTTP/1.1 100 ", 1), ("other", "HTTP/1.1 403 ", 0)] {
        let target = format!("/2015-03-31/functions/{name}/invocations");
        let request = ServiceRequest::new("lambda", "POST", &target).body("hello");
        let (parts, _) = request.declared().signed(&carla).into_parts();
        let mut head = format!("{} {} HTTP/1.1\r\n", parts.method, parts.uri);
        for (name, value) in &parts.headers {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        head.push_str("content-length: 5\r\nexpect: 100-continue\r\n\r\n");
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let said = read_some(&mut stream).await;
        assert!(said.starts_with(first), "{said}");
        if heard > 0 {
            stream.write_all(b"hello").await.unwrap();
            assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 "));
        }
        assert_eq!(stage.upstream.take_received().len(), heard);
    }
}
