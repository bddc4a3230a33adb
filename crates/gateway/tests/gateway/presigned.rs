//! Presigned URLs: they can what their signer can, at the time of use, as long as the key lives.

use jiff::SignedDuration;
use lanyard_testkit::S3Request;

use crate::stage::{OURS, Stage, allow};

#[tokio::test]
async fn a_presigned_request_follows_its_signers_policy_and_dies_with_the_key() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage
        .user("carla", &allow("s3:GetObject", "arn:aws:s3:::reports/*"))
        .await;
    let get = S3Request::new("GET", "/reports/a");
    let url = || get.presigned(&carla, 600);

    let (got, received) = stage.outcome(url()).await;
    assert_eq!((got.as_str(), received[0].target.as_str()), ("200", "/reports/a"));

    let nothing = allow("s3:PutObject", "*");
    let parameters = [
        ("UserName", "carla"),
        ("PolicyName", "p"),
        ("PolicyDocument", &*nothing),
    ];
    stage.iam(&stage.root, "PutUserPolicy", &parameters).await;
    let (got, received) = stage.outcome(url()).await;
    assert_eq!((got.as_str(), received.len()), ("403 AccessDenied", 0));

    let again = allow("s3:GetObject", "*");
    let parameters = [
        ("UserName", "carla"),
        ("PolicyName", "p"),
        ("PolicyDocument", &*again),
    ];
    stage.iam(&stage.root, "PutUserPolicy", &parameters).await;
    let parameters = [("UserName", "carla"), ("AccessKeyId", &*carla.access_key_id)];
    stage.iam(&stage.root, "DeleteAccessKey", &parameters).await;
    let (got, received) = stage.outcome(url()).await;
    assert_eq!((got.as_str(), received.len()), ("403 InvalidAccessKeyId", 0));
}

#[tokio::test]
async fn a_presigned_request_has_an_end() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let get = S3Request::new("GET", "/reports/a").aged(SignedDuration::from_secs(120));
    let reply = stage.send(get.presigned(&stage.root, 60)).await;
    assert_eq!(
        (reply.short().as_str(), reply.message().as_str()),
        ("403 AccessDenied", "Request has expired")
    );
    assert_eq!(stage.send(get.presigned(&stage.root, 180)).await.short(), "200");
    let none = stage
        .send(S3Request::new("GET", "/reports/a").presigned(&stage.root, 0))
        .await;
    assert_eq!(none.short(), "400 AuthorizationQueryParametersError");
    let long = stage
        .send(S3Request::new("GET", "/reports/a").presigned(&stage.root, 700_000))
        .await;
    assert_eq!(long.short(), "400 AuthorizationQueryParametersError");
}

#[tokio::test]
async fn policies_can_ask_how_and_when_a_request_was_signed() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let conditions = |condition: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[
                {{"Effect":"Allow","Action":"s3:*","Resource":"*"}},
                {{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{condition}}}]}}"#
        )
    };
    let headers_only = conditions(r#"{"StringNotEquals":{"s3:authType":"REST-HEADER"}}"#);
    let young_only = conditions(r#"{"NumericGreaterThan":{"s3:signatureAge":60000}}"#);
    let signed_bodies = conditions(r#"{"StringEquals":{"s3:x-amz-content-sha256":"UNSIGNED-PAYLOAD"}}"#);
    let headers_only = stage.user("headers", &headers_only).await;
    let young_only = stage.user("young", &young_only).await;
    let signed_bodies = stage.user("bodies", &signed_bodies).await;
    let get = S3Request::new("GET", "/reports/a");
    let old = get.clone().aged(SignedDuration::from_secs(120));
    assert_eq!(stage.send(get.signed(&headers_only)).await.short(), "200");
    assert_eq!(
        stage.send(get.presigned(&headers_only, 600)).await.short(),
        "403 AccessDenied"
    );
    assert_eq!(stage.send(get.presigned(&young_only, 600)).await.short(), "200");
    assert_eq!(
        stage.send(old.presigned(&young_only, 600)).await.short(),
        "403 AccessDenied"
    );
    assert_eq!(stage.send(get.signed(&signed_bodies)).await.short(), "200");
    assert_eq!(
        stage.send(get.presigned(&signed_bodies, 600)).await.short(),
        "403 AccessDenied"
    );
}
