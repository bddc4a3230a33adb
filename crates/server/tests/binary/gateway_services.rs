//! `lanyard gateway` about services that are not S3, without a server.

use std::io::Write as _;
use std::process::Stdio;

use crate::gateway::words_of;
use crate::server::{lanyard, run, text};

/// Exit code, what is printed and what is complained of.
fn gateway(words: &[&str]) -> (Option<i32>, String, String) {
    let words: Vec<&str> = ["gateway"].iter().chain(words).copied().collect();
    let output = run(&words);
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// The same, with a body on standard input.
fn explain(words: &[&str], body: &str) -> (Option<i32>, String) {
    let words: Vec<&str> = ["gateway", "explain"].iter().chain(words).copied().collect();
    let mut child = lanyard()
        .args(&words)
        .args(["--body", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), text(&output.stdout))
}

const SIGNED_FOR_SQS: &str =
    "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/sqs/aws4_request, Signature=0";

#[test]
fn a_request_says_by_its_credential_which_service_and_region_it_is_for() {
    let words = [
        "POST",
        "http://localhost:4260/",
        "X-Amz-Target: AmazonSQS.CreateQueue",
        "Content-Type: application/x-amz-json-1.0",
        SIGNED_FOR_SQS,
    ];
    let (code, shown) = explain(&words, r#"{"QueueName": "jobs", "tags": {"team": "red"}}"#);
    assert_eq!(code, Some(0), "{shown}");
    for line in [
        "protocol: json\n",
        "operation: CreateQueue of sqs\n",
        "needs: sqs:CreateQueue on arn:aws:sqs:eu-west-1:111122223333:jobs\n",
        "  aws:RequestTag/team = red\n",
        "upstream: POST /\n",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn a_request_without_a_signature_is_explained_for_the_service_that_is_named() {
    let words = [
        "POST",
        "/",
        "X-Amz-Target: AmazonSQS.CreateQueue",
        "Content-Type: application/x-amz-json-1.0",
        "--service",
        "sqs",
        "--account",
        "444455556666",
        "--region",
        "us-west-2",
    ];
    let (code, shown) = explain(&words, r#"{"QueueName": "jobs"}"#);
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("arn:aws:sqs:us-west-2:444455556666:jobs"),
        "{shown}"
    );
    let json: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    let (code, shown) = explain(&json, r#"{"QueueName": "jobs"}"#);
    assert_eq!(code, Some(0), "{shown}");
    let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(read["meaning"]["permissions"][0]["action"], "sqs:CreateQueue");
}

#[test]
fn what_only_the_upstream_knows_is_named_and_taken_for_absent() {
    let words = [
        "POST",
        "/",
        "X-Amz-Target: secretsmanager.GetSecretValue",
        "Content-Type: application/x-amz-json-1.1",
        "--service",
        "secretsmanager",
    ];
    let (code, shown) = explain(&words, r#"{"SecretId": "db"}"#);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("looked up: the ARN of the secret db\n"), "{shown}");
    assert!(
        shown.contains("needs: secretsmanager:GetSecretValue on "),
        "{shown}"
    );
}

#[test]
fn a_form_may_be_a_file_with_a_line_end() {
    let form = "Content-Type: application/x-www-form-urlencoded";
    let (code, shown) = explain(
        &["POST", "/", form, "--service", "sqs"],
        "Action=CreateQueue&QueueName=jobs\n",
    );
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("operation: CreateQueue of sqs\n"), "{shown}");
}

#[test]
fn a_body_without_a_type_is_told_of() {
    let body = format!("{}/body", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&body, "Action=CreateQueue&QueueName=jobs").unwrap();
    let (code, _, complaint) = gateway(&["explain", "POST", "/", "--service", "sqs", "--body", &body]);
    assert_eq!(code, Some(1));
    assert!(complaint.contains("no Content-Type"), "{complaint}");
}

#[test]
fn what_would_be_refused_is_a_failure() {
    let words = ["POST", "/", "X-Amz-Target: AmazonSQS.NoSuch", "--service", "sqs"];
    let (code, shown) = explain(&words, "{}");
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("\nrefused: "), "{shown}");
    let (code, _) = explain(&["GET", "/bucket"], "");
    assert_eq!(code, Some(2));
    let (code, _, complaint) = gateway(&["explain", "GET", "localhost:4260/bucket"]);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("begins with http://"), "{complaint}");
}

#[test]
fn every_operation_of_a_service_says_how_it_is_mapped() {
    let (code, shown, _) = gateway(&["coverage", "sqs"]);
    assert_eq!(code, Some(0));
    assert!(shown.contains("CreateQueue: "), "{shown}");
    assert!(shown.contains("sqs:CreateQueue\n"), "{shown}");
    let last = shown.lines().last().unwrap();
    assert!(last.starts_with("sqs: 23 operations: "), "{last}");
    let (code, shown, _) = gateway(&["coverage", "elasticloadbalancing", "--json"]);
    assert_eq!(code, Some(0));
    let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let operations = read["Operations"].as_array().unwrap();
    assert_eq!(read["Counts"]["Operations"], operations.len());
    assert!(operations.iter().any(|covered| covered["Model"] == "elbv2"));
}

#[test]
fn without_a_service_there_is_a_line_for_each() {
    let (code, shown, _) = gateway(&["coverage"]);
    assert_eq!(code, Some(0));
    for service in ["dynamodb: ", "s3: ", "monitoring: "] {
        assert!(shown.lines().any(|line| line.starts_with(service)), "{service}");
    }
    let last = shown.lines().last().unwrap();
    assert!(last.starts_with("all services: "), "{last}");
    let (_, shown, _) = gateway(&["coverage", "--json"]);
    let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let counts = |summary: &serde_json::Value| summary["Counts"]["Operations"].as_u64().unwrap();
    let sum: u64 = read["Services"].as_array().unwrap().iter().map(counts).sum();
    assert_eq!(counts(&read), sum);
}

#[test]
fn what_code_of_its_own_finds_is_said_in_a_sentence() {
    let (_, shown, _) = gateway(&["coverage", "kms"]);
    let expected = "\nDescribeKey: override: kms:DescribeKey\n  \
                    on the key {KeyId}; what an alias stands for is looked up\n";
    assert!(shown.contains(expected), "{shown}");
    let (_, shown, _) = gateway(&["coverage", "ec2"]);
    let expected = "\nTerminateInstances: override: ec2:TerminateInstances\n  on instance {InstanceIds}\n";
    assert!(shown.contains(expected), "{shown}");
}

#[test]
fn the_example_of_the_help_is_understood() {
    let help = text(&run(&["gateway", "explain", "--help"]).stdout).replace("\\\n", "");
    let example = help.lines().find(|line| line.contains("--service sqs")).unwrap();
    let (body, words) = example.split_once(" | lanyard gateway explain ").unwrap();
    let body = body
        .trim()
        .strip_prefix("echo '")
        .unwrap()
        .strip_suffix('\'')
        .unwrap();
    let words = words_of(words.strip_suffix(" --body -").unwrap());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (code, shown) = explain(&words, body);
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn who_names_a_service_by_another_name_is_told_which_is_meant() {
    let (code, _, complaint) = gateway(&["coverage", "stepfunctions"]);
    assert_eq!(code, Some(4));
    assert!(complaint.contains("it may be states"), "{complaint}");
    let (_, _, complaint) = gateway(&["coverage", "dynamo"]);
    assert!(complaint.contains("it may be dynamodb"), "{complaint}");
    let (code, _, complaint) = gateway(&["coverage", "cloudwatch"]);
    assert_eq!(code, Some(0));
    assert!(complaint.contains("are signed for monitoring"), "{complaint}");
    let (code, _, complaint) = gateway(&["coverage", "sts"]);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("answered by Lanyard itself"), "{complaint}");
    let (code, _, complaint) = gateway(&["explain", "GET", "/", "--service", "nosuch"]);
    assert_eq!(code, Some(4));
    assert!(complaint.contains("nosuch"), "{complaint}");
}
