//! What is allowed reaches the upstream as it was decided on; of what is not, nothing does.

use crate::stage::{OURS, QUEUE, ServiceRequest, Stage, allow, message, send};

#[tokio::test]
async fn what_is_allowed_is_sent_on_and_answered() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("sqs:SendMessage", QUEUE)).await;
    let (outcome, received) = stage
        .outcome(message(&format!("{OURS}/jobs")).signed(&carla))
        .await;
    assert_eq!(outcome, "200");
    let [received] = &received[..] else {
        panic!("{received:?}")
    };
    assert_eq!(
        (received.method.as_str(), received.target.as_str()),
        ("POST", "/")
    );
    assert_eq!(received.header("x-amz-target"), "AmazonSQS.SendMessage");
    let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!(body["MessageBody"], "hello");
    let authorization = received.header("authorization");
    assert!(
        authorization.contains("Credential=UPSTREAM/")
            && authorization.contains("/eu-west-1/sqs/aws4_request"),
        "{authorization}"
    );
    assert_eq!(
        received.header("host"),
        stage.upstream.url().trim_start_matches("http://")
    );
}

#[tokio::test]
async fn what_no_policy_allows_reaches_nobody() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("sqs:SendMessage", QUEUE)).await;
    let denied = "403 AccessDeniedException";
    let ours = |name: &str| format!("{OURS}/{name}");
    stage.check(message(&ours("other")).signed(&carla), denied).await;
    let purge = r#"{"QueueUrl":"http://127.0.0.1:4260/111122223333/jobs"}"#;
    let purge = ServiceRequest::json("sqs", "AmazonSQS.PurgeQueue", purge);
    stage.check(purge.signed(&carla), denied).await;
    stage.check(purge.signed(&stage.root), "200").await;
    let reply = stage.send(message(&ours("other")).signed(&carla)).await;
    assert!(
        reply.text().contains(
            "is not authorized to perform: sqs:sendmessage on resource: \
             arn:aws:sqs:eu-west-1:111122223333:other because no identity-based policy allows the sqs:sendmessage action"
        ),
        "{}",
        reply.text()
    );
    assert_eq!(reply.outcome.error, Some("AccessDeniedException"));
}

/// Of which queue the task is stands in its handle, which only SQS can read.
#[tokio::test]
async fn what_only_the_service_knows_may_be_what_is_denied() {
    let stage = Stage::new().await;
    let denied = "403 AccessDeniedException";
    let cancel = ServiceRequest::json("sqs", "AmazonSQS.CancelMessageMoveTask", r#"{"TaskHandle":"h"}"#);
    let queue = |name: &str| format!("arn:aws:sqs:eu-west-1:{OURS}:{name}");
    let but = |element: &str, resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[
                {{"Effect":"Allow","Action":"sqs:CancelMessageMoveTask","Resource":"*"}},
                {{"Effect":"Deny","Action":"sqs:*","{element}":"{resource}"}}]}}"#
        )
    };
    for (name, policy, expected) in [
        ("all", allow("sqs:CancelMessageMoveTask", "*"), "200"),
        ("every", allow("sqs:CancelMessageMoveTask", &queue("*")), "200"),
        ("one", allow("sqs:CancelMessageMoveTask", QUEUE), denied),
        ("not-one", but("Resource", QUEUE), denied),
        (
            "not-there",
            but("Resource", "arn:aws:sqs:us-east-1:*:jobs"),
            "200",
        ),
        ("only-one", but("NotResource", QUEUE), denied),
    ] {
        let user = stage.user(name, &policy).await;
        stage.check(cancel.signed(&user), expected).await;
    }
    let dora = stage.user("dora", &but("Resource", QUEUE)).await;
    let reply = stage.send(cancel.signed(&dora)).await;
    assert!(
        reply
            .text()
            .contains("with an explicit deny in an identity-based policy"),
        "{}",
        reply.text()
    );
}

