//! Batch deletes, decided key by key.

use lanyard_testkit::{Behaviour, S3Request};

use crate::stage::{OURS, Stage, allow};
use crate::{send, text};

/// Deletes these keys as a user who may delete what is under `team/`. `expected` is what the store is sent, if it is
/// asked at all, and what the client is told.
async fn check(inner: &str, answered: &str, expected: (Option<&str>, &str)) {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage
        .user("carla", &allow("s3:DeleteObject", "arn:aws:s3:::reports/team/*"))
        .await;
    let namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    let answered = format!("<DeleteResult {namespace}>{answered}</DeleteResult>");
    stage.upstream.behave(Behaviour::status(200, answered));
    let request = S3Request::new("POST", "/reports?delete").body(format!("<Delete>{inner}</Delete>"));
    let reply = send(&stage, &carla, request).await;
    let received = stage.upstream.take_received();
    let sent = expected
        .0
        .map(|inner| format!("<Delete {namespace}>{inner}</Delete>"));
    assert_eq!(received.first().map(|request| text(&request.body)), sent);
    for request in &received {
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("POST", "/reports?delete")
        );
        assert_eq!(request.header("content-md5").len(), 24);
    }
    assert_eq!(
        (reply.status, text(&reply.body)),
        (
            200,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DeleteResult {namespace}>{}</DeleteResult>",
                expected.1
            )
        )
    );
}

fn denied(key: &str, version: &str, action: &str) -> String {
    format!(
        "<Error><Key>{key}</Key>{version}<Code>AccessDenied</Code><Message>User: \
         arn:aws:iam::111122223333:user/carla is not authorized to perform: {action} on resource: \
         &quot;arn:aws:s3:::reports/{key}&quot; because no identity-based policy allows the {action} action</Message>\
         </Error>"
    )
}

const A: &str = "<Object><Key>team/a</Key></Object>";
const B: &str = "<Object><Key>other/b</Key></Object>";

#[tokio::test]
async fn what_may_be_deleted_is_and_the_rest_is_told() {
    check(
        &format!("{B}{A}"),
        "<Deleted><Key>team/a</Key></Deleted>",
        (
            Some(A),
            &format!(
                "{}<Deleted><Key>team/a</Key></Deleted>",
                denied("other/b", "", "s3:DeleteObject")
            ),
        ),
    )
    .await;
}

#[tokio::test]
async fn errors_of_the_store_are_told_and_a_quiet_answer_is_errors_only() {
    let error = "<Error><Key>team/a</Key><Code>InternalError</Code><Message>The store did not delete it.\
                 </Message></Error>";
    check(
        &format!("<Quiet>true</Quiet>{A}{B}"),
        &error.replace("The store did not delete it.", "disk on node-7"),
        (
            Some(&format!("{A}<Quiet>true</Quiet>")),
            &format!("{error}{}", denied("other/b", "", "s3:DeleteObject")),
        ),
    )
    .await;
}

#[tokio::test]
async fn if_nothing_may_be_deleted_the_store_is_not_asked() {
    check(B, "", (None, &denied("other/b", "", "s3:DeleteObject"))).await;
}

#[tokio::test]
async fn a_key_that_is_none_is_an_error_of_its_own() {
    let object = |key: &str| format!("<Object><Key>{key}</Key></Object>");
    let refused = |key: &str, message: &str| {
        format!("<Error><Key>{key}</Key><Code>InvalidURI</Code><Message>{message}</Message></Error>")
    };
    let segment = "The target is not valid: a key with an empty segment, or with one of dots only.";
    let empty = "The target is not valid: a key that is empty or has a NUL.";
    let deleted = "<Deleted><Key>team/a</Key></Deleted>";
    check(
        &format!("{}{A}{}{}", object("team//x"), object("../x"), object("")),
        deleted,
        (
            Some(A),
            &format!(
                "{}{deleted}{}{}",
                refused("team//x", segment),
                refused("../x", segment),
                refused("", empty).replace("<Key></Key>", "<Key/>")
            ),
        ),
    )
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_document_is_told() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let quiet = format!("<Delete><Quiet>TRUE</Quiet>{A}</Delete>");
    let request = S3Request::new("POST", "/reports?delete").body(quiet);
    let reply = send(&stage, &stage.root, request).await;
    assert_eq!(reply.short(), "400 MalformedXML");
    let told = text(&reply.body);
    assert!(told.contains("<Detail>"), "{told}");
}

#[tokio::test]
async fn a_version_is_a_permission_of_its_own() {
    let versioned = "<Object><Key>team/a</Key><VersionId>v1</VersionId></Object>";
    check(
        &format!("{A}{versioned}"),
        "<Deleted><Key>team/a</Key></Deleted>",
        (
            Some(A),
            &format!(
                "<Deleted><Key>team/a</Key></Deleted>{}",
                denied("team/a", "<VersionId>v1</VersionId>", "s3:DeleteObjectVersion")
            ),
        ),
    )
    .await;
}

#[tokio::test]
async fn a_store_that_refuses_is_told_of() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    stage
        .upstream
        .behave(Behaviour::status(503, "<Error><Code>SlowDown</Code></Error>"));
    let request = || S3Request::new("POST", "/reports?delete").body(format!("<Delete>{A}</Delete>"));
    assert_eq!(send(&stage, &stage.root, request()).await.short(), "503 SlowDown");
    let nobodys = S3Request::new("POST", "/nobodys?delete").body(format!("<Delete>{A}</Delete>"));
    stage.upstream.take_received();
    assert_eq!(
        send(&stage, &stage.root, nobodys).await.short(),
        "404 NoSuchBucket"
    );
    assert_eq!(stage.upstream.take_received().len(), 0);
}

#[tokio::test]
async fn a_denied_key_leaves_a_record() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage.user("carla", &allow("s3:GetObject", "*")).await;
    let request = S3Request::new("POST", "/reports?delete").body(format!("<Delete>{A}{B}</Delete>"));
    let reply = send(&stage, &carla, request).await;
    assert_eq!(reply.status, 200);
    let id = reply.header("x-amz-request-id");
    let trail = stage.world.trail();
    let records: Vec<_> = trail.iter().filter(|line| line.contains(id)).collect();
    assert_eq!(records.len(), 1, "{trail:#?}");
    assert!(
        records[0].contains("\"errorCode\":\"AccessDenied\""),
        "{}",
        records[0]
    );
}

#[tokio::test]
async fn the_store_is_asked_once_whether_it_keeps_versions() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::reports/*"},
        {"Effect":"Deny","Action":"s3:DeleteObjectVersion","Resource":"arn:aws:s3:::reports/*"}]}"#;
    let carla = stage.user("carla", policy).await;
    stage.upstream.choose(|request| {
        let answer = if request.target.contains("versioning") {
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        } else {
            "<DeleteResult><Deleted><Key>a</Key></Deleted><Deleted><Key>b</Key></Deleted></DeleteResult>"
        };
        Behaviour::ok(answer)
    });
    let keys = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
    let reply = send(
        &stage,
        &carla,
        S3Request::new("POST", "/reports?delete").body(keys),
    )
    .await;
    assert_eq!(reply.status, 200);
    assert!(!text(&reply.body).contains("<Error>"), "{}", text(&reply.body));
    let received = stage.upstream.take_received();
    let asked = received
        .iter()
        .filter(|request| request.target.contains("versioning"));
    assert_eq!((asked.count(), received.len()), (1, 2));
}
