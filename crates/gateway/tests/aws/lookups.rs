//! What stands in no request: it is asked of the upstream, remembered for a while, and needed.

use lanyard_testkit::{Behaviour, Received};

use crate::stage::{OURS, ServiceRequest, Stage};

const ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The upstream answers questions of this target like this, and takes everything else.
fn tell(stage: &Stage, target: &'static str, status: u16, body: impl Into<String>) {
    let body = body.into();
    stage.upstream.choose(move |received| {
        if received.header("x-amz-target") == target {
            Behaviour::status(status, body.clone())
        } else {
            Behaviour::ok("{}")
        }
    });
}

fn targets(received: &[Received]) -> Vec<&str> {
    received
        .iter()
        .map(|received| received.header("x-amz-target"))
        .collect()
}

const DESCRIBE_SECRET: &str = "secretsmanager.DescribeSecret";
const DESCRIBE_KEY: &str = "TrentService.DescribeKey";
const GET_SECRET: &str = "secretsmanager.GetSecretValue";

fn get_secret() -> ServiceRequest {
    ServiceRequest::json("secretsmanager", GET_SECRET, r#"{"SecretId":"db"}"#)
}

#[tokio::test]
async fn a_secrets_whole_arn_is_asked_for_and_remembered() {
    let stage = Stage::with("upstream-account=000000000000").await;
    let arn = format!("arn:aws:secretsmanager:eu-west-1:{OURS}:secret:db-AbCdEf");
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"secretsmanager:*","Resource":"{arn}"}}]}}"#
    );
    let carla = stage.user("carla", &policy).await;
    let theirs = arn.replace(OURS, "000000000000");
    tell(&stage, DESCRIBE_SECRET, 200, format!(r#"{{"ARN":"{theirs}"}}"#));
    let (outcome, received) = stage.outcome(get_secret().signed(&carla)).await;
    assert_eq!(outcome, "200");
    assert_eq!(targets(&received), [DESCRIBE_SECRET, GET_SECRET]);
    let (outcome, received) = stage.outcome(get_secret().signed(&carla)).await;
    assert_eq!(outcome, "200");
    assert_eq!(targets(&received), [GET_SECRET]);
    // It is unmade, and another one of its name may be made.
    let delete = ServiceRequest::json(
        "secretsmanager",
        "secretsmanager.DeleteSecret",
        r#"{"SecretId":"db"}"#,
    );
    assert_eq!(stage.send(delete.signed(&carla)).await.short(), "200");
    stage.upstream.take_received();
    tell(
        &stage,
        DESCRIBE_SECRET,
        200,
        format!(r#"{{"ARN":"{}"}}"#, theirs.replace("AbC", "XyZ")),
    );
    let (outcome, received) = stage.outcome(get_secret().signed(&carla)).await;
    assert_eq!(outcome, "400 AccessDeniedException");
    assert_eq!(targets(&received), [DESCRIBE_SECRET]);
}

#[tokio::test]
async fn what_is_looked_up_in_an_account_is_told_to_nobody_of_another() {
    let stage = Stage::new().await;
    let dora = stage.user_of(&stage.other, "dora", ALL).await;
    let key = r#"{"KeyMetadata":{"Arn":"arn:aws:kms:eu-west-1:111122223333:key/k-1"}}"#;
    let body = format!(r#"{{"KeyId":"arn:aws:kms:eu-west-1:{OURS}:alias/a","Plaintext":"AAAA"}}"#);
    let encrypt = ServiceRequest::json("kms", "TrentService.Encrypt", &body);
    let mut told = Vec::new();
    for (status, answer) in [(200, key), (400, r#"{"__type":"NotFoundException"}"#)] {
        let stage = &stage;
        tell(stage, DESCRIBE_KEY, status, answer);
        let reply = stage.send(encrypt.signed(&dora)).await;
        assert_eq!(reply.short(), "400 AccessDeniedException");
        told.push(reply.text());
        // So that it is asked anew.
        let make = ServiceRequest::json("kms", "TrentService.CreateKey", "{}");
        assert_eq!(stage.send(make.signed(&stage.root)).await.short(), "200");
    }
    assert!(!told[0].contains("k-1"), "{}", told[0]);
    assert_eq!(told[0], told[1]);
}

/// What is refused for something that is not there: status, code and text, and no other request than the question.
async fn check_absent(stage: &Stage, request: ServiceRequest, expected: (&str, &str)) {
    let reply = stage.send(request.signed(&stage.root)).await;
    assert_eq!(reply.short(), expected.0);
    assert!(reply.text().contains(expected.1), "{}", reply.text());
    let received = stage.upstream.take_received();
    assert_eq!(received.len(), 1, "{received:?}");
}

#[tokio::test]
async fn an_alias_that_is_not_there_is_told_in_the_words_of_kms() {
    let stage = Stage::new().await;
    tell(&stage, DESCRIBE_KEY, 400, r#"{"__type":"NotFoundException"}"#);
    let expected = format!(
        r#"NotFoundException","message":"Alias arn:aws:kms:eu-west-1:{OURS}:alias/none is not found."}}"#
    );
    let name = r#"{"KeyId":"alias/none"}"#;
    let describe = ServiceRequest::json("kms", DESCRIBE_KEY, name);
    check_absent(&stage, describe, ("400 NotFoundException", &expected)).await;
}

#[tokio::test]
async fn a_secret_that_is_not_there_is_told_by_the_upstream_to_those_who_may_have_it() {
    let stage = Stage::new().await;
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"secretsmanager:*",
        "Resource":"arn:aws:secretsmanager:eu-west-1:{OURS}:secret:db-??????"}}]}}"#
    );
    let carla = stage.user("carla", &policy).await;
    let gone = r#"{"__type":"ResourceNotFoundException"}"#;
    tell(&stage, DESCRIBE_SECRET, 400, gone);
    let (outcome, received) = stage.outcome(get_secret().signed(&carla)).await;
    assert_eq!(outcome, "200");
    assert_eq!(targets(&received), [DESCRIBE_SECRET, GET_SECRET]);
    let other = ServiceRequest::json("secretsmanager", GET_SECRET, r#"{"SecretId":"other"}"#);
    let (outcome, received) = stage.outcome(other.signed(&carla)).await;
    assert_eq!(outcome, "400 AccessDeniedException");
    assert_eq!(targets(&received), [DESCRIBE_SECRET]);
}