/// Instances have ids in policies and names in requests.
#[tokio::test]
async fn what_a_request_names_otherwise_than_policies_do_may_be_what_is_denied() {
    let stage = Stage::new().await;
    let denied = "400 AccessDeniedException";
    let start = ServiceRequest::json(
        "lightsail",
        "Lightsail_20161128.StartInstance",
        r#"{"instanceName":"web"}"#,
    );
    let instance = |id: &str| format!("arn:aws:lightsail:eu-west-1:{OURS}:Instance/{id}");
    let but = |resource: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[
                {{"Effect":"Allow","Action":"lightsail:*","Resource":"*"}},
                {{"Effect":"Deny","Action":"lightsail:StartInstance","Resource":"{resource}"}}]}}"#
        )
    };
    for (name, policy, expected) in [
        ("all", allow("lightsail:StartInstance", "*"), "200"),
        ("every", allow("lightsail:StartInstance", &instance("*")), "200"),
        ("one", allow("lightsail:StartInstance", &instance("0a")), denied),
        ("not-one", but(&instance("0a")), denied),
        ("not-another", but("arn:aws:lightsail:*:*:Disk/*"), "200"),
    ] {
        let user = stage.user(name, &policy).await;
        stage.check(start.signed(&user), expected).await;
    }
}

#[tokio::test]
async fn every_protocol_is_refused_in_its_own_form() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", &allow("sqs:SendMessage", QUEUE)).await;
    let table = r#"{"TableName":"songs"}"#;
    let table = ServiceRequest::json("dynamodb", "DynamoDB_20120810.DescribeTable", table);
    let reply = stage.send(table.signed(&carla)).await;
    assert_eq!(reply.short(), "400 AccessDeniedException");
    assert!(reply.text().contains("AccessDeniedException"), "{}", reply.text());
    let publish =
        "Action=Publish&Version=2010-03-31&Message=m&TopicArn=arn:aws:sns:eu-west-1:111122223333:news";
    let reply = stage
        .send(ServiceRequest::form("sns", publish).signed(&carla))
        .await;
    assert_eq!(reply.short(), "403 AuthorizationError");
    assert!(reply.text().starts_with("<ErrorResponse"), "{}", reply.text());
    let function = ServiceRequest::new("lambda", "GET", "/2015-03-31/functions/resize");
    let reply = stage.send(function.signed(&carla)).await;
    assert_eq!(reply.short(), "403 AccessDeniedException");
    assert_eq!(reply.header("x-amzn-errortype"), "AccessDeniedException");
    let terminate = "Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0";
    let reply = stage
        .send(ServiceRequest::form("ec2", terminate).signed(&carla))
        .await;
    assert_eq!(reply.short(), "403 UnauthorizedOperation");
    assert!(
        reply.text().contains("Encoded authorization failure message: "),
        "{}",
        reply.text()
    );
    assert!(stage.upstream.take_received().is_empty());
}

#[tokio::test]
async fn what_nobody_can_decide_on_is_refused_in_every_mode_and_counted() {
    for words in ["", "mode=observe"] {
        let stage = Stage::with(words).await;
        let unmapped = ServiceRequest::json(
            "ssm",
            "AmazonSSM.DeregisterDefaultHostManagementConfiguration",
            "{}",
        );
        let reply = stage.send(unmapped.signed(&stage.root)).await;
        assert_eq!(reply.short(), "400 AccessDeniedException");
        assert!(
            reply.text().contains(
                "The operation DeregisterDefaultHostManagementConfiguration is refused: no action of this name is known."
            ),
            "{}",
            reply.text()
        );
        assert!(reply.outcome.is_unmapped && !reply.outcome.is_authentication_failure);
        let record = stage.record(&reply).await;
        assert_eq!(record["eventSource"], "ssm.amazonaws.com");
        assert_eq!(
            record["eventName"],
            "DeregisterDefaultHostManagementConfiguration"
        );
        assert!(stage.upstream.take_received().is_empty());
    }
}

#[tokio::test]
async fn a_condition_on_what_nobody_knows_is_in_doubt() {
    let stage = Stage::with("tags=none").await;
    let tagged = |effect: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Action":"ec2:*","Resource":"*"}},
            {{"Effect":"{effect}","Action":"ec2:TerminateInstances","Resource":"*",
            "Condition":{{"StringEquals":{{"aws:ResourceTag/critical":"true"}}}}}}]}}"#
        )
    };
    let terminate = "Action=TerminateInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0";
    let terminate = ServiceRequest::form("ec2", terminate);
    let carla = stage.user("carla", &tagged("Deny")).await;
    stage
        .check(terminate.signed(&carla), "403 UnauthorizedOperation")
        .await;
    let dora = stage.user("dora", &tagged("Allow")).await;
    stage.check(terminate.signed(&dora), "200").await;
}

