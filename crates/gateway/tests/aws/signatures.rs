//! Who cannot be authenticated reaches nothing, whatever the operation.

use jiff::SignedDuration;
use lanyard_sigv4::{PayloadHash, StreamingPayload};
use lanyard_testkit::Credentials;

use crate::stage::{OURS, ServiceRequest, Stage, allow, message};

fn ours() -> ServiceRequest {
    message(&format!("{OURS}/jobs"))
}

#[tokio::test]
async fn requests_without_a_signature_or_with_a_wrong_one_are_refused() {
    let stage = Stage::new().await;
    let wrong = Credentials {
        secret: "wrong".to_owned(),
        ..stage.root.clone()
    };
    let gone = Credentials {
        access_key_id: "AKIAZZZZZZZZZZZZZZZZ".to_owned(),
        ..stage.root.clone()
    };
    let late = ours().aged(SignedDuration::from_mins(20));
    for (request, expected) in [
        (ours().unsigned(), "MissingAuthenticationToken"),
        (ours().signed(&wrong), "Signature"),
        (ours().signed(&gone), "Token"),
        (late.signed(&stage.root), "Signature"),
    ] {
        let reply = stage.send(request).await;
        let code = reply.outcome.error.unwrap_or_default();
        assert!((400..=403).contains(&reply.status), "{reply:?}");
        assert!(
            code.contains(expected) || code.contains("UnrecognizedClient"),
            "{code} {expected}"
        );
        assert!(reply.outcome.is_authentication_failure);
    }
    assert!(stage.upstream.take_received().is_empty());
}

#[tokio::test]
async fn a_body_that_was_changed_on_the_way_reaches_nobody() {
    let stage = Stage::new().await;
    for request in [ours(), ours().declared()] {
        let mut signed = request.signed(&stage.root);
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let changed = body.replace("hello", "hallo");
        *signed.body_mut() = http_body_util::Full::new(changed.into());
        let (outcome, received) = stage.outcome(signed).await;
        assert!(outcome.contains("Signature"), "{outcome}");
        assert!(received.is_empty());
    }
}

#[tokio::test]
async fn a_body_is_unsigned_only_where_its_operation_says_so() {
    let stage = Stage::new().await;
    let in_chunks = PayloadHash::Streaming(StreamingPayload::UnsignedWithTrailer);
    let invoke = ServiceRequest::new("lambda", "POST", "/2015-03-31/functions/f/invocations").body("x");
    for unsigned in [
        ours().payload(PayloadHash::Unsigned),
        invoke.clone().payload(PayloadHash::Unsigned),
        invoke.payload(in_chunks),
    ] {
        let (outcome, received) = stage.outcome(unsigned.signed(&stage.root)).await;
        assert!(outcome.contains("Signature"), "{outcome}");
        assert!(received.is_empty());
    }
}

#[tokio::test]
async fn a_signature_for_one_service_is_none_for_another() {
    let stage = Stage::new().await;
    // What is signed for SNS goes to SNS, which has no such operation.
    let body = String::from_utf8(ours().body.to_vec()).unwrap();
    let strayed = ServiceRequest::json("sns", "AmazonSQS.SendMessage", &body);
    let reply = stage.send(strayed.signed(&stage.root)).await;
    assert!((400..=404).contains(&reply.status), "{reply:?}");
    assert!(stage.upstream.take_received().is_empty());
}

#[tokio::test]
async fn a_presigned_request_is_its_signers() {
    let stage = Stage::new().await;
    let carla = stage
        .user(
            "carla",
            &allow(
                "lambda:GetFunction",
                "arn:aws:lambda:eu-west-1:111122223333:function:resize",
            ),
        )
        .await;
    let get = ServiceRequest::new("lambda", "GET", "/2015-03-31/functions/resize");
    let (outcome, received) = stage.outcome(get.presigned(&carla, 60)).await;
    assert_eq!((outcome.as_str(), received.len()), ("200", 1));
    // Nothing of the signature goes on.
    assert_eq!(received[0].target, "/2015-03-31/functions/resize");
    let other = ServiceRequest::new("lambda", "GET", "/2015-03-31/functions/other");
    stage
        .check(other.presigned(&carla, 60), "403 AccessDeniedException")
        .await;
    let (outcome, received) = stage
        .outcome(get.aged(SignedDuration::from_secs(61)).presigned(&carla, 60))
        .await;
    assert!(outcome.contains("Signature"), "{outcome}");
    assert!(received.is_empty());
}
