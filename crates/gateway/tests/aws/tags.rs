//! Tags of resources: where they come from, and what becomes of a request without them.

use lanyard_directory::{ResourceTagsError, Tag};
use lanyard_names::{AccountId, TagKey, TagValue};
use lanyard_testkit::{Behaviour, Received};

use crate::stage::{OURS, QUEUE, ServiceRequest, Stage, message};

const DENIED: &str = "403 AccessDeniedException";

/// May send to every queue of the team.
const TEAM: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*",
    "Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}"#;
/// May do everything but with what is critical.
const NOT_CRITICAL: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"sqs:*","Resource":"*"},
    {"Effect":"Deny","Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/level":"critical"}}}]}"#;

fn send() -> ServiceRequest {
    message(&format!("{OURS}/jobs"))
}

async fn register(stage: &Stage, arn: &str, key: &str, value: &str) {
    let tag = Tag {
        key: TagKey::parse(key).unwrap(),
        value: TagValue::parse(value).unwrap(),
    };
    let written = stage
        .world
        .directory()
        .write(AccountId::parse(OURS).unwrap(), |edit| {
            edit.put_resource_tags(arn, vec![tag.clone()])?;
            Ok::<_, ResourceTagsError>(((), Vec::new()))
        });
    written.await.unwrap();
}

/// What the upstream is asked about tags, if it is asked.
fn asked(received: &[Received]) -> Vec<String> {
    let questions = received
        .iter()
        .filter(|received| received.header("x-amz-target") == "AmazonSQS.ListQueueTags");
    questions
        .map(|received| String::from_utf8_lossy(&received.body).into_owned())
        .collect()
}

/// The upstream says this of the tags of every queue, and takes everything else.
fn tell(stage: &Stage, status: u16, body: &'static str) {
    stage.upstream.choose(move |received| {
        if received.header("x-amz-target").ends_with("ListQueueTags") {
            Behaviour::status(status, body)
        } else {
            Behaviour::ok("{}")
        }
    });
}

#[tokio::test]
async fn the_registry_tells_them() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", TEAM).await;
    let dora = stage.user("dora", NOT_CRITICAL).await;
    stage.check(send().signed(&carla), DENIED).await;
    stage.check(send().signed(&dora), "200").await;
    register(&stage, QUEUE, "Team", "a").await;
    register(&stage, QUEUE, "level", "critical").await;
    stage.check(send().signed(&carla), "200").await;
    stage.check(send().signed(&dora), DENIED).await;
    // The tags of another queue are another's.
    stage
        .check(message(&format!("{OURS}/other")).signed(&carla), DENIED)
        .await;
}

#[tokio::test]
async fn where_nobody_knows_them_they_are_in_doubt() {
    let stage = Stage::with("tags=none").await;
    register(&stage, QUEUE, "team", "a").await;
    let carla = stage.user("carla", TEAM).await;
    let dora = stage.user("dora", NOT_CRITICAL).await;
    stage.check(send().signed(&carla), DENIED).await;
    stage.check(send().signed(&dora), DENIED).await;
}

