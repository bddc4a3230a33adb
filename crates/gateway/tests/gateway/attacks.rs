//! Requests that could mean two things, or that try to be somebody else's: refused, and the store hears nothing.

use http::HeaderValue;
use jiff::SignedDuration;
use lanyard_sigv4::PayloadHash;
use lanyard_testkit::{Credentials, S3Request};

use crate::stage::{OURS, Stage};

async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage
}

/// What the root user, who may do everything, is told, and that the store hears nothing.
async fn check(request: S3Request, outcome: &str) {
    let stage = stage().await;
    let (got, received) = stage.outcome(request.signed(&stage.root)).await;
    assert_eq!((got.as_str(), received.len()), (outcome, 0), "{}", request.target);
}

#[tokio::test]
async fn paths_that_a_store_may_resolve_are_refused() {
    for target in [
        "/reports/../secrets/a",
        "/reports/a/../../secrets/a",
        "/reports/./a",
        "/reports//a",
        "/reports/a//b",
        "/reports/%2e%2e/a",
        "/reports/a%2F..%2Fb",
        "/reports/a%00b",
        "/reports/%ff",
    ] {
        check(S3Request::new("GET", target), "400 InvalidURI").await;
    }
    let stage = stage().await;
    let (got, received) = stage
        .outcome(S3Request::new("GET", "/reports/a%").anonymous())
        .await;
    assert_eq!((got.as_str(), received.len()), ("400 InvalidURI", 0));
    check(S3Request::new("GET", "/Reports/a"), "400 InvalidBucketName").await;
    check(S3Request::new("GET", "//reports/a"), "400 InvalidBucketName").await;
    check(S3Request::new("GET", "/..%2Freports/a"), "400 InvalidBucketName").await;
    let long = format!("/reports/{}", "k".repeat(1025));
    check(S3Request::new("GET", &long), "400 KeyTooLongError").await;
}

#[tokio::test]
async fn what_is_encoded_twice_is_decoded_once() {
    let stage = stage().await;
    let request = S3Request::new("GET", "/reports/a%252Fb");
    let (got, received) = stage.outcome(request.signed(&stage.root)).await;
    assert_eq!(
        (got.as_str(), received[0].target.as_str()),
        ("200", "/reports/a%252Fb")
    );
    let request = S3Request::new("GET", "/reports/a%2Fb");
    let (got, received) = stage.outcome(request.signed(&stage.root)).await;
    assert_eq!(
        (got.as_str(), received[0].target.as_str()),
        ("200", "/reports/a/b")
    );
}

#[tokio::test]
async fn parameters_and_headers_that_could_change_the_meaning_are_refused() {
    check(
        S3Request::new("GET", "/reports/a?unknown=1"),
        "501 NotImplemented",
    )
    .await;
    check(
        S3Request::new("GET", "/reports/a?versionId=1&versionId=2"),
        "400 InvalidArgument",
    )
    .await;
    check(
        S3Request::new("GET", "/reports/a?acl&tagging"),
        "501 NotImplemented",
    )
    .await;
    check(
        S3Request::new("GET", "/reports/a").header("x-amz-unknown", "1"),
        "501 NotImplemented",
    )
    .await;
    check(
        S3Request::new("GET", "/reports/a?x-id=DeleteObject"),
        "400 InvalidArgument",
    )
    .await;
    check(S3Request::new("PATCH", "/reports/a"), "405 MethodNotAllowed").await;
    check(S3Request::new("OPTIONS", "/reports/a"), "403 AccessForbidden").await;
}

#[tokio::test]
async fn a_header_that_is_added_after_signing_is_refused() {
    let stage = stage().await;
    let mut request = S3Request::new("PUT", "/reports/a").body("x").signed(&stage.root);
    request
        .headers_mut()
        .insert("x-amz-tagging", HeaderValue::from_static("a=b"));
    let (got, received) = stage.outcome(request).await;
    assert_eq!((got.as_str(), received.len()), ("403 AccessDenied", 0));
}

#[tokio::test]
async fn a_signature_is_good_for_one_request_only() {
    let stage = stage().await;
    let changed = |change: fn(&mut http::request::Parts)| {
        let request = S3Request::new("GET", "/reports/a?versionId=1").signed(&stage.root);
        let (mut parts, body) = request.into_parts();
        change(&mut parts);
        http::Request::from_parts(parts, body)
    };
    let wrong = [
        changed(|parts| parts.uri = "/reports/b?versionId=1".parse().unwrap()),
        changed(|parts| parts.uri = "/reports/a?versionId=2".parse().unwrap()),
        changed(|parts| parts.method = http::Method::DELETE),
        changed(|parts| {
            drop(
                parts
                    .headers
                    .insert("host", HeaderValue::from_static("elsewhere")),
            )
        }),
    ];
    for request in wrong {
        let (got, received) = stage.outcome(request).await;
        assert_eq!((got.as_str(), received.len()), ("403 SignatureDoesNotMatch", 0));
    }
}

