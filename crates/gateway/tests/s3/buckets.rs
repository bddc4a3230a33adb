//! Buckets are claimed, created, listed and deleted.

use jiff::{SignedDuration, Timestamp};
use lanyard_names::AccountId;
use lanyard_testkit::{Behaviour, S3Request};

use crate::stage::{OURS, Stage};
use crate::{committed, heard, is_look, send, text};

/// A store that has a bucket or not, and answers a creation like this.
fn store(stage: &Stage, has_bucket: bool, creation: u16) {
    stage
        .upstream
        .choose(move |request| match request.method.as_str() {
            _ if is_look(request) => Behaviour::status(if has_bucket { 200 } else { 404 }, ""),
            "PUT" => Behaviour::status(creation, ""),
            "GET" => Behaviour::status(200, NOTHING),
            _ => Behaviour::status(204, ""),
        });
}

/// A list with nothing in it.
const NOTHING: &str = "<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>";
const LIST: &str = "GET /reports?list-type=2&max-keys=1";
const LIST_VERSIONS: &str = "GET /reports?versions=&max-keys=1";
const LOOK: &str = "HEAD /reports";
const CREATE: &str = "PUT /reports";

/// Creates a bucket; `expected` is the answer, what the store heard, and whether the bucket is there afterwards.
async fn check(stage: &Stage, request: S3Request, expected: (&str, &[&str], bool)) {
    let reply = send(stage, &stage.root, request).await;
    let is_there = stage.world.directory().global().bucket("reports").is_some();
    assert_eq!(
        (reply.short().as_str(), is_there),
        (expected.0, expected.2),
        "{}",
        text(&reply.body)
    );
    assert_eq!(heard(stage), expected.1);
}

fn create() -> S3Request {
    S3Request::new("PUT", "/reports")
}

#[tokio::test]
async fn a_bucket_is_created_once_and_belongs_to_the_account() {
    let stage = Stage::new().await;
    store(&stage, false, 200);
    let reply = send(&stage, &stage.root, create()).await;
    assert_eq!((reply.status, reply.header("location")), (200, "/reports"));
    assert_eq!(heard(&stage), [LOOK, CREATE]);
    // In us-east-1 it is no error to create it again.
    store(&stage, true, 200);
    check(&stage, create(), ("200", &[LOOK], true)).await;
    let theirs = send(&stage, &stage.other, create()).await;
    assert_eq!(
        (theirs.short().as_str(), heard(&stage).len()),
        ("409 BucketAlreadyExists", 0)
    );

    let ours = text(
        &send(&stage, &stage.root, S3Request::new("GET", "/?max-buckets=5"))
            .await
            .body,
    );
    assert!(
        ours.contains("<Name>reports</Name>") && ours.contains("us-east-1"),
        "{ours}"
    );
    let theirs = text(
        &send(&stage, &stage.other, S3Request::new("GET", "/?max-buckets=5"))
            .await
            .body,
    );
    assert!(theirs.contains("<Buckets/>"), "{theirs}");
    assert_eq!(heard(&stage), [""; 0]);
}

#[tokio::test]
async fn the_location_of_a_bucket_is_not_the_stores_business() {
    let stage = Stage::new().await;
    store(&stage, false, 200);
    let body = |location: &str| {
        format!(
            "<CreateBucketConfiguration><LocationConstraint>{location}</LocationConstraint></CreateBucketConfiguration>"
        )
    };
    check(
        &stage,
        create().body(body("Mars")),
        ("400 InvalidLocationConstraint", &[], false),
    )
    .await;
    let reply = send(&stage, &stage.root, create().body(body("eu-central-1"))).await;
    assert_eq!(reply.status, 200);
    let received = stage.upstream.take_received();
    assert_eq!(
        received.iter().map(|request| request.body.len()).sum::<usize>(),
        0
    );
    let location = send(&stage, &stage.root, S3Request::new("GET", "/reports?location")).await;
    assert_eq!(
        text(&location.body),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"
    );
}

