//! Services that call others for whoever called them.

use lanyard_testkit::{Credentials, Received};

use crate::stage::{OURS, QUEUE, ServiceRequest, Stage, THEIRS, admit, allow, message};

const STACKS: &str = "stacks.example.com";

/// What the service behind was handed.
fn handed(received: &Received) -> Option<Credentials> {
    let [id, secret, token] = ["access-key-id", "secret-access-key", "session-token"]
        .map(|name| received.header(&format!("x-lanyard-{name}")).to_owned());
    (!id.is_empty()).then_some(Credentials {
        access_key_id: id,
        secret,
        session_token: Some(token),
    })
}

/// A policy that lets somebody receive messages, and send them through a service alone.
fn through(service: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}},
            {{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*",
              "Condition":{{"ForAnyValue:StringEquals":{{"aws:CalledVia":"{service}"}}}}}}]}}"#
    )
}

#[tokio::test]
async fn a_service_does_for_its_caller_what_the_caller_may_through_it() {
    let stage = Stage::with("forward-access=stacks.example.com").await;
    let carla = stage.user("carla", &through(STACKS)).await;
    let jobs = format!("{OURS}/jobs");
    let send = message(&jobs);
    stage
        .check(send.signed(&carla), "403 AccessDeniedException")
        .await;
    let receive = ServiceRequest::json(
        "sqs",
        "AmazonSQS.ReceiveMessage",
        &format!(r#"{{"QueueUrl":"http://127.0.0.1/{jobs}"}}"#),
    );
    let (outcome, received) = stage.outcome(receive.signed(&carla)).await;
    assert_eq!(outcome, "200");
    let service = handed(&received[0]).unwrap();
    assert_ne!(service.access_key_id, carla.access_key_id);
    // The service is told nothing that it could use as the caller itself, but what is signed.
    assert_eq!(received[0].header("x-amz-security-token"), "");
    let (outcome, received) = stage.outcome(send.signed(&service)).await;
    assert_eq!(outcome, "200");
    // And so on: what it calls is handed a session of its own.
    assert!(handed(&received[0]).is_some());
    // What it was handed is not more than the caller has.
    let purge = ServiceRequest::json(
        "sqs",
        "AmazonSQS.PurgeQueue",
        &format!(r#"{{"QueueUrl":"http://127.0.0.1/{jobs}"}}"#),
    );
    stage
        .check(purge.signed(&service), "403 AccessDeniedException")
        .await;
}

#[tokio::test]
async fn who_is_not_configured_is_handed_nothing_whatever_the_client_sends() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("sqs:*", "*")).await;
    let send = message(&format!("{OURS}/jobs")).header("x-lanyard-access-key-id", "forged");
    let (_, received) = stage.outcome(send.signed(&carla)).await;
    assert!(received.iter().all(|received| handed(received).is_none()));
}

#[tokio::test]
async fn a_client_cannot_hand_the_service_anything() {
    let stage = Stage::with("forward-access=stacks.example.com").await;
    let carla = stage.user("carla", &allow("sqs:*", "*")).await;
    let send = message(&format!("{OURS}/jobs")).header("x-lanyard-session-token", "forged");
    let (_, received) = stage.outcome(send.signed(&carla)).await;
    for received in received {
        assert_ne!(received.header("x-lanyard-session-token"), "forged");
    }
}

#[tokio::test]
async fn a_service_acts_for_nobody_of_another_account() {
    for (words, expected) in [
        ("", "200"),
        ("forward-access=stacks.example.com", "403 AccessDeniedException"),
        (
            "mode=observe forward-access=stacks.example.com",
            "403 AccessDeniedException",
        ),
    ] {
        let stage = Stage::with(words).await;
        let dora = stage.user_of(&stage.other, "dora", &allow("*", "*")).await;
        let admitted = admit(&format!("arn:aws:iam::{THEIRS}:root"), "sqs:SendMessage", QUEUE);
        stage.resource_policy(QUEUE, &admitted).await;
        stage
            .check(message(&format!("{OURS}/jobs")).signed(&dora), expected)
            .await;
        let received = stage.upstream.take_received();
        assert!(received.iter().all(|received| handed(received).is_none()));
    }
}
