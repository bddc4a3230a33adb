//! Requests in each protocol: what they mean, and what is refused because two programs could read it differently.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_push_string,
    dead_code,
    reason = "test code"
)]

#[path = "aws/requests.rs"]
mod requests;

use http::Method;
use lanyard_mapping::MappingError;
use lanyard_mapping::aws::{Completed, Scope, ServiceMapping};
use lanyard_names::AccountId;
use proptest::prelude::*;
use requests::{Wire, encoded, scope};

/// The permissions as `action resource`, one on each line; for what is refused, the reason.
fn meaning(service: &str, wire: &Wire) -> String {
    let mapping = ServiceMapping::new(service).unwrap();
    match wire.map(&mapping) {
        Ok(Completed::Call(call)) => {
            let lines = call
                .permissions
                .iter()
                .map(|asked| format!("{} {}", asked.action, asked.resource));
            lines.collect::<Vec<_>>().join("\n")
        }
        Ok(Completed::Needs(lookup)) => format!("needs {lookup:?}"),
        Err(error) => format!("refused: {error}"),
    }
}

fn check(service: &str, wire: &Wire, expected: &str) {
    assert_eq!(meaning(service, wire), expected, "{wire:?}");
}

fn refuses(service: &str, wires: &[Wire]) {
    for wire in wires {
        let meaning = meaning(service, wire);
        assert!(meaning.starts_with("refused: "), "{wire:?}: {meaning}");
    }
}

fn json(target: &str, body: &str) -> Wire {
    let headers = [
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", target),
    ];
    Wire::new(Method::POST, "/", &headers, body.as_bytes())
}

fn form(body: &str) -> Wire {
    Wire::new(
        Method::POST,
        "/",
        &[("content-type", "application/x-www-form-urlencoded")],
        body.as_bytes(),
    )
}

fn rest(method: Method, target: &str, body: &str) -> Wire {
    Wire::new(
        method,
        target,
        &[("content-type", "application/json")],
        body.as_bytes(),
    )
}

fn cbor(path: &str, body: &[u8]) -> Wire {
    let headers = [
        ("content-type", "application/cbor"),
        ("smithy-protocol", "rpc-v2-cbor"),
    ];
    Wire::new(Method::POST, path, &headers, body)
}

const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:111122223333:certificate/abc";
const DESCRIBE: &str = "CertificateManager.DescribeCertificate";

#[test]
fn json_has_one_meaning() {
    let expected = format!("acm:DescribeCertificate {CERTIFICATE}");
    for body in [
        format!("{{\"CertificateArn\":\"{CERTIFICATE}\"}}"),
        format!(" {{ \"Certificate\\u0041rn\" : \"{CERTIFICATE}\" }}\n"),
    ] {
        check("acm", &json(DESCRIBE, &body), &expected);
    }
    let with = |body: &str| json(DESCRIBE, &body.replace("ARN", CERTIFICATE));
    refuses(
        "acm",
        &[
            with(""),
            with("{"),
            with("[]"),
            with("null"),
            with("{} {}"),
            with("\u{feff}{\"CertificateArn\":\"ARN\"}"),
            with("{\"CertificateArn\":\"ARN\",}"),
            with("{\"CertificateArn\":\"ARN\",\"CertificateArn\":\"ARN\"}"),
            with("{\"CertificateArn\":\"ARN\",\"Certificate\\u0041rn\":\"ARN\"}"),
            with("{\"CertificateArn\":\"ARN\",\"CertificateArn\":null}"),
            with("{\"CertificateArn\":null,\"CertificateArn\":\"ARN\"}"),
            with("{\"certificateArn\":\"ARN\"}"),
            with("{\"CertificateArn\":\"ARN\",\"certificateArn\":\"ARN\"}"),
            with("{\"CertificateArn\":\"ARN\",\"Other\":1}"),
            with("{\"CertificateArn\":1}"),
            with("{\"CertificateArn\":[\"ARN\"]}"),
            with("{\"CertificateArn\":\"ARN\\ud800\"}"),
            with("{\"CertificateArn\":\"ARN\n\"}"),
            with("{\"CertificateArn\":\"ARN*\"}"),
            with("{'CertificateArn':'ARN'}"),
            with("{\"CertificateArn\":\"ARN\"/**/}"),
            with("{\"CertificateArn\":\"arn:aws:acm:us-east-1:111122223333:certificate/abc\"}"),
            with("{\"CertificateArn\":\"arn:aws:iam::111122223333:certificate/abc\"}"),
        ],
    );
}

