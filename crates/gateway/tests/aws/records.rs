//! What the trail is told.

use lanyard_testkit::Behaviour;
use serde_json::json;

use crate::stage::{OURS, QUEUE, ServiceRequest, Stage, allow, message};

fn ours() -> ServiceRequest {
    message(&format!("{OURS}/jobs"))
}

#[tokio::test]
async fn a_denial_is_recorded_without_what_the_request_said() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("sqs:ListQueues", "*")).await;
    let reply = stage.send(ours().signed(&carla)).await;
    let record = stage.record(&reply).await;
    let told = |name: &str| record[name].clone();
    assert_eq!(told("eventSource"), "sqs.amazonaws.com");
    assert_eq!(told("eventName"), "SendMessage");
    assert_eq!(told("awsRegion"), "eu-west-1");
    assert_eq!(told("errorCode"), "AccessDenied");
    assert_eq!(told("apiVersion"), "2012-11-05");
    assert_eq!(told("eventCategory"), "Data");
    assert_eq!(told("requestParameters"), json!(null));
    assert_eq!(told("additionalEventData"), json!(null));
    assert_eq!(
        told("resources"),
        json!([{"accountId": OURS, "type": "AWS::SQS::Queue", "ARN": QUEUE}])
    );
    assert!(!record.to_string().contains("hello"));
}

#[tokio::test]
async fn what_passes_is_recorded_if_it_changes_a_resource_or_was_asked_for() {
    let create = ServiceRequest::json("sqs", "AmazonSQS.CreateQueue", r#"{"QueueName":"jobs"}"#);
    let stage = Stage::new().await;
    let reply = stage.send(create.signed(&stage.root)).await;
    assert_eq!(reply.short(), "200");
    assert_eq!(stage.record(&reply).await["eventCategory"], "Management");
    let reply = stage.send(ours().signed(&stage.root)).await;
    assert_eq!(reply.short(), "200");
    assert!(stage.is_unrecorded(&reply).await);
    let stage = Stage::with("data-events=all").await;
    let reply = stage.send(ours().signed(&stage.root)).await;
    assert_eq!(stage.record(&reply).await["errorCode"], json!(null));
}

#[tokio::test]
async fn what_the_upstream_refuses_is_recorded_as_refused() {
    let stage = Stage::with("data-events=all").await;
    stage.upstream.behave(Behaviour::status(
        400,
        r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}"#,
    ));
    let reply = stage.send(ours().signed(&stage.root)).await;
    assert_eq!((reply.status, reply.outcome.error), (400, None));
    assert!(reply.text().contains("QueueDoesNotExist"));
    let record = stage.record(&reply).await;
    assert_eq!(record["errorCode"], "QueueDoesNotExist");
    assert_eq!(record["errorMessage"], "no such queue");
    assert_eq!(record["additionalEventData"], json!({"upstreamStatus": 400}));
}
