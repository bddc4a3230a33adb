//! What the mapping adds to a request: a small one of JSON, one of a form, and what operators ask for all day.
//!
//! The bar is two microseconds for each, from the head as it came to the permissions and the request that goes
//! upstream. The tables are made before.
//!
//! A first argument picks the cases that have it in their title, a second one says how many rounds there are: one is
//! enough for a profiler that counts instructions.

use std::hint::black_box;
use std::time::Instant;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lanyard_mapping::Incoming;
use lanyard_mapping::aws::{Completed, KeySchema, Known, Scope, ServiceMapping};
use lanyard_names::AccountId;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const REQUESTS: u32 = 10_000;
const ROUNDS: usize = 61;
const NANOSECONDS_MAX: f64 = 2000.0;

struct Case {
    title: &'static str,
    service: &'static str,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")];

const CASES: [Case; 7] = [
    Case {
        title: "dynamodb GetItem (JSON)",
        service: "dynamodb",
        path: "/",
        headers: &[
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", "DynamoDB_20120810.GetItem"),
        ],
        body: r#"{"TableName":"orders","Key":{"customer":{"S":"c-17"},"number":{"N":"4711"}},"ConsistentRead":true}"#,
    },
    Case {
        title: "ssm GetParameter (JSON)",
        service: "ssm",
        path: "/",
        headers: &[
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", "AmazonSSM.GetParameter"),
        ],
        body: r#"{"Name":"/shop/database/password","WithDecryption":false}"#,
    },
    Case {
        title: "sns Publish (form)",
        service: "sns",
        path: "/",
        headers: FORM,
        body: "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A111122223333%3Aorders\
               &Message=a+new+order+has+come&Subject=order",
    },
    Case {
        title: "ec2 DescribeInstances (form)",
        service: "ec2",
        path: "/",
        headers: FORM,
        body: "Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0\
               &Filter.1.Name=instance-state-name&Filter.1.Value.1=running",
    },
    Case {
        title: "sqs SendMessage (JSON)",
        service: "sqs",
        path: "/",
        headers: &[
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", "AmazonSQS.SendMessage"),
        ],
        body: r#"{"QueueUrl":"http://localhost:4260/111122223333/orders","MessageBody":"a new order has come"}"#,
    },
    Case {
        title: "kinesis PutRecord (JSON)",
        service: "kinesis",
        path: "/",
        headers: &[
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", "Kinesis_20131202.PutRecord"),
        ],
        body: r#"{"StreamName":"orders","Data":"YSBuZXcgb3JkZXIgaGFzIGNvbWU=","PartitionKey":"c-17"}"#,
    },
    Case {
        title: "lambda Invoke (REST)",
        service: "lambda",
        path: "/2015-03-31/functions/orders/invocations",
        headers: &[
            ("content-type", "application/octet-stream"),
            ("x-amz-invocation-type", "RequestResponse"),
        ],
        body: "",
    },
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let title = arguments.next().unwrap_or_default();
    let rounds = arguments
        .next()
        .map_or(ROUNDS, |count| count.parse().expect("a number"));
    let mut is_slow = false;
    for case in CASES.iter().filter(|case| case.title.contains(&title)) {
        let nanoseconds = measure(case, rounds);
        let is_within = nanoseconds <= NANOSECONDS_MAX;
        is_slow |= !is_within;
        let verdict = if is_within { "ok" } else { "TOO SLOW" };
        println!(
            "mapping  {:<32} {nanoseconds:>6.0} ns per request  {verdict}",
            case.title
        );
    }
    if is_slow {
        std::process::exit(1);
    }
}

/// The best of many short rounds: what else the machine does is not what is measured.
fn measure(case: &Case, rounds: usize) -> f64 {
    let mapping = ServiceMapping::new(case.service).expect("a service");
    let mut headers = HeaderMap::new();
    let usual = [
        ("host", "localhost:4260"),
        ("user-agent", "aws-sdk-rust/1.3 os/linux lang/rust"),
        ("x-amz-user-agent", "aws-sdk-rust/1.3"),
        ("x-amz-date", "20261122T110000Z"),
        ("authorization", "AWS4-HMAC-SHA256 Credential=x"),
        ("amz-sdk-invocation-id", "i"),
        ("amz-sdk-request", "attempt=1; max=3"),
    ];
    for (name, value) in usual.iter().chain(case.headers) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let scope = Scope {
        region: "eu-west-1",
        account: AccountId::parse("111122223333").expect("an account"),
        upstream_account: None,
    };
    let mut known = Known::new();
    let schema = KeySchema {
        partition_key: "customer".to_owned(),
        sort_key: Some("number".to_owned()),
        indexes: Vec::new(),
    };
    known.insert_key_schema(
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders".to_owned(),
        Some(schema),
    );
    let incoming = Incoming {
        method: &Method::POST,
        path: case.path,
        query: None,
        headers: &headers,
        host: "localhost:4260",
    };
    let once = || {
        let begun = mapping.begin(black_box(&incoming)).expect("a head");
        let completed = begun
            .complete(black_box(case.body.as_bytes()), &scope, &known)
            .expect("a body");
        assert!(
            matches!(completed, Completed::Call(_)),
            "{}: {completed:?}",
            case.title
        );
        black_box(completed);
    };
    let rounds = (0..rounds).map(|_| round(&once));
    rounds.fold(f64::INFINITY, f64::min)
}

/// Nanoseconds per request. A function of its own, so that a profiler can be told to look at nothing else.
#[inline(never)]
fn round(once: &impl Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..REQUESTS {
        once();
    }
    start.elapsed().as_nanos() as f64 / f64::from(REQUESTS)
}