#[test]
fn numbers_and_depth_are_bounded_by_the_grammar() {
    let list = |number: &str| {
        json(
            "CertificateManager.ListCertificates",
            &format!("{{\"MaxItems\":{number}}}"),
        )
    };
    for number in ["1", "0", "-1", "1.5", "1e3", "null"] {
        check("acm", &list(number), "acm:ListCertificates *");
    }
    for number in ["01", "+1", "1.", ".5", "0x1", "1e", "\"1\"", "true", "NaN"] {
        refuses("acm", &[list(number)]);
    }
    let deep = |depth: usize| {
        let value = format!(
            "{}{{\"S\":\"a\"}}{}",
            "{\"L\":[".repeat(depth),
            "]}".repeat(depth)
        );
        json(
            "DynamoDB_20120810.PutItem",
            &format!("{{\"TableName\":\"t\",\"Item\":{{\"k\":{value}}}}}"),
        )
    };
    refuses("dynamodb", &[deep(40), deep(100_000)]);
}

#[test]
fn the_target_is_exactly_one_of_the_service() {
    let body = format!("{{\"CertificateArn\":\"{CERTIFICATE}\"}}");
    let wire = json(DESCRIBE, &body);
    let and = |name: &str, value: &str| {
        let mut wire = wire.clone();
        wire.headers.push((name.to_owned(), value.to_owned()));
        wire
    };
    let of = |method: Method, target: &str| Wire {
        method,
        target: target.to_owned(),
        ..wire.clone()
    };
    let typed = |kind: &str| {
        let mut wire = wire.clone();
        wire.headers[0].1 = kind.to_owned();
        wire
    };
    refuses(
        "acm",
        &[
            json("CertificateManager.Describecertificate", &body),
            json("certificatemanager.DescribeCertificate", &body),
            json("DescribeCertificate", &body),
            json("DynamoDB_20120810.GetItem", &body),
            json("CertificateManager.DescribeCertificate.", &body),
            json(" CertificateManager.DescribeCertificate", &body),
            and("x-amz-target", DESCRIBE),
            and("x-amz-target", "CertificateManager.DeleteCertificate"),
            and("content-type", "application/cbor"),
            and("smithy-protocol", "rpc-v2-cbor"),
            and("x-amz-mystery", "1"),
            and("content-encoding", "gzip"),
            of(Method::GET, "/"),
            of(Method::POST, "/?Action=DeleteCertificate"),
            of(Method::POST, "/other"),
            of(Method::POST, "//"),
            typed("application/x-www-form-urlencoded"),
            typed("application/x-amz-json-1.1; charset=utf-16"),
        ],
    );
    for harmless in [
        "x-amz-user-agent",
        "amz-sdk-request",
        "x-amz-api-version",
        "x-http-method-override",
    ] {
        check(
            "acm",
            &and(harmless, "DELETE"),
            &format!("acm:DescribeCertificate {CERTIFICATE}"),
        );
    }
    let signed = of(Method::POST, "/?X-Amz-Signature=1&X-Amz-Date=2");
    let mapping = ServiceMapping::new("acm").unwrap();
    let Ok(Completed::Call(call)) = signed.map(&mapping) else {
        panic!("a presigned request")
    };
    assert_eq!((call.target.as_str(), call.body.as_deref()), ("/", None));
    let names: Vec<_> = call.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "x-amz-target"]);
}

