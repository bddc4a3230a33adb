//! The resources behind are of one account.

use lanyard_gateway::{Gateway, UpstreamSettings};

use crate::stage::{OURS, QUEUE, ServiceRequest, Stage, THEIRS, admit, allow, message, send};

#[tokio::test]
async fn nobody_of_another_account_gets_at_anything_unless_both_accounts_allow() {
    let stage = Stage::new().await;
    let denied = "403 AccessDeniedException";
    let everything = allow("*", "*");
    let dora = stage.user_of(&stage.other, "dora", &everything).await;
    let ours = message(&format!("{OURS}/jobs"));
    stage.check(ours.signed(&dora), denied).await;
    stage.check(ours.signed(&stage.other), denied).await;
    // A bare name means one of the caller's own account, and nothing of that stands behind.
    stage
        .check(message(&format!("{THEIRS}/jobs")).signed(&dora), denied)
        .await;
    let list = ServiceRequest::json("sqs", "AmazonSQS.ListQueues", "{}");
    stage.check(list.signed(&dora), denied).await;
    stage.check(list.signed(&stage.root), "200").await;
    let table = ServiceRequest::json(
        "dynamodb",
        "DynamoDB_20120810.DescribeTable",
        r#"{"TableName":"songs"}"#,
    );
    stage
        .check(table.signed(&dora), "400 AccessDeniedException")
        .await;
    stage.check(table.signed(&stage.root), "200").await;

    stage
        .resource_policy(
            QUEUE,
            &admit(&format!("arn:aws:iam::{THEIRS}:root"), "sqs:SendMessage", QUEUE),
        )
        .await;
    stage.check(ours.signed(&dora), "200").await;
    let emil = stage
        .user_of(&stage.other, "emil", &allow("sqs:ReceiveMessage", "*"))
        .await;
    stage.check(ours.signed(&emil), denied).await;
}

#[tokio::test]
async fn the_policy_of_a_resource_admits_users_of_its_own_account() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("sqs:ListQueues", "*")).await;
    let ours = message(&format!("{OURS}/jobs"));
    stage
        .check(ours.signed(&carla), "403 AccessDeniedException")
        .await;
    let arn = format!("arn:aws:iam::{OURS}:user/carla");
    stage
        .resource_policy(QUEUE, &admit(&arn, "sqs:SendMessage", QUEUE))
        .await;
    stage.check(ours.signed(&carla), "200").await;
}

#[tokio::test]
async fn the_policy_of_a_table_speaks_for_its_indexes() {
    let stage = Stage::new().await;
    let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    let carla = stage.user("carla", &allow("dynamodb:Scan", "*")).await;
    let scan = ServiceRequest::json(
        "dynamodb",
        "DynamoDB_20120810.Scan",
        r#"{"TableName":"orders","IndexName":"by-day"}"#,
    );
    stage.check(scan.signed(&carla), "200").await;
    let deny = admit(
        &format!("arn:aws:iam::{OURS}:user/carla"),
        "dynamodb:Scan",
        &format!("{table}/index/*"),
    );
    stage.resource_policy(table, &deny.replace("Allow", "Deny")).await;
    stage
        .check(scan.signed(&carla), "400 AccessDeniedException")
        .await;
}

#[tokio::test]
async fn the_policy_of_a_key_has_to_take_part_if_there_is_one() {
    let stage = Stage::new().await;
    let key = "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012";
    let carla = stage.user("carla", &allow("kms:DescribeKey", "*")).await;
    let body = format!(r#"{{"KeyId":"{key}"}}"#);
    let describe = ServiceRequest::json("kms", "TrentService.DescribeKey", &body);
    stage.check(describe.signed(&carla), "200").await;
    let dora = format!("arn:aws:iam::{OURS}:user/dora");
    let _dora = stage.user("dora", &allow("kms:ListKeys", "*")).await;
    stage
        .resource_policy(key, &admit(&dora, "kms:DescribeKey", key))
        .await;
    stage
        .check(describe.signed(&carla), "400 AccessDeniedException")
        .await;
}

#[tokio::test]
async fn the_upstreams_own_account_is_the_one_behind() {
    let stage = Stage::with("upstream-account=000000000000").await;
    let carla = stage.user("carla", &allow("sqs:SendMessage", QUEUE)).await;
    stage
        .check(message("000000000000/jobs").signed(&carla), "200")
        .await;
    stage
        .check(
            message("000000000000/other").signed(&carla),
            "403 AccessDeniedException",
        )
        .await;
}

#[tokio::test]
async fn of_several_upstreams_each_account_has_its_own() {
    let stage = Stage::new().await;
    let theirs = lanyard_testkit::FakeUpstream::start().await;
    let gateway = crate::stage::gateway(
        &stage.world,
        &[
            &format!("sqs={} account={OURS}", stage.upstream.url()),
            &format!("sqs={} account={THEIRS}", theirs.url()),
        ],
    );
    let list = ServiceRequest::json("sqs", "AmazonSQS.ListQueues", "{}");
    for (who, heard) in [(&stage.root, (1, 0)), (&stage.other, (0, 1))] {
        let reply = send(&gateway, list.signed(who)).await;
        assert_eq!(reply.short(), "200");
        let counts = (stage.upstream.take_received().len(), theirs.take_received().len());
        assert_eq!(counts, heard);
    }
    let third = stage.world.account("777788889999").await;
    let reply = send(&gateway, list.signed(&third)).await;
    assert_eq!(reply.short(), "403 AccessDeniedException");
}

#[tokio::test]
async fn a_word_gives_the_region_that_is_signed_for() {
    let stage = Stage::with("region=us-west-2").await;
    let list = ServiceRequest::json("sqs", "AmazonSQS.ListQueues", "{}");
    let (_, received) = stage.outcome(list.signed(&stage.root)).await;
    assert!(received[0].header("authorization").contains("/us-west-2/sqs/"));
}

#[tokio::test]
async fn where_a_word_gives_the_region_it_is_the_one_that_is_decided_on() {
    let stage = Stage::with("region=us-west-2").await;
    let there = QUEUE.replace("eu-west-1", "us-west-2");
    let carla = stage.user("carla", &allow("sqs:SendMessage", QUEUE)).await;
    let dora = stage.user("dora", &allow("sqs:SendMessage", &there)).await;
    let send = message(&format!("{OURS}/jobs"));
    stage
        .check(send.signed(&carla), "403 AccessDeniedException")
        .await;
    stage.check(send.signed(&dora), "200").await;
}

#[tokio::test]
async fn without_a_word_the_resources_are_of_the_oldest_account() {
    let stage = Stage::new().await;
    let gateway = crate::stage::gateway(&stage.world, &[&format!("aws={}", stage.upstream.url())]);
    let accounts: Vec<_> = gateway
        .accounts()
        .into_iter()
        .map(|(services, account)| format!("{services} {account}"))
        .collect();
    assert_eq!(accounts, [format!("aws {OURS}")]);
}

#[tokio::test]
async fn two_upstreams_for_one_service_and_one_account_are_refused() {
    let stage = Stage::new().await;
    let line = format!("sqs,sns=http://127.0.0.1:1 account={OURS} credentials=none");
    let other = line.replace("sqs,sns", "sns");
    let settings = [&line, &other].map(|line| UpstreamSettings::parse(line, &|_| None).unwrap());
    let refused = Gateway::new(stage.world.gateway_services(), settings.into())
        .map(|_| ())
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "http://127.0.0.1:1/ is a second upstream for sns of account 111122223333; there can be one"
    );
}
