//! The store down, slow, or breaking off: a clear answer in time, and nothing left behind.

use std::time::{Duration, Instant};

use lanyard_gateway::{ProbeOutcome, UpstreamSettings, probe};
use lanyard_testkit::{Behaviour, FakeUpstream, S3Request, eventually};

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::stage::{OURS, Stage, gateway};

async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage
}

/// How a GET ends that the store treats like this.
async fn check(behaviour: Behaviour, outcome: Result<&str, &str>) {
    let stage = stage().await;
    stage.upstream.behave(behaviour);
    let began = Instant::now();
    let get = S3Request::new("GET", "/reports/a").signed(&stage.root);
    let got = stage.try_send(get).await;
    let got = got.map(|reply| reply.short()).map_err(|error| error.to_string());
    assert_eq!(got, outcome.map(str::to_owned).map_err(str::to_owned));
    assert!(began.elapsed() < Duration::from_secs(3));
    eventually(Duration::from_secs(2), || stage.upstream.open_connections() <= 1).await;
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_given_up_on() {
    check(Behaviour::Silent, Ok("503 ServiceUnavailable")).await;
}

#[tokio::test]
async fn a_store_that_breaks_off_breaks_the_answer_off() {
    let (announced, sent) = (1000, 10);
    check(Behaviour::Resets, Ok("500 InternalError")).await;
    check(
        Behaviour::BreaksOff { announced, sent },
        Err("the upstream broke off"),
    )
    .await;
    check(
        Behaviour::FallsSilent { announced, sent },
        Err("the upstream stopped sending"),
    )
    .await;
}

#[tokio::test]
async fn a_store_that_takes_no_body_is_given_up_on() {
    let stage = stage().await;
    stage.upstream.behave(Behaviour::Deaf);
    let put = S3Request::new("PUT", "/reports/a").body(vec![1; 20 << 20]);
    let began = Instant::now();
    assert_eq!(
        stage.send(put.signed(&stage.root)).await.short(),
        "503 ServiceUnavailable"
    );
    assert!(began.elapsed() < Duration::from_secs(3));
    stage.upstream.behave(Behaviour::ok(""));
    let get = S3Request::new("GET", "/reports/a");
    assert_eq!(stage.send(get.signed(&stage.root)).await.short(), "200");
}

#[tokio::test]
async fn the_connection_to_a_store_that_takes_no_body_is_let_go() {
    const BYTES: usize = 20 << 20;
    let mut stage = stage().await;
    let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = store.local_addr().unwrap();
    let line = format!("s3=http://{address} connect-seconds=1 answer-seconds=0.4 idle-seconds=0.4");
    stage.gateway = gateway(&stage.world, &line);
    let held = tokio::spawn(async move { store.accept().await.unwrap().0 });
    let put = S3Request::new("PUT", "/reports/a").body(vec![1; BYTES]);
    assert_eq!(stage.send(put.signed(&stage.root)).await.status / 100, 5);
    let mut held = held.await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    // What was under way is still there; had the connection been kept, the rest would follow.
    let mut taken = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), held.read_to_end(&mut taken)).await;
    assert!(ended.is_ok(), "the connection is still open");
    assert!(taken.len() < BYTES, "{} bytes", taken.len());
}

#[tokio::test]
async fn a_store_that_is_away_is_said_to_be_and_found_again() {
    let stage = stage().await;
    let get = S3Request::new("GET", "/reports/a");
    assert_eq!(stage.send(get.signed(&stage.root)).await.short(), "200");
    let url = stage.upstream.url();
    let Stage {
        world,
        upstream,
        gateway,
        root,
        ..
    } = stage;
    upstream.stop().await;
    let send = async || {
        let response = gateway.handle(get.signed(&root), crate::stage::peer()).await;
        (
            response.status().as_u16(),
            response.headers().contains_key("retry-after"),
        )
    };
    for _ in 0..10 {
        assert_eq!(send().await, (503, true));
    }
    let status = &gateway.upstreams()[0];
    assert_eq!(
        (status.origin.as_str(), status.is_up),
        (format!("{url}/").as_str(), false)
    );
    assert!(status.failures >= 3);
    let address = url.strip_prefix("http://").unwrap();
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = hyper::service::service_fn(|_| {
            std::future::ready(Ok::<_, std::convert::Infallible>(http::Response::new(
                String::new(),
            )))
        });
        let stream = hyper_util::rt::TokioIo::new(stream);
        let _ = hyper::server::conn::http1::Builder::new()
            .serve_connection(stream, service)
            .await;
    });
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(send().await, (200, false));
    assert!(gateway.upstreams()[0].is_up);
    serving.abort();
    drop(world);
}

