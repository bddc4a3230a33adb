//! Lists of access say that the owner owns, and can say nothing else.

use lanyard_testkit::{Behaviour, S3Request};

use crate::stage::{OURS, Stage};
use crate::{heard, send, text};

/// `expected` is the answer in short, and what the store heard.
async fn check(request: S3Request, expected: (&str, &[&str])) {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let reply = send(&stage, &stage.root, request).await;
    assert_eq!(reply.short(), expected.0, "{}", text(&reply.body));
    assert_eq!(heard(&stage), expected.1);
}

#[tokio::test]
async fn lists_of_access_can_be_read_and_not_set() {
    check(S3Request::new("GET", "/reports?acl"), ("200", &[])).await;
    check(
        S3Request::new("GET", "/reports/a?acl"),
        ("200", &["HEAD /reports/a"]),
    )
    .await;
    check(
        S3Request::new("GET", "/reports/a?acl&versionId=v1"),
        ("200", &["HEAD /reports/a?versionId=v1"]),
    )
    .await;
    let no = ("400 AccessControlListNotSupported", &[][..]);
    check(
        S3Request::new("PUT", "/reports?acl").header("x-amz-acl", "private"),
        no,
    )
    .await;
    check(
        S3Request::new("PUT", "/reports/a?acl").header("x-amz-acl", "public-read"),
        no,
    )
    .await;
    check(
        S3Request::new("PUT", "/reports/a")
            .header("x-amz-acl", "public-read")
            .body("a"),
        no,
    )
    .await;
    check(
        S3Request::new("PUT", "/reports/a")
            .header("x-amz-grant-read", "id=\"1\"")
            .body("a"),
        no,
    )
    .await;
}

#[tokio::test]
async fn headers_of_access_control_do_not_reach_the_store() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let put = S3Request::new("PUT", "/reports/a").header("x-amz-acl", "bucket-owner-full-control");
    assert_eq!(send(&stage, &stage.root, put.body("a")).await.status, 200);
    let received = stage.upstream.take_received();
    assert_eq!((received.len(), received[0].header("x-amz-acl")), (1, ""));
}

#[tokio::test]
async fn a_new_bucket_is_owned_by_its_owner() {
    let create = || S3Request::new("PUT", "/another");
    let stage = Stage::new().await;
    stage
        .upstream
        .choose(|request| Behaviour::status(if request.method == "HEAD" { 404 } else { 200 }, ""));
    for (name, value, expected) in [
        (
            "x-amz-acl",
            "public-read",
            "400 InvalidBucketAclWithObjectOwnership",
        ),
        ("x-amz-object-ownership", "ObjectWriter", "501 NotImplemented"),
        ("x-amz-object-ownership", "BucketOwnerEnforced", "200"),
        ("x-amz-acl", "private", "200"),
    ] {
        let reply = send(&stage, &stage.root, create().header(name, value)).await;
        assert_eq!(reply.short(), expected, "{name} {value}: {}", text(&reply.body));
        let received = stage.upstream.take_received();
        assert!(received.iter().all(|request| request.header(name).is_empty()));
    }
}

#[tokio::test]
async fn the_ownership_of_objects_cannot_be_changed() {
    let controls = |ownership: &str| {
        let body = format!(
            "<OwnershipControls><Rule><ObjectOwnership>{ownership}</ObjectOwnership></Rule></OwnershipControls>"
        );
        S3Request::new("PUT", "/reports?ownershipControls").body(body)
    };
    check(S3Request::new("GET", "/reports?ownershipControls"), ("200", &[])).await;
    check(controls("BucketOwnerEnforced"), ("200", &[])).await;
    check(controls("ObjectWriter"), ("501 NotImplemented", &[])).await;
    check(controls("Nobody"), ("400 MalformedXML", &[])).await;
    check(
        S3Request::new("DELETE", "/reports?ownershipControls"),
        ("204", &[]),
    )
    .await;
}

#[tokio::test]
async fn an_object_that_is_not_there_has_no_list_of_access() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage.upstream.behave(Behaviour::status(404, ""));
    let reply = send(&stage, &stage.root, S3Request::new("GET", "/reports/a?acl")).await;
    assert_eq!(reply.short(), "404 NoSuchKey");
}