#[tokio::test]
async fn a_session_has_what_its_role_has() {
    let stage = Stage::new().await;
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{OURS}"}},
        "Action":"sts:AssumeRole"}}}}"#
    );
    let parameters = [("RoleName", "sender"), ("AssumeRolePolicyDocument", &trust)];
    stage.iam(&stage.root, "CreateRole", &parameters).await;
    let policy = allow("sqs:SendMessage", QUEUE);
    let parameters = [
        ("RoleName", "sender"),
        ("PolicyName", "p"),
        ("PolicyDocument", &policy),
    ];
    stage.iam(&stage.root, "PutRolePolicy", &parameters).await;
    let carla = stage.user("carla", &allow("sts:AssumeRole", "*")).await;
    let parameters = [
        ("RoleArn".to_owned(), format!("arn:aws:iam::{OURS}:role/sender")),
        ("RoleSessionName".to_owned(), "night".to_owned()),
    ];
    let assume = lanyard_testkit::Call {
        service: "sts",
        action: "AssumeRole",
        parameters: &parameters,
        manner: lanyard_testkit::Manner::Post,
    };
    let answer = stage.world.call(Some(&carla), &assume).await;
    assert_eq!(answer.status, 200, "{}", answer.xml);
    let session = lanyard_testkit::Credentials {
        access_key_id: answer.element("AccessKeyId").unwrap().to_owned(),
        secret: answer.element("SecretAccessKey").unwrap().to_owned(),
        session_token: Some(answer.element("SessionToken").unwrap().to_owned()),
    };
    let ours = message(&format!("{OURS}/jobs"));
    let (outcome, received) = stage.outcome(ours.signed(&session)).await;
    assert_eq!((outcome.as_str(), received.len()), ("200", 1));
    assert_eq!(received[0].header("x-amz-security-token"), "");
    stage
        .check(
            message(&format!("{OURS}/other")).signed(&session),
            "403 AccessDeniedException",
        )
        .await;
}

#[tokio::test]
async fn what_cannot_be_understood_reaches_nobody() {
    let stage = Stage::new().await;
    let unknown = ServiceRequest::json("sqs", "AmazonSQS.SendMassage", "{}");
    let reply = stage.send(unknown.signed(&stage.root)).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    let twice = r#"{"QueueUrl":"a","QueueUrl":"b","MessageBody":"m"}"#;
    let twice = ServiceRequest::json("sqs", "AmazonSQS.SendMessage", twice);
    let reply = stage.send(twice.signed(&stage.root)).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    let nothing = ServiceRequest::new("sqs", "GET", "/");
    let reply = stage.send(nothing.signed(&stage.root)).await;
    assert!(reply.status >= 400, "{}", reply.text());
    assert!(stage.upstream.take_received().is_empty());
}

#[tokio::test]
async fn a_service_that_nobody_configured_says_so() {
    let stage = Stage::new().await;
    let gateway = crate::stage::gateway(
        &stage.world,
        &[&format!("sqs,sns={} account={OURS}", stage.upstream.url())],
    );
    assert!(gateway.serves("sqs") && gateway.serves("sns"));
    assert!(!gateway.serves("dynamodb") && !gateway.serves("s3"));
    let tables = ServiceRequest::json("dynamodb", "DynamoDB_20120810.ListTables", "{}");
    let reply = send(&gateway, tables.signed(&stage.root)).await;
    assert_eq!(reply.short(), "501 NotImplementedException");
    assert!(
        reply.text().contains("--upstream 'dynamodb=URL'"),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn names_are_counted_before_anything_is_made_of_them() {
    let stage = Stage::new().await;
    // Alike, so that they are one resource in the end.
    for (count, expected) in [(1024, "200"), (1025, "400 AccessDeniedException")] {
        let names = vec!["\"j\""; count].join(",");
        let body = format!(r#"{{"JobNames":[{names}]}}"#);
        let request = ServiceRequest::json("glue", "AWSGlue.BatchGetJobs", &body);
        stage.check(request.signed(&stage.root), expected).await;
    }
}