#[tokio::test]
async fn what_the_store_has_and_nobody_owns_is_nobodys_to_create() {
    let stage = Stage::new().await;
    store(&stage, true, 200);
    check(&stage, create(), ("409 BucketAlreadyExists", &[LOOK], false)).await;
    assert!(stage.world.directory().global().bucket_claim("reports").is_none());
}

#[tokio::test]
async fn a_refusal_of_the_store_withdraws_the_claim() {
    let stage = Stage::new().await;
    store(&stage, false, 400);
    check(&stage, create(), ("500 InternalError", &[LOOK, CREATE], false)).await;
    store(&stage, false, 409);
    check(
        &stage,
        create(),
        ("409 BucketAlreadyExists", &[LOOK, CREATE], false),
    )
    .await;
    assert!(stage.world.directory().global().bucket_claim("reports").is_none());
    store(&stage, false, 200);
    check(&stage, create(), ("200", &[LOOK, CREATE], true)).await;
}

#[tokio::test]
async fn a_creation_of_which_nobody_knows_keeps_the_name() {
    let stage = Stage::new().await;
    store(&stage, false, 500);
    check(
        &stage,
        create(),
        ("503 ServiceUnavailable", &[LOOK, CREATE], false),
    )
    .await;
    // It may still be under way.
    check(&stage, create(), ("409 OperationAborted", &[], false)).await;
    let theirs = send(&stage, &stage.other, create()).await;
    assert_eq!(theirs.short(), "409 BucketAlreadyExists");
}

/// A retry after a creation that broke off, whose bucket the store has or has not.
async fn check_retry(has_bucket: bool, heard_of: &[&str]) {
    let stage = Stage::new().await;
    let ours = AccountId::parse(OURS).unwrap();
    let before = Timestamp::now() - SignedDuration::from_secs(90);
    let claiming = stage
        .world
        .directory()
        .claim_bucket("reports", ours, before, Vec::new());
    claiming.await.unwrap();
    store(&stage, has_bucket, 200);
    check(&stage, create(), ("200", heard_of, true)).await;
}

#[tokio::test]
async fn a_later_retry_goes_on_where_the_first_broke_off() {
    check_retry(true, &[LOOK]).await;
    check_retry(false, &[LOOK, CREATE]).await;
}

#[tokio::test]
async fn a_bucket_that_the_store_lost_can_be_created_again_and_is_a_new_one() {
    let stage = Stage::new().await;
    let claim = stage.bucket("reports", OURS).await;
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}}"#;
    stage.bucket_policy(&claim, policy, None).await;
    let theirs = send(&stage, &stage.other, create()).await;
    assert_eq!(theirs.short(), "409 BucketAlreadyExists");
    // The store may have it after all.
    store(&stage, false, 409);
    check(&stage, create(), ("200", &[LOOK, CREATE], true)).await;
    store(&stage, false, 500);
    check(
        &stage,
        create(),
        ("503 ServiceUnavailable", &[LOOK, CREATE], true),
    )
    .await;
    assert_eq!(
        stage.world.directory().global().bucket("reports").unwrap(),
        &claim
    );
    store(&stage, false, 200);
    check(&stage, create(), ("200", &[LOOK, CREATE], true)).await;
    assert_eq!(committed(&stage, "CreateBucket").await.len(), 1);
    let policy = send(&stage, &stage.root, S3Request::new("GET", "/reports?policy")).await;
    assert_eq!(policy.short(), "404 NoSuchBucketPolicy");
}

#[tokio::test]
async fn a_store_that_is_away_is_not_asked_for_anything_more() {
    let stage = Stage::new().await;
    store(&stage, false, 200);
    stage.upstream.behave(Behaviour::Silent);
    check(&stage, create(), ("503 ServiceUnavailable", &[LOOK], false)).await;
    assert!(stage.world.directory().global().bucket_claim("reports").is_none());
}

