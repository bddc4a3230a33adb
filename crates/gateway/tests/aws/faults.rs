//! The upstream is away, slow, breaks off, or does not take the gateway for anybody.

use std::time::Duration;

use lanyard_testkit::{Behaviour, eventually};

use crate::stage::{OURS, ServiceRequest, Stage, message};

fn ours() -> ServiceRequest {
    message(&format!("{OURS}/jobs"))
}

#[tokio::test]
async fn an_upstream_that_is_away_or_silent_is_not_available() {
    let stage = Stage::new().await;
    stage.upstream.behave(Behaviour::Silent);
    let reply = stage.send(ours().signed(&stage.root)).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "1"));
    stage.upstream.behave(Behaviour::Resets);
    let reply = stage.send(ours().signed(&stage.root)).await;
    assert_eq!(reply.status, 500);
    let Stage {
        world,
        upstream,
        gateway,
        root,
        other,
    } = stage;
    upstream.stop().await;
    let stage = Stage {
        world,
        upstream: lanyard_testkit::FakeUpstream::start().await,
        gateway,
        root,
        other,
    };
    for _ in 0..5 {
        let reply = stage.send(ours().signed(&stage.root)).await;
        assert_eq!((reply.status, reply.header("retry-after")), (503, "1"));
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_the_clients() {
    let stage = Stage::new().await;
    let (announced, sent) = (1000, 10);
    for behaviour in [
        Behaviour::BreaksOff { announced, sent },
        Behaviour::FallsSilent { announced, sent },
    ] {
        stage.upstream.behave(behaviour);
        assert!(stage.try_send(ours().signed(&stage.root)).await.is_err());
    }
}

#[tokio::test]
async fn that_the_gateways_own_key_is_wrong_is_not_the_clients_business() {
    let stage = Stage::new().await;
    for document in [
        r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"UPSTREAM"}"#,
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>UPSTREAM</Message></Error></ErrorResponse>",
    ] {
        stage.upstream.behave(Behaviour::status(403, document));
        let reply = stage.send(ours().signed(&stage.root)).await;
        assert_eq!(reply.status, 503);
        assert!(!reply.text().contains("UPSTREAM"));
    }
    stage.upstream.behave(Behaviour::status(307, ""));
    let reply = stage.send(ours().signed(&stage.root)).await;
    assert_eq!(reply.status, 503);
}

#[tokio::test]
async fn headers_of_a_connection_and_of_the_upstreams_host_stay_behind() {
    let stage = Stage::new().await;
    stage.upstream.behave(Behaviour::Answers {
        status: 200,
        headers: vec![
            ("x-amzn-requestid", "theirs".to_owned()),
            ("x-amz-id-2", "theirs".to_owned()),
            ("x-amz-crc32", "1".to_owned()),
            ("content-type", "application/x-amz-json-1.0".to_owned()),
            ("set-cookie", "a=b".to_owned()),
            ("server", "moto".to_owned()),
            ("access-control-allow-origin", "*".to_owned()),
            ("x-secret", "1".to_owned()),
            ("connection", "x-secret".to_owned()),
        ],
        body: "{}".into(),
    });
    let reply = stage.send(ours().signed(&stage.root)).await;
    let mut names: Vec<_> = reply.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "content-length",
            "content-security-policy",
            "content-type",
            "date",
            "x-amz-crc32",
            "x-amzn-requestid",
            "x-content-type-options",
        ]
    );
    assert_ne!(reply.header("x-amzn-requestid"), "theirs");
}

#[tokio::test]
async fn the_length_of_an_answer_in_chunks_is_that_of_its_chunks() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let line = format!("aws=http://{} account={OURS}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 16 << 10]).await.unwrap();
        let answer =
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
        std::future::pending::<()>().await;
    });
    let stage = Stage::new().await;
    let gateway = crate::stage::gateway(&stage.world, &[&line]);
    let reply = crate::stage::send(&gateway, ours().signed(&stage.root)).await;
    assert_eq!(
        (reply.text().as_str(), reply.header("content-length")),
        ("{}", "")
    );
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_no_connection_behind() {
    let stage = Stage::new().await;
    stage.upstream.behave(Behaviour::Silent);
    let sending = stage.try_send(ours().signed(&stage.root));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), sending)
            .await
            .is_err()
    );
    eventually(Duration::from_secs(5), || stage.upstream.open_connections() == 0).await;
}
