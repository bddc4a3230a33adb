//! Servers that read more into a request than its protocol says find nothing.

use lanyard_testkit::Received;

use crate::stage::{OURS, ServiceRequest, Stage, allow, message};

/// What cuts a body at every `&` and finds an operation in it.
const WITHIN: &str = "&Action=DeleteQueue&QueueUrl=other&";

fn text(received: &Received) -> String {
    String::from_utf8(received.body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_text_in_json_cannot_be_taken_for_parameters() {
    let stage = Stage::new().await;
    let with = |name: &str, value: &str| {
        let body = format!(r#"{{"QueueUrl":"http://127.0.0.1:4260/{OURS}/jobs","{name}":"{value}"}}"#);
        ServiceRequest::json("sqs", "AmazonSQS.SendMessage", &body)
    };
    for request in [
        with("MessageBody", WITHIN),
        with("MessageBody", WITHIN).declared(),
        with("MessageGroupId", WITHIN),
    ] {
        let (outcome, received) = stage.outcome(request.signed(&stage.root)).await;
        assert_eq!(outcome, "200");
        let sent: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let came: serde_json::Value = serde_json::from_slice(&received[0].body).unwrap();
        assert_eq!(came, sent);
        assert!(!text(&received[0]).contains('&'), "{}", text(&received[0]));
        assert_eq!(
            received[0].header("content-length"),
            received[0].body.len().to_string()
        );
    }
    let body = format!(r#"{{"Description":"{WITHIN}"}}"#);
    let function = ServiceRequest::new("lambda", "PUT", "/2015-03-31/functions/f/configuration").body(body);
    let (outcome, received) = stage.outcome(function.signed(&stage.root)).await;
    assert_eq!(outcome, "200");
    assert!(!text(&received[0]).contains('&'), "{}", text(&received[0]));
    // What has none goes on as it came.
    let request = message(&format!("{OURS}/jobs"));
    let (_, received) = stage.outcome(request.signed(&stage.root)).await;
    assert_eq!(received[0].body, request.body);
}

/// Whoever has no permission can have things looked up.
#[tokio::test]
async fn a_name_that_is_looked_up_cannot_be_taken_for_parameters() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("sqs:ListQueues", "*")).await;
    let body = format!(r#"{{"SecretId":"db{WITHIN}"}}"#);
    let secret = ServiceRequest::json("secretsmanager", "secretsmanager.GetSecretValue", &body);
    let (_, received) = stage.outcome(secret.signed(&carla)).await;
    for asked in &received {
        assert!(!text(asked).contains('&'), "{}", text(asked));
    }
    let targets: Vec<_> = received
        .iter()
        .map(|asked| asked.header("x-amz-target"))
        .collect();
    assert_eq!(targets, ["secretsmanager.DescribeSecret"]);
}

/// A parameter in the address keeps such servers from looking for some in the body.
#[tokio::test]
async fn the_address_says_what_is_to_be_done_with_a_payload() {
    let stage = Stage::new().await;
    let invoke = "/2015-03-31/functions/f/invocations";
    for (target, expected) in [
        (invoke.to_owned(), format!("{invoke}?x-id=Invoke")),
        (format!("{invoke}?Qualifier=1"), format!("{invoke}?Qualifier=1")),
    ] {
        for request in [
            ServiceRequest::new("lambda", "POST", &target).body(WITHIN),
            ServiceRequest::new("lambda", "POST", &target)
                .body(WITHIN)
                .declared(),
        ] {
            let (outcome, received) = stage.outcome(request.signed(&stage.root)).await;
            assert_eq!(outcome, "200");
            assert_eq!(
                (received[0].target.as_str(), text(&received[0])),
                (expected.as_str(), WITHIN.to_owned())
            );
        }
    }
}

#[tokio::test]
async fn what_has_a_second_reading_is_refused() {
    let stage = Stage::new().await;
    let invoke = |content_type: &str| {
        ServiceRequest::new("lambda", "POST", "/2015-03-31/functions/f/invocations")
            .header("content-type", content_type)
            .body("--b\r\nContent-Disposition: form-data; name=\"Action\"\r\n\r\nListFunctions\r\n--b--\r\n")
    };
    for content_type in ["multipart/form-data; boundary=b", "Multipart/Mixed;boundary=b"] {
        stage
            .check(
                invoke(content_type).signed(&stage.root),
                "400 SerializationException",
            )
            .await;
    }
    stage.check(invoke("text/plain").signed(&stage.root), "200").await;
    let code = |query: &str| {
        ServiceRequest::new(
            "apigateway",
            "GET",
            &format!("/restapis/a/stages/s/sdks/java?{query}"),
        )
    };
    stage
        .check(
            code("Action=DeleteRestApi").signed(&stage.root),
            "400 SerializationException",
        )
        .await;
    stage.check(code("groupId=a").signed(&stage.root), "200").await;
}
