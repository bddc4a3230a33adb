//! What the trail says of what the store did and did not do.

use lanyard_testkit::{Behaviour, Credentials, S3Request};
use serde_json::{Value, json};

use crate::send;
use crate::stage::{OURS, Reply, Stage, allow};

/// The parts of the records of a request that say what came of it.
async fn told(stage: &Stage, reply: &Reply) -> Vec<Value> {
    stage.world.settle().await;
    let id = reply.header("x-amz-request-id");
    let lines = stage.world.trail();
    let records = lines.iter().filter(|line| line.contains(id));
    let told = records.map(|line| {
        let record: Value = serde_json::from_str(line).unwrap();
        let mut additional = record["additionalEventData"].clone();
        if let Some(additional) = additional.as_object_mut() {
            for name in [
                "SignatureVersion",
                "AuthenticationMethod",
                "bytesTransferredIn",
                "bytesTransferredOut",
            ] {
                additional.remove(name);
            }
        }
        json!([record["eventName"], record["errorCode"], additional])
    });
    told.collect()
}

/// What is recorded of a request that the store answers like this.
async fn check(method: &str, target: &str, answer: (u16, &'static str), expected: Value) {
    let stage = Stage::with("data-events=all").await;
    stage.bucket("reports", OURS).await;
    stage.upstream.behave(Behaviour::status(answer.0, answer.1));
    let reply = send(&stage, &stage.root, S3Request::new(method, target)).await;
    assert_eq!(
        told(&stage, &reply).await,
        [expected],
        "{method} {target} {answer:?}"
    );
}

#[tokio::test]
async fn what_the_store_refuses_is_recorded_as_refused() {
    let missing = (
        404,
        "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>",
    );
    check(
        "GET",
        "/reports/a",
        missing,
        json!(["GetObject", "NoSuchKey", {"storeStatus": 404}]),
    )
    .await;
    check(
        "HEAD",
        "/reports/a",
        (404, ""),
        json!(["HeadObject", "NoSuchKey", {"storeStatus": 404}]),
    )
    .await;
    check(
        "PUT",
        "/reports/a",
        (507, "full"),
        json!(["PutObject", "InternalError", {"storeStatus": 507}]),
    )
    .await;
    // Of buckets it is recorded even if nothing else is.
    check(
        "DELETE",
        "/reports?lifecycle",
        (501, "<Error><Code>NotImplemented</Code></Error>"),
        json!(["DeleteBucketLifecycle", "NotImplemented", {"storeStatus": 501}]),
    )
    .await;
}

#[tokio::test]
async fn what_the_store_does_is_recorded_as_done() {
    check("GET", "/reports/a", (200, "abc"), json!(["GetObject", null, {}])).await;
    check("GET", "/reports/a", (304, ""), json!(["GetObject", null, {}])).await;
}

#[tokio::test]
async fn an_attempt_at_what_lanyard_answers_itself_is_recorded_too() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let request = S3Request::new("PUT", "/reports?policy").body("{}");
    let reply = send(&stage, &stage.root, request).await;
    let expected = json!(["PutBucketPolicy", "MalformedPolicy", null]);
    assert_eq!(told(&stage, &reply).await, [expected]);
}

/// What is recorded of a batch of these keys by somebody who may delete what is under `team/`.
async fn check_batch(words: &str, keys: &[&str], answer: (u16, &str), expected: Vec<Value>) {
    let stage = Stage::with(words).await;
    stage.bucket("reports", OURS).await;
    let policy = allow("s3:DeleteObject", "arn:aws:s3:::reports/team/*");
    let carla = stage.user("carla", &policy).await;
    let reply = delete(&stage, &carla, keys, answer).await;
    assert_eq!(
        told(&stage, &reply).await,
        expected,
        "{words} {keys:?} {answer:?}"
    );
}

async fn delete(stage: &Stage, who: &Credentials, keys: &[&str], answer: (u16, &str)) -> Reply {
    stage
        .upstream
        .behave(Behaviour::status(answer.0, answer.1.to_owned()));
    let keys = keys
        .iter()
        .map(|key| format!("<Object><Key>{key}</Key></Object>"));
    let body = format!("<Delete>{}</Delete>", keys.collect::<String>());
    send(stage, who, S3Request::new("POST", "/reports?delete").body(body)).await
}

const DELETED: &str = "<DeleteResult><Deleted><Key>team/a</Key></Deleted></DeleteResult>";

#[tokio::test]
async fn a_batch_leaves_one_record_with_its_keys_and_what_became_of_them() {
    check_batch(
        "data-events=all",
        &["other/b", "team/a", "other/c"],
        (200, DELETED),
        vec![json!(["DeleteObjects", "AccessDenied", {
            "keyCount": 3, "keysDenied": ["other/b", "other/c"], "keysDeleted": ["team/a"]}])],
    )
    .await;
    check_batch(
        "data-events=all",
        &["team/a"],
        (200, DELETED),
        vec![json!(["DeleteObjects", null, {"keyCount": 1, "keysDeleted": ["team/a"]}])],
    )
    .await;
    let failed = "<DeleteResult><Error><Key>team/a</Key><Code>Locked</Code></Error></DeleteResult>";
    check_batch(
        "data-events=all",
        &["team/a"],
        (200, failed),
        vec![json!(["DeleteObjects", null, {
            "keyCount": 1, "keysFailed": [{"key": "team/a", "errorCode": "Locked"}]}])],
    )
    .await;
}

#[tokio::test]
async fn denials_of_a_batch_are_always_recorded_and_the_rest_as_configured() {
    check_batch("", &["team/a"], (200, DELETED), vec![]).await;
    check_batch(
        "",
        &["other/b", "other/c"],
        (200, DELETED),
        vec![json!(["DeleteObjects", "AccessDenied", {"keyCount": 2, "keysDenied": ["other/b", "other/c"]}])],
    )
    .await;
    check_batch(
        "",
        &["other/b", "team/a"],
        (503, "<Error><Code>SlowDown</Code></Error>"),
        vec![json!(["DeleteObjects", "AccessDenied", {
            "keyCount": 2, "keysDenied": ["other/b"], "keysUnknown": ["team/a"], "storeError": "SlowDown"}])],
    )
    .await;
}

#[tokio::test]
async fn what_is_only_observed_of_a_batch_is_one_record_too() {
    let answer = "<DeleteResult><Deleted><Key>team/a</Key></Deleted><Deleted><Key>other/b</Key></Deleted>\
                  </DeleteResult>";
    check_batch(
        "mode=observe",
        &["other/b", "team/a"],
        (200, answer),
        vec![json!(["DeleteObjects", "AccessDenied", {
        "keyCount": 2, "keysObserved": ["other/b"], "keysDeleted": ["team/a"], "observedOnly": true,
        "permissions": [
            {"action": "s3:DeleteObject", "resource": "arn:aws:s3:::reports/other/b", "decision": "Denied"},
            {"action": "s3:DeleteObject", "resource": "arn:aws:s3:::reports/team/a", "decision": "Allowed"},
        ]}])],
    )
    .await;
}