#[tokio::test]
async fn connections_are_used_again() {
    let stage = stage().await;
    stage.upstream.behave(Behaviour::ok("hello"));
    for _ in 0..20 {
        let reply = stage
            .send(S3Request::new("GET", "/reports/a").signed(&stage.root))
            .await;
        assert_eq!(reply.body, "hello");
    }
    assert_eq!(stage.upstream.connections(), 1);
}

#[tokio::test]
async fn a_client_that_goes_away_takes_the_request_to_the_store_with_it() {
    let stage = stage().await;
    let (announced, sent) = (1000, 10);
    stage.upstream.behave(Behaviour::FallsSilent { announced, sent });
    for _ in 0..20 {
        let get = S3Request::new("GET", "/reports/a").signed(&stage.root);
        let response = stage.gateway.handle(get, crate::stage::peer()).await;
        assert_eq!(response.status(), 200);
        drop(response);
    }
    eventually(Duration::from_secs(2), || stage.upstream.open_connections() == 0).await;
}

#[tokio::test]
async fn an_answer_is_passed_on_without_what_belongs_to_the_store_alone() {
    let stage = stage().await;
    let header = |name, value: &str| (name, value.to_owned());
    stage.upstream.behave(Behaviour::Answers {
        status: 206,
        headers: vec![
            header("content-type", "text/html"),
            header("content-range", "bytes 0-4/9"),
            header("etag", "\"e\""),
            header("x-amz-meta-a", "b"),
            header("server", "store"),
            header("set-cookie", "a=b"),
            header("x-amz-request-id", "theirs"),
            header("x-amz-id-2", "theirs"),
            header("access-control-allow-origin", "*"),
            header("content-security-policy", "default-src *"),
            header("connection", "x-hop"),
            header("x-hop", "1"),
            header("keep-alive", "timeout=5"),
        ],
        body: "hello".into(),
    });
    let reply = stage
        .send(S3Request::new("GET", "/reports/a").signed(&stage.root))
        .await;
    assert_eq!((reply.status, &reply.body[..]), (206, &b"hello"[..]));
    let mut names: Vec<_> = reply.headers.keys().map(|name| name.as_str()).collect();
    names.retain(|name| *name != "date");
    names.sort_unstable();
    let wanted = [
        "content-length",
        "content-range",
        "content-security-policy",
        "content-type",
        "etag",
        "x-amz-id-2",
        "x-amz-meta-a",
        "x-amz-request-id",
        "x-content-type-options",
    ];
    assert_eq!(names, wanted);
}

#[tokio::test]
async fn statuses_without_a_body_are_passed_on() {
    let stage = stage().await;
    for (method, status) in [("GET", 304), ("DELETE", 204), ("HEAD", 404), ("GET", 404)] {
        stage.upstream.behave(Behaviour::status(status, ""));
        let reply = stage
            .send(S3Request::new(method, "/reports/a").signed(&stage.root))
            .await;
        assert_eq!((reply.status, reply.body.len()), (status, 0), "{method}");
    }
}

#[tokio::test]
async fn an_error_about_the_gateways_own_key_is_not_the_clients_business() {
    let stage = stage().await;
    let about_us = "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>STORE</AWSAccessKeyId></Error>";
    stage.upstream.behave(Behaviour::status(403, about_us));
    let reply = stage
        .send(S3Request::new("GET", "/reports/a").signed(&stage.root))
        .await;
    assert_eq!(reply.short(), "503 ServiceUnavailable");
    assert!(!String::from_utf8_lossy(&reply.body).contains("STORE"));
    let about_them = "<Error><Code>AccessDenied</Code><Message>The object is locked</Message></Error>";
    stage.upstream.behave(Behaviour::status(403, about_them));
    let reply = stage
        .send(S3Request::new("DELETE", "/reports/a").signed(&stage.root))
        .await;
    assert_eq!(
        (reply.short().as_str(), reply.message().as_str()),
        ("403 AccessDenied", "The object is locked")
    );
}