/// A store that lists like this and answers a deletion like that.
fn deleting(
    stage: &Stage,
    list: (u16, &'static str),
    versions: (u16, &'static str),
    deletion: (u16, &'static str),
) {
    stage.upstream.choose(move |request| {
        let (status, body) = match (request.method.as_str(), request.target.contains("versions")) {
            ("GET", false) => list,
            ("GET", true) => versions,
            _ => deletion,
        };
        Behaviour::status(status, body)
    });
}

#[tokio::test]
async fn a_bucket_is_gone_when_the_store_has_deleted_it() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let delete = || S3Request::new("DELETE", "/reports");
    let full = "<Error><Code>BucketNotEmpty</Code></Error>";
    let asked: &[&str] = &[LIST, LIST_VERSIONS, "DELETE /reports"];
    deleting(&stage, (200, NOTHING), (501, ""), (409, full));
    check(&stage, delete(), ("409 BucketNotEmpty", asked, true)).await;
    deleting(&stage, (200, NOTHING), (501, ""), (204, ""));
    check(&stage, delete(), ("204", asked, false)).await;
    check(&stage, delete(), ("404 NoSuchBucket", &[], false)).await;
}

#[tokio::test]
async fn a_bucket_with_anything_in_it_is_not_deleted_whatever_the_store_would_do() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let delete = || S3Request::new("DELETE", "/reports");
    let one = "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>";
    let marker = "<ListVersionsResult><DeleteMarker><Key>a</Key></DeleteMarker></ListVersionsResult>";
    deleting(&stage, (200, one), (501, ""), (204, ""));
    check(&stage, delete(), ("409 BucketNotEmpty", &[LIST], true)).await;
    deleting(&stage, (200, NOTHING), (200, marker), (204, ""));
    check(
        &stage,
        delete(),
        ("409 BucketNotEmpty", &[LIST, LIST_VERSIONS], true),
    )
    .await;
    deleting(&stage, (200, "no list"), (501, ""), (204, ""));
    check(&stage, delete(), ("503 ServiceUnavailable", &[LIST], true)).await;
    deleting(&stage, (500, ""), (501, ""), (204, ""));
    check(&stage, delete(), ("503 ServiceUnavailable", &[LIST], true)).await;
}

#[tokio::test]
async fn a_bucket_that_the_store_no_longer_has_is_given_up() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage.upstream.behave(Behaviour::status(404, ""));
    check(
        &stage,
        S3Request::new("DELETE", "/reports"),
        ("404 NoSuchBucket", &[LIST, "DELETE /reports"], false),
    )
    .await;
}

#[tokio::test]
async fn the_head_of_a_bucket_tells_the_region_that_was_signed_for() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let elsewhere = vec![("x-amz-bucket-region", "mars-north-1".to_owned())];
    for (status, region) in [(200, "us-east-1"), (404, "")] {
        stage.upstream.behave(Behaviour::Answers {
            status,
            headers: elsewhere.clone(),
            body: bytes::Bytes::new(),
        });
        let reply = send(&stage, &stage.root, S3Request::new("HEAD", "/reports")).await;
        assert_eq!(
            (reply.status, reply.header("x-amz-bucket-region")),
            (status, region)
        );
    }
}

#[tokio::test]
async fn creating_and_deleting_are_management_events() {
    let stage = Stage::new().await;
    store(&stage, false, 200);
    send(&stage, &stage.root, create()).await;
    send(&stage, &stage.root, S3Request::new("DELETE", "/reports")).await;
    for name in ["CreateBucket", "DeleteBucket"] {
        let records = committed(&stage, name).await;
        assert_eq!(records.len(), 1, "{records:#?}");
        for part in [
            "\"eventSource\":\"s3.amazonaws.com\"",
            "\"managementEvent\":true",
            "\"eventCategory\":\"Management\"",
            "\"ARN\":\"arn:aws:s3:::reports\"",
            "\"bucketName\":\"reports\"",
            "\"readOnly\":false",
        ] {
            assert!(records[0].contains(part), "{part} in {}", records[0]);
        }
    }
}
