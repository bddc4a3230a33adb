//! The models of all services: whole, and as the services have them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use lanyard_catalogue::catalogue;
use lanyard_service_models::{
    Location, Member, OperationModel, PayloadKind, Protocol, Segment, ServiceModel, Shape, service_models,
};

fn service(id: &str) -> &'static ServiceModel {
    service_models()
        .service(id)
        .unwrap_or_else(|| panic!("{id} is there"))
}

fn operation(id: &str, name: &str) -> &'static OperationModel {
    let operation = service(id).operation(name);
    operation.unwrap_or_else(|| panic!("{id} has {name}"))
}

fn member(id: &str, operation_name: &str, name: &str) -> &'static Member {
    let input = operation(id, operation_name).input().unwrap();
    input
        .member(name)
        .unwrap_or_else(|| panic!("{operation_name} has {name}"))
}

#[test]
fn every_service_has_its_operations() {
    let services = service_models().all().count();
    let operations: usize = service_models()
        .all()
        .map(|service| service.operations().len())
        .sum();
    assert_eq!((services, operations), (435, 19_740));
    assert!(
        service_models()
            .all()
            .all(|service| !service.operations().is_empty())
    );
}

#[test]
fn services_that_are_signed_for_under_one_name_are_found_together() {
    let ids = |name: &str| -> Vec<&str> {
        let found = service_models().signed_as(name).iter();
        found.map(|service| service.id()).collect()
    };
    assert_eq!(ids("elasticloadbalancing"), ["elb", "elbv2"]);
    assert_eq!(ids("sqs"), ["sqs"]);
    assert_eq!(ids("es"), ["es", "opensearch"]);
    assert!(ids("SQS").is_empty());
    assert!(ids("").is_empty());
    for name in service_models().signing_names() {
        let found = service_models().signed_as(name);
        assert!(
            !found.is_empty() && found.iter().all(|service| service.signing_name() == name),
            "{name}"
        );
    }
}

#[test]
fn the_name_of_an_operation_counts_in_its_own_case_only() {
    assert!(service("dynamodb").operation("GetItem").is_some());
    assert!(service("dynamodb").operation("getitem").is_none());
    assert!(service_models().service("nosuchservice").is_none());
    for service in service_models().all() {
        for operation in service.operations() {
            let found = service.operation(operation.name()).unwrap();
            assert!(std::ptr::eq(found, operation));
        }
    }
}

#[test]
fn a_service_says_which_protocols_it_takes_and_how() {
    use Protocol::{Cbor, Ec2, Json10, Json11, Query, RestJson, RestXml};
    let check = |id: &str, protocols: &[Protocol], version: &str, target: Option<&str>| {
        let service = service(id);
        assert_eq!(service.protocols(), protocols, "{id}");
        assert_eq!(service.api_version(), version, "{id}");
        assert_eq!(service.target_prefix(), target, "{id}");
    };
    check("sqs", &[Json10], "2012-11-05", Some("AmazonSQS"));
    check("dynamodb", &[Json10], "2012-08-10", Some("DynamoDB_20120810"));
    check("kms", &[Json11], "2014-11-01", Some("TrentService"));
    check("sns", &[Query], "2010-03-31", None);
    check("ec2", &[Ec2], "2016-11-15", None);
    check("lambda", &[RestJson], "2015-03-31", None);
    check("route53", &[RestXml], "2013-04-01", None);
    check(
        "cloudwatch",
        &[Cbor, Json10, Query],
        "2010-08-01",
        Some("GraniteServiceVersion20100801"),
    );
    assert_eq!(
        service("sns").namespace(),
        Some("http://sns.amazonaws.com/doc/2010-03-31/")
    );
    assert!(service("sqs").is_query_compatible());
    assert!(!service("sns").is_query_compatible());
}