#[tokio::test]
async fn credentials_that_stand_twice_are_refused() {
    let stage = stage().await;
    let mut two_headers = S3Request::new("GET", "/reports/a").signed(&stage.root);
    let again = two_headers.headers()["authorization"].clone();
    two_headers.headers_mut().append("authorization", again);
    let (got, received) = stage.outcome(two_headers).await;
    assert_eq!(
        (got.as_str(), received.len()),
        ("400 AuthorizationHeaderMalformed", 0)
    );

    let header = S3Request::new("GET", "/reports/a").signed(&stage.root);
    let mut both = S3Request::new("GET", "/reports/a").presigned(&stage.root, 60);
    let authorization = header.headers()["authorization"].clone();
    both.headers_mut().insert("authorization", authorization);
    let (got, received) = stage.outcome(both).await;
    assert_eq!((got.as_str(), received.len()), ("400 InvalidArgument", 0));
}

#[tokio::test]
async fn two_hosts_are_refused() {
    let stage = stage().await;
    let mut two = S3Request::new("GET", "/reports/a").signed(&stage.root);
    two.headers_mut()
        .append("host", HeaderValue::from_static("other"));
    let mut absolute = S3Request::new("GET", "/reports/a").signed(&stage.root);
    *absolute.uri_mut() = "http://other/reports/a".parse().unwrap();
    for request in [two, absolute] {
        let (got, received) = stage.outcome(request).await;
        assert_eq!((got.as_str(), received.len()), ("400 InvalidURI", 0));
    }
}

#[tokio::test]
async fn who_cannot_be_authenticated_is_told_why_in_s3s_words() {
    let stage = stage().await;
    let get = S3Request::new("GET", "/reports/a");
    let unknown = Credentials {
        access_key_id: "AKIAQQQQQQQQQQQQQQQQ".to_owned(),
        secret: "x".to_owned(),
        session_token: None,
    };
    let wrong = Credentials {
        secret: "wrong".to_owned(),
        ..stage.root.clone()
    };
    let with_token = Credentials {
        session_token: Some("token".to_owned()),
        ..stage.root.clone()
    };
    let old = get.clone().aged(SignedDuration::from_mins(16));
    let early = get.clone().aged(SignedDuration::from_mins(-16));
    let mut version_2 = get.anonymous();
    version_2
        .headers_mut()
        .insert("authorization", HeaderValue::from_static("AWS AKIA:c2lnbmF0dXJl"));
    for (request, outcome) in [
        (get.signed(&unknown), "403 InvalidAccessKeyId"),
        (get.signed(&wrong), "403 SignatureDoesNotMatch"),
        (get.signed(&with_token), "400 InvalidToken"),
        (old.signed(&stage.root), "403 RequestTimeTooSkewed"),
        (early.signed(&stage.root), "403 RequestTimeTooSkewed"),
        (version_2, "400 InvalidRequest"),
        (
            S3Request::new("GET", "/reports/a?AWSAccessKeyId=A&Signature=B&Expires=1").anonymous(),
            "400 InvalidRequest",
        ),
        (get.presigned(&wrong, 60), "403 SignatureDoesNotMatch"),
    ] {
        let (got, received) = stage.outcome(request).await;
        assert_eq!((got.as_str(), received.len()), (outcome, 0));
    }
    assert!(
        stage
            .world
            .trail()
            .iter()
            .all(|line| !line.contains("s3.amazonaws.com")),
        "strangers leave no record"
    );
}

#[tokio::test]
async fn a_body_where_none_belongs_is_refused() {
    check(
        S3Request::new("GET", "/reports/a").body("x"),
        "400 InvalidRequest",
    )
    .await;
    let lying = S3Request::new("GET", "/reports/a").payload(PayloadHash::Sha256([1; 32]));
    check(lying, "400 XAmzContentSHA256Mismatch").await;
}

#[tokio::test]
async fn what_nobody_signed_is_for_the_store_if_it_names_a_bucket() {
    let stage = stage().await;
    let is_for = |request: http::Request<http_body_util::Full<bytes::Bytes>>| {
        let (parts, _) = request.into_parts();
        stage.gateway.is_for(&parts)
    };
    assert!(!is_for(S3Request::new("GET", "/").anonymous()));
    assert!(is_for(S3Request::new("GET", "/reports/a").anonymous()));
}
