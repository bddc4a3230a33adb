//! `mode=observe`: what policies deny passes, and every request is recorded with what it needed.

use serde_json::json;

use crate::stage::{OURS, QUEUE, ServiceRequest, Stage, THEIRS, admit, allow, message};

#[tokio::test]
async fn what_policies_deny_passes_and_is_recorded_with_its_permissions() {
    let stage = Stage::with("mode=observe").await;
    let carla = stage.user("carla", &allow("sqs:ListQueues", "*")).await;
    let reply = stage.send(message(&format!("{OURS}/jobs")).signed(&carla)).await;
    assert_eq!(
        (reply.short().as_str(), stage.upstream.take_received().len()),
        ("200", 1)
    );
    let record = stage.record(&reply).await;
    assert_eq!(record["errorCode"], "AccessDenied");
    assert_eq!(
        record["additionalEventData"],
        json!({
            "observedOnly": true,
            "permissions": [{"action": "sqs:SendMessage", "resource": QUEUE, "decision": "Denied"}],
        })
    );
}

#[tokio::test]
async fn what_policies_allow_is_recorded_as_well() {
    let stage = Stage::with("mode=observe data-events=none").await;
    let list = ServiceRequest::json("sqs", "AmazonSQS.ListQueues", "{}");
    let reply = stage.send(list.signed(&stage.root)).await;
    assert_eq!(reply.short(), "200");
    let record = stage.record(&reply).await;
    assert_eq!(record["errorCode"], json!(null));
    assert_eq!(
        record["additionalEventData"]["permissions"],
        json!([{"action": "sqs:ListQueues", "resource": "arn:aws:sqs:eu-west-1:111122223333:", "decision": "Allowed"}])
    );
}

#[tokio::test]
async fn nothing_else_is_relaxed() {
    let stage = Stage::with("mode=observe").await;
    let dora = stage.user_of(&stage.other, "dora", &allow("*", "*")).await;
    let ours = message(&format!("{OURS}/jobs"));
    stage.check(ours.signed(&dora), "403 AccessDeniedException").await;
    stage
        .check(
            message(&format!("{THEIRS}/jobs")).signed(&dora),
            "403 AccessDeniedException",
        )
        .await;
    // Nor for somebody of another account whom only the resource's policy admits.
    let emil = stage
        .user_of(&stage.other, "emil", &allow("sqs:ReceiveMessage", "*"))
        .await;
    let theirs = format!("arn:aws:iam::{THEIRS}:root");
    stage
        .resource_policy(QUEUE, &admit(&theirs, "sqs:*", QUEUE))
        .await;
    stage.check(ours.signed(&emil), "403 AccessDeniedException").await;
    let reply = stage.send(ours.unsigned()).await;
    assert!(reply.outcome.is_authentication_failure);
    assert!(stage.upstream.take_received().is_empty());
}