#[test]
fn every_label_of_a_path_is_a_required_member_of_the_input() {
    for service in service_models().all() {
        for operation in service.operations() {
            let members = operation.input().map(|input| input.members()).unwrap_or_default();
            let in_path: Vec<&Member> = members
                .iter()
                .filter(|member| member.location() == Location::Uri)
                .collect();
            let is_rest = service.protocols().iter().any(|protocol| protocol.is_rest());
            if !is_rest {
                continue;
            }
            let mut labels = 0;
            for segment in operation.uri().segments() {
                if let Segment::Label(name) | Segment::Greedy(name) = segment {
                    labels += 1;
                    let member = in_path.iter().find(|member| member.wire_name() == *name);
                    assert!(
                        member.is_some_and(|member| member.is_required()),
                        "{} {name}",
                        operation.name()
                    );
                }
            }
            assert_eq!(labels, in_path.len(), "{} {}", service.id(), operation.name());
        }
    }
}

#[test]
fn a_member_in_a_path_a_query_or_a_header_is_found_there() {
    let check = |id: &str, operation: &str, name: &str, location: Location, wire: &str| {
        let member = member(id, operation, name);
        assert_eq!(
            (member.location(), member.wire_name()),
            (location, wire),
            "{name}"
        );
    };
    check("lambda", "Invoke", "FunctionName", Location::Uri, "FunctionName");
    check("lambda", "Invoke", "Qualifier", Location::Query, "Qualifier");
    check(
        "lambda",
        "Invoke",
        "InvocationType",
        Location::Header,
        "X-Amz-Invocation-Type",
    );
    check(
        "s3",
        "PutObject",
        "Metadata",
        Location::HeaderPrefix,
        "x-amz-meta-",
    );
    check(
        "lambda",
        "CreateFunction",
        "FunctionName",
        Location::Body,
        "FunctionName",
    );
    check(
        "apigateway",
        "CreateResource",
        "pathPart",
        Location::Body,
        "pathPart",
    );
}

#[test]
fn a_body_that_is_one_member_says_so_and_how() {
    let check = |id: &str, name: &str, expected: Option<(&str, PayloadKind)>| {
        let payload = operation(id, name).payload();
        let found = payload.map(|payload| (payload.member().name(), payload.kind()));
        assert_eq!(found, expected, "{name}");
    };
    check("lambda", "Invoke", Some(("Payload", PayloadKind::Blob)));
    check("s3", "PutObject", Some(("Body", PayloadKind::Streaming)));
    check(
        "cloudfront",
        "CreateDistribution",
        Some(("DistributionConfig", PayloadKind::Modelled)),
    );
    check(
        "lexv2-runtime",
        "StartConversation",
        Some(("requestEventStream", PayloadKind::EventStream)),
    );
    check("s3", "PutBucketPolicy", Some(("Policy", PayloadKind::Text)));
    check("dynamodb", "PutItem", None);
}

#[test]
fn the_names_in_forms_are_those_of_the_protocol() {
    let check = |id: &str, operation: &str, name: &str, form: &str, is_flattened: bool| {
        let member = member(id, operation, name);
        assert_eq!(
            (member.query_name(), member.is_flattened()),
            (form, is_flattened),
            "{name}"
        );
    };
    check("ec2", "TerminateInstances", "InstanceIds", "InstanceId", true);
    check("ec2", "TerminateInstances", "DryRun", "DryRun", false);
    check(
        "ec2",
        "RunInstances",
        "TagSpecifications",
        "TagSpecification",
        true,
    );
    check(
        "ec2",
        "ModifyInstanceAttribute",
        "InstanceId",
        "InstanceId",
        false,
    );
    check("sns", "CreateTopic", "Tags", "Tags", false);
    check("iam", "CreateUser", "Tags", "Tags", false);
    check("elasticbeanstalk", "CreateApplication", "Tags", "Tags", false);
    let security_groups = member("rds", "CreateDBInstance", "DBSecurityGroups");
    let list = security_groups.shape().list().unwrap();
    assert_eq!(list.member_name(), "DBSecurityGroupName");
    let attributes = member("sns", "CreateTopic", "Attributes").shape().map().unwrap();
    assert_eq!((attributes.key_name(), attributes.value_name()), ("key", "value"));
}