#[test]
fn forms_have_one_meaning() {
    let name = "DBInstanceIdentifier";
    let expected = "rds:RebootDBInstance arn:aws:rds:eu-west-1:111122223333:db:one";
    let action = "Action=RebootDBInstance&Version=2014-10-31";
    for body in [
        format!("{action}&{name}=one"),
        format!("{name}=one&{action}"),
        format!("{action}&{name}=%6fne"),
        format!("{action}&{name}=one&ForceFailover=true"),
    ] {
        check("rds", &form(&body), expected);
    }
    for rest in [
        "&DBInstanceIdentifier=one&DBInstanceIdentifier=two",
        "&DBInstanceIdentifier=one&dbinstanceidentifier=two",
        "&DBInstanceIdentifier=one&Action=DeleteDBInstance",
        "&DBInstanceIdentifier=one&Version=2014-09-01",
        "&DBInstanceIdentifier=one;ForceFailover=true",
        "&DBInstanceIdentifier=one&ForceFailover=True",
        "&DBInstanceIdentifier=one&DBInstanceIdentifier.1=two",
        "&DBInstanceIdentifier.member.1=one",
        "&DBInstanceIdentifier=one&Other=1",
        "&DBInstanceIdentifier=one&",
        "&DBInstanceIdentifier=one&ForceFailover",
        "&DBInstanceIdentifie%72=one",
        "&DBInstanceIdentifier=on%zz",
        "&DBInstanceIdentifier=on%C0%AF",
        "&DBInstanceIdentifier=one%00",
        "&DBInstanceIdentifier=",
        "",
    ] {
        refuses("rds", &[form(&format!("{action}{rest}"))]);
    }
    refuses(
        "rds",
        &[
            form(""),
            form("Version=2014-10-31"),
            form("Action=&Version=2014-10-31"),
            form("Action=Nope&Version=2014-10-31"),
        ],
    );
    let both = Wire {
        target: format!("/?{action}"),
        ..form(&format!("{action}&{name}=one"))
    };
    refuses(
        "rds",
        &[
            both,
            Wire {
                target: "/queue".to_owned(),
                ..form(&format!("{action}&{name}=one"))
            },
        ],
    );
    let get = |target: &str| Wire::new(Method::GET, target, &[], b"");
    check(
        "rds",
        &get(&format!("/?{action}&{name}=one&X-Amz-Signature=0")),
        expected,
    );
    refuses(
        "rds",
        &[
            get(&format!("/?{action}&{name}=one+two")),
            Wire {
                body: b"a=b".to_vec(),
                ..get(&format!("/?{action}&{name}=one"))
            },
        ],
    );
}

#[test]
fn forms_for_queues_go_to_a_queue_and_to_no_other_path_of_a_server() {
    let at = |target: &str| Wire {
        target: target.to_owned(),
        ..form("Action=ListQueues&Version=2012-11-05")
    };
    let expected = "sqs:ListQueues arn:aws:sqs:eu-west-1:111122223333:";
    for path in ["/", "/111122223333/one", "/queue/eu-west-1/111122223333/one.fifo"] {
        let meaning = meaning("sqs", &at(path));
        assert!(meaning.starts_with(expected), "{path}: {meaning}");
    }
    let others = [
        "/moto-api/reset",
        "/_aws/sqs/messages",
        "/queue/one",
        "/111122223333",
        "/111122223333/",
        "/111122223333/one/two",
        "/111122223333/..",
    ];
    refuses("sqs", &others.map(at));
}

