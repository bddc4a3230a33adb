//! What is left in the trail of requests to the store.

use lanyard_testkit::{Call, Credentials, Manner, S3Request};

use crate::stage::{OURS, Stage, THEIRS, allow};

/// How many records a passed and a denied request, and those of nobody in particular, leave under a configuration.
async fn check(words: &str, passed: usize, denied: usize) {
    let stage = Stage::with(words).await;
    stage.bucket("reports", OURS).await;
    let carla = stage
        .user("carla", &allow("s3:GetObject", "arn:aws:s3:::reports/team/*"))
        .await;
    for _ in 0..4 {
        stage
            .send(S3Request::new("GET", "/reports/team/a").signed(&carla))
            .await;
        stage
            .send(S3Request::new("GET", "/reports/other").signed(&carla))
            .await;
    }
    stage.world.settle().await;
    let records: Vec<_> = stage
        .world
        .trail()
        .into_iter()
        .filter(|line| line.contains(r#""eventCategory":"Data""#))
        .collect();
    let denials = records
        .iter()
        .filter(|line| line.contains(r#""errorCode":"AccessDenied""#))
        .count();
    assert_eq!(
        (records.len() - denials, denials),
        (passed, denied),
        "{words}: {records:#?}"
    );
}

#[tokio::test]
async fn denials_always_leave_a_record_and_the_rest_as_configured() {
    check("", 0, 4).await;
    check("data-events=none", 0, 4).await;
    check("data-events=denials", 0, 4).await;
    check("data-events=all", 4, 4).await;
    check("data-events=sampled:2", 2, 4).await;
}

#[tokio::test]
async fn a_record_says_who_did_what_to_which_object() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage.user("carla", &allow("s3:ListBucket", "*")).await;
    let reply = stage
        .send(S3Request::new("GET", "/reports/a?versionId=3").signed(&carla))
        .await;
    let id = reply.header("x-amz-request-id");
    let record = stage
        .world
        .trail()
        .into_iter()
        .find(|line| line.contains(id))
        .unwrap();
    for part in [
        r#""userName":"carla""#,
        r#""eventSource":"s3.amazonaws.com""#,
        r#""eventName":"GetObject""#,
        r#""bucketName":"reports""#,
        r#""key":"a""#,
        r#""versionId":"3""#,
        r#""ARN":"arn:aws:s3:::reports/a""#,
        r#""managementEvent":false"#,
        r#""recipientAccountId":"111122223333""#,
    ] {
        assert!(record.contains(part), "{part} in {record}");
    }
}

#[tokio::test]
async fn a_record_names_the_person_behind_a_role() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},
        "Action":["sts:AssumeRole","sts:SetSourceIdentity"]}}"#;
    let parameters = [("RoleName", "reader"), ("AssumeRolePolicyDocument", trust)];
    stage.iam(&stage.root, "CreateRole", &parameters).await;
    let carla = stage.user("carla", &allow("sts:*", "*")).await;
    let parameters = [
        ("RoleArn", "arn:aws:iam::111122223333:role/reader"),
        ("RoleSessionName", "session"),
        ("SourceIdentity", "carla@example.com"),
    ];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let call = Call {
        service: "sts",
        action: "AssumeRole",
        parameters: &parameters,
        manner: Manner::Post,
    };
    let assumed = stage.world.call(Some(&carla), &call).await;
    let session = Credentials {
        access_key_id: assumed.element("AccessKeyId").unwrap().to_owned(),
        secret: assumed.element("SecretAccessKey").unwrap().to_owned(),
        session_token: assumed.element("SessionToken").map(str::to_owned),
    };
    let reply = stage
        .send(S3Request::new("GET", "/reports/a").signed(&session))
        .await;
    assert_eq!(reply.short(), "403 AccessDenied");
    let id = reply.header("x-amz-request-id");
    let record = stage
        .world
        .trail()
        .into_iter()
        .find(|line| line.contains(id))
        .unwrap();
    for part in [
        r#""type":"AssumedRole""#,
        r#""sourceIdentity":"carla@example.com""#,
        r#""originArn":"arn:aws:iam::111122223333:user/carla""#,
    ] {
        assert!(record.contains(part), "{part} in {record}");
    }
}

#[tokio::test]
async fn a_request_across_accounts_is_in_both_trails_and_a_denied_one_in_the_callers() {
    let stage = Stage::with("data-events=all").await;
    let claim = stage.bucket("theirs", THEIRS).await;
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::theirs/*"}}"#;
    stage.bucket_policy(&claim, policy, None).await;
    for (method, outcome, recipients) in [
        ("GET", "200", &[OURS, THEIRS][..]),
        ("DELETE", "403 AccessDenied", &[OURS][..]),
    ] {
        let reply = stage
            .send(S3Request::new(method, "/theirs/a").signed(&stage.root))
            .await;
        assert_eq!(reply.short(), outcome);
        stage.world.settle().await;
        let id = reply.header("x-amz-request-id");
        let records: Vec<_> = stage
            .world
            .trail()
            .into_iter()
            .filter(|line| line.contains(id))
            .collect();
        assert_eq!(records.len(), recipients.len(), "{records:#?}");
        for (record, recipient) in records.iter().zip(recipients) {
            assert!(
                record.contains(&format!(r#""recipientAccountId":"{recipient}""#)),
                "{record}"
            );
        }
    }
}

#[tokio::test]
async fn a_denial_can_be_explained_by_the_requests_id() {
    let stage = Stage::new().await;
    stage.bucket("reports", OURS).await;
    let carla = stage.user("carla", &allow("s3:ListBucket", "*")).await;
    let reply = stage
        .send(S3Request::new("GET", "/reports/a").signed(&carla))
        .await;
    let kept = stage
        .world
        .gateway_services()
        .decisions
        .find(reply.header("x-amz-request-id"));
    let kept: Vec<_> = kept
        .iter()
        .map(|evidence| (evidence.action.as_str(), evidence.resource.as_str()))
        .collect();
    assert_eq!(kept, [("s3:GetObject", "arn:aws:s3:::reports/a")]);
}