#[tokio::test]
async fn what_ec2_does_not_have_is_told_in_its_words() {
    let stage = Stage::new().await;
    let of = |code: &str| format!("<Response><Errors><Error><Code>{code}</Code></Error></Errors></Response>");
    let nothing =
        |operation: &str, list: &str| format!("<{operation}Response><{list}/></{operation}Response>");
    for (request, status, answer, code, text) in [
        (
            "DisassociateRouteTable&AssociationId=rtbassoc-0f",
            200,
            nothing("DescribeRouteTables", "routeTableSet"),
            "InvalidAssociationID.NotFound",
            "The association ID &apos;rtbassoc-0f&apos; does not exist",
        ),
        (
            "ReleaseAddress&PublicIp=192.0.2.9",
            400,
            of("InvalidAddress.NotFound"),
            "InvalidAddress.NotFound",
            "Address &apos;192.0.2.9&apos; not found.",
        ),
        (
            "DetachNetworkInterface&AttachmentId=eni-attach-0f",
            200,
            nothing("DescribeNetworkInterfaces", "networkInterfaceSet"),
            "InvalidAttachmentID.NotFound",
            "The network interface attachment ID &apos;eni-attach-0f&apos; does not exist",
        ),
        (
            "DeleteLaunchTemplate&LaunchTemplateName=none",
            400,
            of("InvalidLaunchTemplateName.NotFoundException"),
            "InvalidLaunchTemplateName.NotFoundException",
            "The specified launch template, with template name none, does not exist.",
        ),
    ] {
        stage
            .upstream
            .choose(move |_| Behaviour::status(status, answer.clone()));
        let body = format!("Action={request}&Version=2016-11-15");
        let request = ServiceRequest::form("ec2", &body);
        check_absent(&stage, request, (&format!("400 {code}"), text)).await;
    }
}

#[tokio::test]
async fn without_an_answer_nothing_is_decided() {
    let stage = Stage::new().await;
    let carla = stage.user("carla", ALL).await;
    for (status, body) in [(500, ""), (200, "{}"), (200, "no"), (404, "")] {
        tell(&stage, DESCRIBE_SECRET, status, body);
        let (outcome, received) = stage.outcome(get_secret().signed(&carla)).await;
        assert_eq!(outcome, "503 ServiceUnavailableException", "{status} {body}");
        assert_eq!(targets(&received), [DESCRIBE_SECRET], "{status} {body}");
    }
}

#[tokio::test]
async fn whoever_cannot_show_who_they_are_buys_no_question() {
    let stage = Stage::new().await;
    let mut stranger = stage.user("carla", ALL).await;
    stranger.secret = "wrong".repeat(8);
    let (outcome, received) = stage.outcome(get_secret().signed(&stranger)).await;
    assert_eq!(outcome, "400 InvalidSignatureException");
    assert_eq!(targets(&received).len(), 0);
}

const DESCRIBE_TABLE: &str = "DynamoDB_20120810.DescribeTable";
const GET_ITEM: &str = "DynamoDB_20120810.GetItem";

