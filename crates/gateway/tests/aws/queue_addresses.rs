//! SQS tells clients addresses of queues, which some of them send to.

use lanyard_testkit::Behaviour;

use crate::stage::{ServiceRequest, Stage};

/// What the client is told of what the upstream answered.
async fn check(stage: &Stage, request: ServiceRequest, answered: &str, told: &str) {
    stage.upstream.behave(Behaviour::ok(answered.to_owned()));
    let reply = stage.send(request.signed(&stage.root)).await;
    let length = told.len().to_string();
    assert_eq!(
        (
            reply.status,
            reply.text().as_str(),
            reply.header("content-length")
        ),
        (200, told, length.as_str())
    );
}

#[tokio::test]
async fn the_address_of_a_queue_is_ours() {
    let stage = Stage::new().await;
    let (theirs, ours) = (
        "http://10.0.0.1:9324/111122223333/jobs",
        "http://127.0.0.1:4260/111122223333/jobs",
    );
    for (operation, body, answer) in [
        ("CreateQueue", r#"{"QueueName":"jobs"}"#, r#"{"QueueUrl":"@"}"#),
        ("GetQueueUrl", r#"{"QueueName":"jobs"}"#, r#"{"QueueUrl":"@"}"#),
        ("ListQueues", "{}", r#"{"QueueUrls":["@","@"]}"#),
    ] {
        let request = ServiceRequest::json("sqs", &format!("AmazonSQS.{operation}"), body);
        check(
            &stage,
            request,
            &answer.replace('@', theirs),
            &answer.replace('@', ours),
        )
        .await;
    }
    let request = ServiceRequest::form("sqs", "Action=GetQueueUrl&Version=2012-11-05&QueueName=jobs");
    let answer = "<GetQueueUrlResponse><GetQueueUrlResult><QueueUrl>@</QueueUrl></GetQueueUrlResult></GetQueueUrlResponse>";
    check(
        &stage,
        request,
        &answer.replace('@', theirs),
        &answer.replace('@', ours),
    )
    .await;
}

#[tokio::test]
async fn no_other_answer_is_touched() {
    let stage = Stage::new().await;
    let body = r#"{"QueueUrl":"http://127.0.0.1:4260/111122223333/jobs"}"#;
    let answer = r#"{"Messages": [{"Body":"http://10.0.0.1/a"}], "QueueUrl":"http://10.0.0.1/a"}"#;
    let request = ServiceRequest::json("sqs", "AmazonSQS.ReceiveMessage", body);
    check(&stage, request, answer, answer).await;
}