#[tokio::test]
async fn the_upstream_is_asked_once_in_a_while() {
    let stage = Stage::with("tags=upstream upstream-account=000000000000").await;
    let carla = stage.user("carla", TEAM).await;
    tell(&stage, 200, r#"{"Tags":{"team":"a"}}"#);
    let (outcome, received) = stage.outcome(send().signed(&carla)).await;
    assert_eq!(outcome, "200");
    let url = format!("{}/000000000000/jobs", stage.upstream.url());
    assert_eq!(asked(&received), [format!(r#"{{"QueueUrl":"{url}"}}"#)]);
    assert_eq!(received.len(), 2);
    let authorization = received[0].header("authorization");
    assert!(
        authorization.contains("/eu-west-1/sqs/aws4_request"),
        "{authorization}"
    );
    // Remembered.
    tell(&stage, 200, r#"{"Tags":{"team":"b"}}"#);
    let (outcome, received) = stage.outcome(send().signed(&carla)).await;
    assert_eq!((outcome.as_str(), asked(&received).len()), ("200", 0));
    // A call that changes tags drops what is remembered.
    let tag = format!(r#"{{"QueueUrl":"http://127.0.0.1:4260/{OURS}/jobs","Tags":{{"team":"b"}}}}"#);
    let tag = ServiceRequest::json("sqs", "AmazonSQS.TagQueue", &tag);
    assert_eq!(stage.send(tag.signed(&carla)).await.short(), "200");
    stage.upstream.take_received();
    let (outcome, received) = stage.outcome(send().signed(&carla)).await;
    assert_eq!((outcome.as_str(), asked(&received).len()), (DENIED, 1));
}

/// Stacks have ids in their ARNs, which requests need not have.
#[tokio::test]
async fn a_call_that_changes_tags_of_what_may_be_meant_drops_them() {
    let stage = Stage::with("tags=upstream").await;
    let carla = stage
        .user("carla", &TEAM.replace("sqs:", "cloudformation:"))
        .await;
    let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let dora = stage.user("dora", all).await;
    let tell = |team: &'static str| {
        stage.upstream.choose(move |received| {
            let asks = String::from_utf8_lossy(&received.body).starts_with("Action=DescribeStacks");
            let tags = format!("<Tags><member><Key>team</Key><Value>{team}</Value></member></Tags>");
            let stacks = format!("<Stacks><member>{tags}</member></Stacks>");
            let result = format!("<DescribeStacksResult>{stacks}</DescribeStacksResult>");
            Behaviour::ok(if asks {
                format!("<DescribeStacksResponse>{result}</DescribeStacksResponse>")
            } else {
                "<R/>".to_owned()
            })
        });
    };
    let form = |rest: &str| ServiceRequest::form("cloudformation", &format!("Version=2010-05-15&{rest}"));
    let read = form(&format!(
        "Action=GetTemplate&StackName=arn%3Aaws%3Acloudformation%3Aeu-west-1%3A{OURS}%3Astack%2Fa%2F1111"
    ));
    let change = |name: &str| {
        form(&format!(
            "Action=UpdateStack&StackName={name}&UsePreviousTemplate=true&Tags.member.1.Key=team&Tags.member.1.Value=b"
        ))
    };
    let outcome = async |request: &ServiceRequest, who| {
        let (outcome, received) = stage.outcome(request.signed(who)).await;
        format!("{outcome}, {} sent", received.len())
    };
    tell("a");
    assert_eq!(outcome(&read, &carla).await, "200, 2 sent");
    tell("b");
    assert_eq!(outcome(&change("other"), &dora).await, "200, 1 sent");
    assert_eq!(outcome(&read, &carla).await, "200, 1 sent");
    assert_eq!(outcome(&change("a"), &dora).await, "200, 1 sent");
    assert_eq!(outcome(&read, &carla).await, "403 AccessDenied, 1 sent");
}

/// Of which queue a task is only SQS knows, and so which tags it has.
#[tokio::test]
async fn those_of_what_only_the_service_knows_are_in_doubt() {
    let cancel = ServiceRequest::json("sqs", "AmazonSQS.CancelMessageMoveTask", r#"{"TaskHandle":"h"}"#);
    for words in ["", "tags=upstream", "tags=none"] {
        let stage = Stage::with(words).await;
        tell(&stage, 200, r#"{"Tags":{"team":"a"}}"#);
        for (name, policy) in [("carla", TEAM), ("dora", NOT_CRITICAL)] {
            let user = stage.user(name, policy).await;
            let (outcome, received) = stage.outcome(cancel.signed(&user)).await;
            assert_eq!((outcome.as_str(), received.len()), (DENIED, 0), "{words} {name}");
        }
    }
}

#[tokio::test]
async fn nobody_asks_for_what_no_policy_mentions() {
    let stage = Stage::with("tags=upstream").await;
    tell(&stage, 500, "");
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#;
    let carla = stage.user("carla", policy).await;
    stage.check(send().signed(&carla), "200").await;
    // Nor for somebody who may not be let in.
    let mut stranger = stage.user("dora", TEAM).await;
    stranger.secret = "wrong".repeat(8);
    let (_, received) = stage.outcome(send().signed(&stranger)).await;
    assert_eq!(received.len(), 0);
}

#[tokio::test]
async fn without_an_answer_nothing_is_let_through() {
    let stage = Stage::with("tags=upstream").await;
    let dora = stage.user("dora", NOT_CRITICAL).await;
    for (status, body) in [
        (500, ""),
        (200, "no"),
        (200, r#"{"Tags":"x"}"#),
        (404, "not here"),
        (400, r#"{"__type":"UnknownOperationException"}"#),
        (
            403,
            r#"{"__type":"com.amazon.coral.service#AccessDeniedException"}"#,
        ),
    ] {
        tell(&stage, status, body);
        let (outcome, received) = stage.outcome(send().signed(&dora)).await;
        assert_eq!(outcome, "503 ServiceUnavailableException", "{status} {body}");
        assert_eq!(
            (asked(&received).len(), received.len()),
            (1, 1),
            "{status} {body}"
        );
    }
    // What is not there has no tags.
    tell(&stage, 400, r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#);
    let (outcome, _) = stage.outcome(send().signed(&dora)).await;
    assert_eq!(outcome, "200");
}

#[tokio::test]
async fn keys_that_differ_in_case_alone_are_in_doubt() {
    let stage = Stage::with("tags=upstream").await;
    tell(&stage, 200, r#"{"Tags":{"team":"a","TEAM":"b"}}"#);
    let carla = stage.user("carla", TEAM).await;
    let (outcome, _) = stage.outcome(send().signed(&carla)).await;
    assert_eq!(outcome, DENIED);
}

#[tokio::test]
async fn tags_beyond_the_first_page_count() {
    let stage = Stage::with("tags=upstream").await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",
        "Condition":{"StringEquals":{"aws:ResourceTag/last":"z"}}}]}"#;
    let carla = stage.user("carla", policy).await;
    stage.upstream.choose(|received| {
        let asks = received.header("x-amz-target") == "DynamoDB_20120810.ListTagsOfResource";
        let body = String::from_utf8_lossy(&received.body).into_owned();
        match (asks, body.contains("NextToken")) {
            (true, false) => Behaviour::ok(r#"{"Tags":[{"Key":"first","Value":"a"}],"NextToken":"2"}"#),
            (true, true) => Behaviour::ok(r#"{"Tags":[{"Key":"last","Value":"z"}]}"#),
            (false, _) => Behaviour::ok("{}"),
        }
    });
    let describe = ServiceRequest::json(
        "dynamodb",
        "DynamoDB_20120810.DescribeTable",
        r#"{"TableName":"t"}"#,
    );
    let (outcome, received) = stage.outcome(describe.signed(&carla)).await;
    assert_eq!((outcome.as_str(), received.len()), ("200", 3));
    assert_eq!(
        String::from_utf8_lossy(&received[1].body),
        r#"{"NextToken":"2","ResourceArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/t"}"#
    );
}

#[tokio::test]
async fn pages_without_end_are_no_answer() {
    let stage = Stage::with("tags=upstream").await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",
        "Condition":{"StringNotEquals":{"aws:ResourceTag/last":"z"}}}]}"#;
    let carla = stage.user("carla", policy).await;
    stage.upstream.behave(Behaviour::ok(
        r#"{"Tags":[{"Key":"first","Value":"a"}],"NextToken":"2"}"#,
    ));
    let describe = ServiceRequest::json(
        "dynamodb",
        "DynamoDB_20120810.DescribeTable",
        r#"{"TableName":"t"}"#,
    );
    let (outcome, received) = stage.outcome(describe.signed(&carla)).await;
    assert_eq!(
        (outcome.as_str(), received.len()),
        ("503 ServiceUnavailableException", 10)
    );
}

#[tokio::test]
async fn services_of_many_forms_are_asked_in_theirs() {
    let stage = Stage::with("tags=upstream").await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*",
        "Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}}]}"#;
    let carla = stage.user("carla", policy).await;
    let tags = "<TagSet><member><Key>team</Key><Value>a</Value></member></TagSet>";
    let sns = format!(
        "<ListTagsForResourceResponse><ListTagsForResourceResult>{}</ListTagsForResourceResult></ListTagsForResourceResponse>",
        tags.replace("TagSet", "Tags")
    );
    stage.upstream.choose(move |received| {
        let body = String::from_utf8_lossy(&received.body).into_owned();
        if body.starts_with("Action=ListTagsForResource&") {
            Behaviour::ok(sns.clone())
        } else if body.starts_with("Action=DescribeTags&") {
            let tag = "<item><resourceId>i-1</resourceId><key>team</key><value>a</value></item>";
            Behaviour::ok(format!(
                "<DescribeTagsResponse><tagSet>{tag}</tagSet></DescribeTagsResponse>"
            ))
        } else if received.target.starts_with("/2017-03-31/tags/") {
            Behaviour::ok(r#"{"Tags":{"team":"a"}}"#)
        } else {
            Behaviour::ok("{}")
        }
    });
    let publish = format!(
        "Action=GetTopicAttributes&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A{OURS}%3Anews"
    );
    let (outcome, received) = stage
        .outcome(ServiceRequest::form("sns", &publish).signed(&carla))
        .await;
    assert_eq!((outcome.as_str(), received.len()), ("200", 2));
    assert_eq!(
        String::from_utf8_lossy(&received[0].body),
        "Action=ListTagsForResource&Version=2010-03-31&ResourceArn=arn%3Aaws%3Asns%3Aeu-west-1%3A111122223333%3Anews"
    );
    let stop = "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0";
    let (outcome, received) = stage
        .outcome(ServiceRequest::form("ec2", stop).signed(&carla))
        .await;
    assert_eq!((outcome.as_str(), received.len()), ("200", 2));
    assert_eq!(
        String::from_utf8_lossy(&received[0].body),
        "Action=DescribeTags&Version=2016-11-15&Filter.1.Name=resource-id&Filter.1.Value.1=i-0123456789abcdef0"
    );
    let get = ServiceRequest::new("lambda", "GET", "/2015-03-31/functions/f");
    let (outcome, received) = stage.outcome(get.signed(&carla)).await;
    assert_eq!((outcome.as_str(), received.len()), ("200", 2));
    assert_eq!(
        received[0].target,
        "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Af"
    );
}