#[tokio::test]
async fn whose_rows_are_read_depends_on_the_keys_of_the_table() {
    let stage = Stage::new().await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*",
        "Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:username}"},
        "Null":{"dynamodb:LeadingKeys":"false"}}}]}"#;
    let carla = stage.user("carla", policy).await;
    let keys = r#"{"Table":{"KeySchema":[{"AttributeName":"owner","KeyType":"HASH"},
        {"AttributeName":"at","KeyType":"RANGE"}]}}"#;
    tell(&stage, DESCRIBE_TABLE, 200, keys);
    let get = |owner: &str, at: &str| {
        let body = format!(r#"{{"TableName":"t","Key":{{"owner":{{"S":"{owner}"}},"at":{{"S":"{at}"}}}}}}"#);
        ServiceRequest::json("dynamodb", GET_ITEM, &body)
    };
    let (outcome, received) = stage.outcome(get("carla", "dora").signed(&carla)).await;
    assert_eq!(outcome, "200");
    assert_eq!(targets(&received), [DESCRIBE_TABLE, GET_ITEM]);
    assert_eq!(String::from_utf8_lossy(&received[0].body), r#"{"TableName":"t"}"#);
    let (outcome, received) = stage.outcome(get("dora", "carla").signed(&carla)).await;
    assert_eq!(outcome, "400 AccessDeniedException");
    assert_eq!(received.len(), 0);
}

#[tokio::test]
async fn what_is_put_into_a_table_leaves_its_keys_as_they_were() {
    let stage = Stage::new().await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*",
        "Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:username}"},
        "Null":{"dynamodb:LeadingKeys":"false"}}}]}"#;
    let carla = stage.user("carla", policy).await;
    let keys = r#"{"Table":{"KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}]}}"#;
    tell(&stage, DESCRIBE_TABLE, 200, keys);
    const PUT_ITEM: &str = "DynamoDB_20120810.PutItem";
    let body = r#"{"TableName":"t","Item":{"owner":{"S":"carla"},"of":{"S":"dora"}}}"#;
    let put = ServiceRequest::json("dynamodb", PUT_ITEM, body);
    for asked in [&[DESCRIBE_TABLE, PUT_ITEM][..], &[PUT_ITEM]] {
        let (outcome, received) = stage.outcome(put.signed(&carla)).await;
        assert_eq!((outcome.as_str(), &targets(&received)[..]), ("200", asked));
    }
}

#[tokio::test]
async fn a_table_that_is_not_there_is_told_by_the_upstream_to_those_who_may_have_it() {
    let stage = Stage::new().await;
    tell(
        &stage,
        DESCRIBE_TABLE,
        400,
        r#"{"__type":"ResourceNotFoundException"}"#,
    );
    let body = r#"{"TableName":"t","Key":{"owner":{"S":"carla"},"at":{"S":"1"}}}"#;
    let get = ServiceRequest::json("dynamodb", GET_ITEM, body);
    let (outcome, received) = stage.outcome(get.signed(&stage.root)).await;
    assert_eq!(outcome, "200");
    assert_eq!(targets(&received), [DESCRIBE_TABLE, GET_ITEM]);
    let none = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*",
        "Resource":"arn:aws:dynamodb:*:*:table/other"}]}"#;
    let carla = stage.user("carla", none).await;
    let (outcome, _) = stage.outcome(get.signed(&carla)).await;
    assert_eq!(outcome, "400 AccessDeniedException");
}

#[tokio::test]
async fn an_instance_without_a_network_gets_the_default_one_and_that_is_decided_on() {
    let stage = Stage::new().await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"},
        {"Effect":"Deny","Action":"ec2:RunInstances","Resource":"arn:aws:ec2:*:*:subnet/subnet-0b"}]}"#;
    let carla = stage.user("carla", policy).await;
    let subnets = |second: &str| {
        let item = |subnet: &str, zone: &str| {
            format!(
                "<item><subnetId>{subnet}</subnetId><vpcId>vpc-0a</vpcId><availabilityZone>{zone}</availabilityZone></item>"
            )
        };
        let items = item("subnet-0a", "eu-west-1a") + &item(second, "eu-west-1b");
        format!("<DescribeSubnetsResponse><subnetSet>{items}</subnetSet></DescribeSubnetsResponse>")
    };
    let groups = "<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-0a</groupId></item>\
                  </securityGroupInfo></DescribeSecurityGroupsResponse>";
    let run = "Action=RunInstances&Version=2016-11-15&ImageId=ami-0a&MinCount=1&MaxCount=1";
    for (second, expected) in [("subnet-0c", "200"), ("subnet-0b", "403 UnauthorizedOperation")] {
        let stage_subnets = subnets(second);
        stage.upstream.choose(move |received| {
            let body = String::from_utf8_lossy(&received.body).into_owned();
            if body.starts_with("Action=DescribeSubnets&") {
                Behaviour::ok(stage_subnets.clone())
            } else if body.starts_with("Action=DescribeSecurityGroups&") {
                Behaviour::ok(groups)
            } else {
                Behaviour::ok("<ok/>")
            }
        });
        // What is remembered goes with anything that is made or unmade.
        let make = "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0%2F16";
        stage.send(ServiceRequest::form("ec2", make).signed(&carla)).await;
        let (outcome, _) = stage
            .outcome(ServiceRequest::form("ec2", run).signed(&carla))
            .await;
        assert_eq!(outcome, expected, "{second}");
    }
}