#[test]
fn a_slash_in_a_name_is_refused_where_names_have_none() {
    let ecs = |name: &str| {
        let target = "AmazonEC2ContainerServiceV20141113.DeleteCluster";
        json(target, &format!(r#"{{"cluster":"{name}"}}"#))
    };
    let arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/own";
    let expected = format!("ecs:DeleteCluster {arn}");
    check("ecs", &ecs("own"), &expected);
    check("ecs", &ecs(arn), &expected);
    refuses("ecs", &[ecs("own/other"), ecs(&format!("{arn}/other"))]);
    let bus = |name: &str| json("AWSEvents.DeleteEventBus", &format!(r#"{{"Name":"{name}"}}"#));
    let partner = "aws.partner/example.com/own";
    let expected = format!("events:DeleteEventBus arn:aws:events:eu-west-1:111122223333:event-bus/{partner}");
    check("events", &bus(partner), &expected);
    refuses("events", &[bus("own/other")]);
    let kms = json("TrentService.DeleteAlias", r#"{"AliasName":"alias/own/other"}"#);
    assert!(!meaning("kms", &kms).starts_with("refused"));
}

#[test]
fn a_number_is_written_in_one_way() {
    let version = |number: &str| {
        let target = format!("/2018-10-31/layers/own/versions/{number}");
        Wire::new(Method::GET, &target, &[], b"")
    };
    let expected = "lambda:GetLayerVersion arn:aws:lambda:eu-west-1:111122223333:layer:own:10";
    check("lambda", &version("10"), expected);
    refuses(
        "lambda",
        &["010", "0010", "-10", "%2B10", "10.0", "1e1"].map(version),
    );
}

#[test]
fn a_request_has_no_more_tags_than_a_resource_can_have() {
    let sqs = |count: usize| {
        let tags: Vec<String> = (0..count).map(|number| format!(r#""k{number}":"v""#)).collect();
        let queue = "https://sqs.eu-west-1.amazonaws.com/111122223333/one";
        let body = format!(r#"{{"QueueUrl":"{queue}","Tags":{{{}}}}}"#, tags.join(","));
        json("AmazonSQS.TagQueue", &body)
    };
    let ec2 = |count: usize| {
        let tag = |number: usize| format!("&Tag.{number}.Key=k{number}&Tag.{number}.Value=v");
        let tags: String = (1..=count).map(tag).collect();
        form(&format!(
            "Action=CreateTags&Version=2016-11-15&ResourceId.1=i-1{tags}"
        ))
    };
    let expected = "sqs:TagQueue arn:aws:sqs:eu-west-1:111122223333:one";
    check("sqs", &sqs(1000), expected);
    refuses("sqs", &[sqs(1025)]);
    check(
        "ec2",
        &ec2(200),
        "ec2:CreateTags arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
    );
    refuses("ec2", &[ec2(201)]);
}

#[test]
fn lists_of_forms_are_numbered_without_gaps() {
    let tags = |tags: &str| {
        let arn = encoded("arn:aws:rds:eu-west-1:111122223333:db:one");
        form(&format!(
            "Action=AddTagsToResource&Version=2014-10-31&ResourceName={arn}&{tags}"
        ))
    };
    let good = "Tags.Tag.2.Key=b&Tags.Tag.1.Value=1&Tags.Tag.1.Key=a&Tags.Tag.2.Value=2";
    let mapping = ServiceMapping::new("rds").unwrap();
    if let Ok(Completed::Call(call)) = tags(good).map(&mapping) {
        let keys: Vec<_> = call.permissions[0]
            .context
            .iter()
            .map(|(name, _)| name.to_owned())
            .collect();
        assert!(
            keys.contains(&"aws:RequestTag/a".to_owned()) && keys.contains(&"aws:RequestTag/b".to_owned()),
            "{keys:?}"
        );
        assert_eq!(call.retags, ["arn:aws:rds:eu-west-1:111122223333:db:one"]);
    }
    refuses(
        "rds",
        &[
            tags("Tags.Tag.1.Key=a&Tags.Tag.3.Key=b"),
            tags("Tags.Tag.0.Key=a"),
            tags("Tags.Tag.01.Key=a"),
            tags("Tags.Tag.x.Key=a"),
            tags("Tags.Tag.1.Key=a&Tags.Tag.2=b"),
            tags("Tags.member.1.Key=a"),
            tags("Tags.Tag.1.Key=a&Tags.Tag.1.Key=b"),
            tags("Tags.Tag.1.key=a"),
            tags("Tags.Tag.99999999999999999999.Key=a"),
        ],
    );
}

#[test]
fn the_version_tells_services_of_one_name_apart() {
    let old = form("Action=DescribeLoadBalancers&Version=2012-06-01");
    let new = form("Action=DescribeLoadBalancers&Version=2015-12-01");
    check(
        "elasticloadbalancing",
        &old,
        "elasticloadbalancing:DescribeLoadBalancers *",
    );
    check(
        "elasticloadbalancing",
        &new,
        "elasticloadbalancing:DescribeLoadBalancers *",
    );
    let mapping = ServiceMapping::new("elasticloadbalancing").unwrap();
    for (wire, id) in [(&old, "elb"), (&new, "elbv2")] {
        let Ok(Completed::Call(call)) = wire.map(&mapping) else {
            panic!("{id}")
        };
        assert_eq!(call.service.id(), id);
    }
    refuses(
        "elasticloadbalancing",
        &[
            form("Action=DescribeLoadBalancers"),
            form("Action=DescribeLoadBalancers&Version=2011-01-01"),
            form("Action=CreateTargetGroup&Version=2012-06-01&Name=a"),
        ],
    );
}

#[test]
fn paths_have_one_meaning() {
    let cluster = "arn:aws:eks:eu-west-1:111122223333:cluster";
    let get = |target: &str| rest(Method::GET, target, "");
    check(
        "eks",
        &get("/clusters/one"),
        &format!("eks:DescribeCluster {cluster}/one"),
    );
    check(
        "eks",
        &get("/clusters/%6fne"),
        &format!("eks:DescribeCluster {cluster}/one"),
    );
    let all = "eks:ListClusters arn:aws:eks:eu-west-1:111122223333:cluster/*";
    check("eks", &get("/clusters"), all);
    check("eks", &get("/clusters/"), all);
    refuses(
        "eks",
        &[
            get("/clusters/%2e%2e"),
            get("/clusters/.."),
            get("/clusters/./one"),
            get("//clusters/one"),
            get("/clusters//one"),
            get("/clusters/one%2Faddons"),
            get("/clusters/one%2F..%2Ftwo"),
            get("/clusters/one%00"),
            get("/clusters/on*"),
            get("/Clusters/one"),
            get("/clusters/one?other=1"),
            get("clusters/one"),
            rest(Method::PATCH, "/clusters/one", ""),
            rest(Method::GET, "/clusters/one", "{\"name\":\"two\"}"),
            rest(Method::GET, "/clusters/one", "name=two"),
            Wire {
                headers: vec![(
                    "content-type".to_owned(),
                    "application/x-www-form-urlencoded".to_owned(),
                )],
                ..get("/clusters/one")
            },
        ],
    );
    let typed = |kind: &str| Wire {
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        ..get("/clusters/one")
    };
    refuses("eks", &[typed("text/xml"), typed("application/cbor")]);
    let mapping = ServiceMapping::new("eks").unwrap();
    let arn = format!("{cluster}/one");
    let tags = get(&format!("/tags/{}", encoded(&arn)));
    let Ok(Completed::Call(call)) = tags.map(&mapping) else {
        panic!("an ARN in the path")
    };
    assert_eq!(call.target, format!("/tags/{}", encoded(&arn)));
    assert_eq!(call.permissions[0].resource, arn);
}

#[test]
fn parameters_are_given_once_but_in_lists() {
    let arn = encoded("arn:aws:eks:eu-west-1:111122223333:cluster/one");
    let delete = |query: &str| rest(Method::DELETE, &format!("/tags/{arn}?{query}"), "");
    let mapping = ServiceMapping::new("eks").unwrap();
    let Ok(Completed::Call(call)) = delete("tagKeys=a&tagKeys=b").map(&mapping) else {
        panic!("a list")
    };
    let keys = call.permissions[0].context.get("aws:TagKeys");
    assert_eq!(format!("{keys:?}"), "Some(Many([\"a\", \"b\"]))");
    refuses(
        "eks",
        &[
            delete("tagKeys=a&tagkeys=b"),
            delete("tagKeys=a&other=b"),
            delete("tagKeys=a+b"),
            delete("tagKeys=a;b"),
        ],
    );
    let list = |query: &str| rest(Method::GET, &format!("/clusters?{query}"), "");
    let all = "eks:ListClusters arn:aws:eks:eu-west-1:111122223333:cluster/*";
    check("eks", &list("maxResults=1"), all);
    refuses(
        "eks",
        &[
            list("maxResults=1&maxResults=2"),
            list("maxResults=one"),
            list("=1"),
        ],
    );
}

#[test]
fn cbor_has_one_meaning() {
    let path = "/service/GraniteServiceVersion20100801/operation/DescribeAlarmHistory";
    let name = [b"\x69AlarmName".as_slice(), b"\x61a"].concat();
    let body = |pieces: &[&[u8]]| cbor(path, &pieces.concat());
    let expected = "cloudwatch:DescribeAlarmHistory arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a";
    check("monitoring", &body(&[b"\xa1", &name]), expected);
    check("monitoring", &body(&[b"\xbf", &name, b"\xff"]), expected);
    check(
        "monitoring",
        &body(&[b"\xbf\x7f\x65Alarm\x64Name\xff\x61a\xff"]),
        expected,
    );
    refuses(
        "monitoring",
        &[
            body(&[b"\xa2", &name, &name]),
            body(&[b"\xa1", &name, b"\x00"]),
            body(&[b"\xa2", &name]),
            body(&[b"\xbf", &name]),
            body(&[b"\xa1\x69alarmName\x61a"]),
            body(&[b"\xa1\x49AlarmName\x61a"]),
            body(&[b"\xa1\x69AlarmName\x41a"]),
            body(&[b"\xa1\x69AlarmName\xc1\x61a"]),
            body(&[b"\xa1\x69AlarmName\x61\xff"]),
            body(&[b"\x80"]),
            body(&[b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff"]),
            body(&[&b"\x9f".repeat(100_000)]),
            cbor("/service/GraniteServiceVersion20100801/operation/Nope", b"\xa0"),
            cbor("/service/Other/operation/DescribeAlarmHistory", b"\xa0"),
            cbor("/", b"\xa0"),
            Wire {
                headers: vec![("smithy-protocol".to_owned(), "rpc-v3".to_owned())],
                ..cbor(path, b"\xa0")
            },
        ],
    );
}

#[test]
fn an_account_of_the_upstream_is_the_one_here() {
    let theirs = AccountId::parse("000000000000").unwrap();
    let scope = Scope {
        upstream_account: Some((theirs, scope().account)),
        ..scope()
    };
    let mapping = ServiceMapping::new("acm").unwrap();
    let arn = CERTIFICATE.replace("111122223333", "000000000000");
    let wire = json(DESCRIBE, &format!("{{\"CertificateArn\":\"{arn}\"}}"));
    let Ok(Completed::Call(call)) = wire.map_in(&mapping, &scope) else {
        panic!("mapped")
    };
    assert_eq!(call.permissions[0].resource, CERTIFICATE);
}

#[test]
fn an_operation_that_is_not_mapped_says_why() {
    let mapping = ServiceMapping::new("kinesis").unwrap();
    let wire = json("Kinesis_20131202.DeleteQueue", "{\"QueueARN\":\"a\"}");
    let error = wire.map(&mapping).unwrap_err();
    assert!(
        matches!(
            error,
            MappingError::Unmapped {
                operation: "DeleteQueue",
                ..
            }
        ),
        "{error:?}"
    );
}

proptest! {
    #[test]
    fn any_bytes_are_mapped_or_refused(body in prop::collection::vec(any::<u8>(), 0..60), text in ".{0,60}") {
        let mapping = ServiceMapping::new("monitoring").unwrap();
        let path = "/service/GraniteServiceVersion20100801/operation/PutMetricData";
        let _ = cbor(path, &body).map(&mapping);
        let _ = form(&format!("Action=PutMetricData&{text}")).map(&mapping);
        let _ = json("GraniteServiceVersion20100801.PutMetricData", &text).map(&mapping);
    }

    #[test]
    fn a_name_goes_upstream_as_it_was_decided(name in "[ -~é]{1,12}") {
        let mapping = ServiceMapping::new("eks").unwrap();
        let wire = rest(Method::GET, &format!("/clusters/{}", encoded(&name)), "");
        if let Ok(Completed::Call(call)) = wire.map(&mapping) {
            let again = rest(Method::GET, &call.target, "");
            let Ok(Completed::Call(again)) = again.map(&mapping) else { panic!("{}", call.target) };
            prop_assert_eq!(&again.permissions[0].resource, &call.permissions[0].resource);
            let end = format!("/{name}");
            prop_assert!(call.permissions[0].resource.ends_with(&end));
        }
    }
}