#[test]
fn a_shape_may_hold_itself() {
    let item = member("dynamodb", "PutItem", "Item").shape().map().unwrap();
    let value = item.value().structure().unwrap();
    let list = value.member("L").unwrap().shape().list().unwrap();
    assert!(std::ptr::eq(list.member(), item.value()));
    let map = value.member("M").unwrap().shape().map().unwrap();
    assert!(std::ptr::eq(map.value(), item.value()));
    assert!(matches!(value.member("B").unwrap().shape(), Shape::Blob));
    assert!(matches!(value.member("S").unwrap().shape(), Shape::Text));
    assert!(matches!(value.member("BOOL").unwrap().shape(), Shape::Boolean));
    assert_eq!(format!("{value:?}").matches("Structure").count(), 1);
}

#[test]
fn what_is_sent_without_a_signature_or_without_one_of_the_body_is_known() {
    assert!(!operation("sts", "AssumeRoleWithWebIdentity").is_signed());
    assert!(!operation("cognito-identity", "GetId").is_signed());
    assert!(operation("sts", "AssumeRole").is_signed());
    assert!(operation("mediastore-data", "PutObject").is_body_unsigned());
    assert!(!operation("lambda", "Invoke").is_body_unsigned());
    assert!(operation("cloudwatch", "PutMetricData").is_compressible());
    assert!(operation("kms", "DescribeKey").input().is_some());
}

#[test]
fn an_operation_that_makes_something_names_what_its_answer_will() {
    let check = |id: &str, name: &str, expected: &[&str]| {
        assert_eq!(operation(id, name).new_ids(), expected, "{name}");
    };
    check("sns", "CreateTopic", &["TopicArn"]);
    check("sns", "Publish", &["MessageId"]);
    check("ec2", "DescribeVpcs", &[]);
    check("dynamodb", "DeleteTable", &[]);
    assert!(operation("ec2", "RunInstances").new_ids().contains(&"InstanceId"));
    assert!(operation("ec2", "CreateVpc").new_ids().contains(&"VpcId"));
    assert!(operation("kms", "CreateKey").new_ids().contains(&"KeyId"));
}

/// Services without a word in the service authorization reference, and why.
const WITHOUT_ACTIONS: [(&str, &str); 4] = [
    (
        "applicationcostprofiler",
        "the service was closed, and its page with it",
    ),
    ("iotthingsgraph", "the service was closed, and its page with it"),
    ("opensearchmemory", "the data set of actions does not have it yet"),
    (
        "sso",
        "its requests carry a token of the portal, never a signature",
    ),
];

#[test]
fn the_actions_of_every_service_have_a_prefix_that_the_catalogue_knows() {
    let unknown: Vec<&str> = service_models()
        .all()
        .filter(|service| catalogue().service(service.iam_prefix()).is_none())
        .map(|service| service.id())
        .collect();
    assert_eq!(unknown, WITHOUT_ACTIONS.map(|(id, _)| id));
}

#[test]
fn a_prefix_that_is_not_the_signing_name_is_known() {
    let check = |id: &str, prefix: &str| assert_eq!(service(id).iam_prefix(), prefix, "{id}");
    check("cloudwatch", "cloudwatch");
    check("sesv2", "ses");
    check("resourcegroupstaggingapi", "tag");
    check("iot-jobs-data", "iotjobsdata");
    check("apigatewayv2", "apigateway");
    check("apigatewaymanagementapi", "execute-api");
    check("opensearch", "es");
    check("docdb", "rds");
    check("stepfunctions", "states");
    check("s3control", "s3");
    // Nothing stands in the table that the signing name would say as well.
    for service in service_models().all() {
        let has_own = catalogue().service(service.signing_name()).is_some();
        let is_other = service.iam_prefix() != service.signing_name();
        assert!(!(has_own && is_other), "{}", service.id());
    }
}
