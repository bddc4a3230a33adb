//! `mode=observe`: what policies deny is recorded and let through; nothing else is relaxed.

use lanyard_testkit::{Credentials, S3Request};

use crate::stage::{OURS, Stage, THEIRS, allow};

#[tokio::test]
async fn what_policies_deny_is_let_through_and_recorded() {
    let stage = Stage::with("mode=observe").await;
    stage.bucket("reports", OURS).await;
    let carla = stage.user("carla", &allow("s3:ListBucket", "*")).await;
    let reply = stage
        .send(S3Request::new("GET", "/reports/a").signed(&carla))
        .await;
    assert_eq!(reply.short(), "200");
    assert_eq!(stage.upstream.take_received().len(), 1);
    let id = reply.header("x-amz-request-id").to_owned();
    stage.world.settle().await;
    let record = stage
        .world
        .trail()
        .into_iter()
        .find(|line| line.contains(&id))
        .unwrap();
    assert!(record.contains(r#""errorCode":"AccessDenied""#), "{record}");
    assert!(record.contains(r#""observedOnly":true"#), "{record}");
}

#[tokio::test]
async fn nothing_else_is_relaxed() {
    let stage = Stage::with("mode=observe").await;
    stage.bucket("reports", OURS).await;
    stage.bucket("theirs", THEIRS).await;
    let carla = stage.user("carla", &allow("s3:ListBucket", "*")).await;
    let wrong = Credentials {
        secret: "wrong".to_owned(),
        ..carla.clone()
    };
    let get = S3Request::new("GET", "/reports/a");
    for (request, outcome) in [
        (get.signed(&wrong), "403 SignatureDoesNotMatch"),
        (get.anonymous(), "403 AccessDenied"),
        (
            S3Request::new("GET", "/theirs/a").signed(&carla),
            "403 AccessDenied",
        ),
        (
            S3Request::new("GET", "/nobodys/a").signed(&stage.root),
            "404 NoSuchBucket",
        ),
        (
            S3Request::new("GET", "/reports//a").signed(&carla),
            "400 InvalidURI",
        ),
        (
            S3Request::new("DELETE", "/reports?policy").signed(&carla),
            "403 AccessDenied",
        ),
    ] {
        let (got, received) = stage.outcome(request).await;
        assert_eq!((got.as_str(), received.len()), (outcome, 0));
    }
}