#[tokio::test]
async fn a_store_that_sends_clients_elsewhere_is_not_believed() {
    let stage = stage().await;
    for status in [301, 302, 307, 308] {
        let location = ("location", "http://store.internal/reports/a".to_owned());
        stage.upstream.behave(Behaviour::Answers {
            status,
            headers: vec![location],
            body: "".into(),
        });
        let reply = stage
            .send(S3Request::new("GET", "/reports/a").signed(&stage.root))
            .await;
        assert_eq!(
            (reply.short().as_str(), reply.header("location")),
            ("503 ServiceUnavailable", "")
        );
    }
}

#[tokio::test]
async fn a_store_that_passes_over_a_sub_resource_shows_nothing_that_was_not_asked_for() {
    let stage = stage().await;
    let check = async |target: &str, answer: &str, outcome: &str| {
        stage.upstream.behave(Behaviour::ok(answer.to_owned()));
        let reply = stage
            .send(S3Request::new("GET", target).signed(&stage.root))
            .await;
        assert_eq!(reply.short(), outcome, "{target}");
        assert_eq!(outcome == "200", reply.body == answer);
    };
    check("/reports/a?tagging", "<Tagging><TagSet/></Tagging>", "200").await;
    check("/reports/a?tagging", "the object", "501 NotImplemented").await;
    check(
        "/reports/a?retention",
        "<Mode>the object</Mode>",
        "501 NotImplemented",
    )
    .await;
    check("/reports?versioning", "<VersioningConfiguration/>", "200").await;
    check("/reports?versioning", "<ListBucketResult/>", "501 NotImplemented").await;
}

#[tokio::test]
async fn only_headers_that_s3_has_are_passed_on() {
    let stage = stage().await;
    let passed = [
        ("etag", "\"e\""),
        ("content-type", "text/plain"),
        ("x-amz-meta-color", "red"),
        ("x-amz-version-id", "v1"),
        ("cache-control", "no-store"),
    ];
    let dropped = [
        ("x-accel-redirect", "/etc/passwd"),
        ("x-sendfile", "/etc/passwd"),
        ("refresh", "0; url=http://node.internal"),
        ("via", "node.internal"),
        ("set-cookie", "a=b"),
        ("access-control-allow-origin", "*"),
        ("server", "store"),
        ("x-minio-deployment-id", "d"),
        ("location", "http://node.internal"),
    ];
    let headers = passed.iter().chain(&dropped);
    stage.upstream.behave(Behaviour::Answers {
        status: 200,
        headers: headers
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        body: "x".into(),
    });
    let get = S3Request::new("GET", "/reports/a").signed(&stage.root);
    let reply = stage.send(get).await;
    for (name, value) in passed {
        assert_eq!(reply.header(name), value, "{name}");
    }
    for (name, _) in dropped {
        assert_eq!(reply.header(name), "", "{name}");
    }
}

#[tokio::test]
async fn a_store_that_wants_to_know_who_asks_is_not_available() {
    for status in [401, 407, 999] {
        let refusal = Behaviour::status(status, "<Error><Code>Who</Code></Error>");
        check(refusal, Ok("503 ServiceUnavailable")).await;
    }
}

/// What the doctor finds of a store that answers requests for tags like this.
async fn check_probe(of_bucket: &'static str, of_object: &'static str, expected: ProbeOutcome) {
    let upstream = FakeUpstream::start().await;
    upstream.choose(move |request| {
        Behaviour::ok(match request.target.as_str() {
            "/" => {
                "<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name></Bucket></Buckets>\
                 </ListAllMyBucketsResult>"
            }
            "/b?list-type=2&max-keys=1" => {
                "<ListBucketResult><Contents><Key>k 1</Key></Contents></ListBucketResult>"
            }
            "/b?tagging=" => of_bucket,
            "/b/k%201?tagging=" => of_object,
            other => panic!("{other}"),
        })
    });
    let line = format!("s3={} credentials=none", upstream.url());
    let settings = UpstreamSettings::parse(&line, &|_| None).unwrap();
    assert_eq!(probe(settings).await.unwrap(), expected);
}

#[tokio::test]
async fn a_store_that_passes_over_sub_resources_is_found_out() {
    let tags = "<Tagging><TagSet/></Tagging>";
    let passes_over = |sub_resource| ProbeOutcome::PassesOver { sub_resource };
    check_probe(tags, tags, ProbeOutcome::Accepted).await;
    check_probe("<ListBucketResult/>", tags, passes_over("?tagging of a bucket")).await;
    check_probe(tags, "the object", passes_over("?tagging of an object")).await;
}
