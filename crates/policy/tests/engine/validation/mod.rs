//! What AWS refuses to save, and with which text.

mod elements;
mod grammar;
mod trust;

use lanyard_policy::{DocumentKind, Policy, non_whitespace_len, validate};
use serde_json::{Value, json};

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";
const PREFIX: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
const VERSION: &str = "Policy document must be version 2012-10-17 or greater.";
const NO_ACTIONS: &str = "Policy statement must contain actions.";
const NO_RESOURCES: &str = "Policy statement must contain resources.";

#[track_caller]
fn check(document: &Value, kind: DocumentKind, expected: Option<&str>) {
    let result = validate(&document.to_string(), kind);
    let found = result.as_ref().err().map(|error| error.message());
    assert_eq!(found, expected, "{document}");
}

/// A document of statements that allow an action on everything, each with these elements changed.
fn statements(changes: &[Value]) -> Value {
    let statements: Vec<Value> = changes
        .iter()
        .map(|changes| {
            let mut statement = json!({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"});
            let object = statement.as_object_mut().unwrap();
            for (name, value) in changes.as_object().unwrap() {
                if let Some(listed) = name.strip_prefix("Not") {
                    object.remove(listed);
                }
                if value.is_null() {
                    object.remove(name);
                } else {
                    object.insert(name.clone(), value.clone());
                }
            }
            statement
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[track_caller]
fn refused(changes: Value, expected: &str) {
    check(
        &statements(&[changes]),
        DocumentKind::ManagedPolicy,
        Some(expected),
    );
}

#[track_caller]
fn accepted(changes: Value) {
    check(&statements(&[changes]), DocumentKind::ManagedPolicy, None);
}

#[test]
fn ordinary_policies_are_accepted() {
    accepted(json!({}));
    accepted(json!({"Action": "*"}));
    accepted(json!({"Action": "*:*"}));
    accepted(json!({"NotAction": ["iam:*", "sts:*"], "NotResource": "arn:aws:s3:::x/*"}));
    accepted(json!({"Action": "some-service.x:Anything At All "}));
    accepted(
        json!({"Resource": ["*", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:*"]}),
    );
    accepted(json!({"Resource": "arn:aws:no-such-service:us-east-1::thing"}));
    accepted(json!({"Resource": "arn:aws:sqs"}));
    accepted(
        json!({"Sid": "A1", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}),
    );
    accepted(json!({"Condition": {"ForAnyValue:StringLikeIfExists": {"k": ["a*", 1, true]}, "Unknown": {}}}));
    accepted(
        json!({"Condition": {"DateLessThan": {"k": ["1767268800", "2026-01", "2016-12-13t2:00:00.5+23"]}}}),
    );
}

#[test]
fn managed_policies_need_the_newer_version() {
    for version in [json!("2008-10-17"), Value::Null] {
        let mut document = statements(&[json!({"Effect": "denY"})]);
        document["Version"] = version;
        if document["Version"].is_null() {
            document.as_object_mut().unwrap().remove("Version");
        }
        check(&document, DocumentKind::ManagedPolicy, Some(VERSION));
        document["Statement"][0]["Effect"] = json!("Deny");
        check(&document, DocumentKind::InlinePolicy, None);
        check(&document, DocumentKind::SessionPolicy, None);
    }
}

#[test]
fn only_some_policies_name_principals() {
    let named = statements(&[json!({"Principal": "*"})]);
    let unnamed = statements(&[json!({})]);
    for kind in [
        DocumentKind::Identity,
        DocumentKind::ManagedPolicy,
        DocumentKind::InlinePolicy,
        DocumentKind::SessionPolicy,
        DocumentKind::ServiceControlPolicy,
    ] {
        check(
            &named,
            kind,
            Some("Policy document should not specify a principal."),
        );
        check(&unnamed, kind, None);
    }
    for kind in [
        DocumentKind::ResourcePolicy,
        DocumentKind::ResourceControlPolicy,
        DocumentKind::EndpointPolicy,
    ] {
        check(&named, kind, None);
        check(&unnamed, kind, Some("Missing required field Principal"));
    }
    let narrow = statements(&[json!({"Principal": {"AWS": "*"}})]);
    check(&narrow, DocumentKind::ResourceControlPolicy, Some(SYNTAX));
    let excepted = json!({"NotPrincipal": {"AWS": "111122223333"}});
    check(
        &statements(std::slice::from_ref(&excepted)),
        DocumentKind::ResourcePolicy,
        Some(SYNTAX),
    );
    let mut denies = statements(&[excepted]);
    denies["Statement"][0]["Effect"] = json!("Deny");
    check(&denies, DocumentKind::ResourcePolicy, None);
}

#[test]
fn aws_accepts_its_own_managed_policies() {
    let data = include_str!("../../../../../data/aws-managed-policies.tsv");
    let (mut count, mut text_bytes, mut memory) = (0, 0, 0);
    for line in data.lines() {
        let (name, text) = (
            line.split('\t').next().unwrap(),
            line.rsplit('\t').next().unwrap(),
        );
        let document = validate(text, DocumentKind::ManagedPolicy);
        let document = document.unwrap_or_else(|error| panic!("{name}: {error}"));
        let policy = Policy::compile(&document);
        assert_eq!(policy.statement_count(), document.statement_count());
        count += 1;
        text_bytes += text.len();
        memory += policy.memory();
    }
    assert!(count > 1500);
    // Compiled, policies take little more memory than their text.
    assert!(memory < 2 * text_bytes, "{memory} of {text_bytes}");
}

#[test]
fn quotas_count_what_is_not_whitespace() {
    assert_eq!(non_whitespace_len(" {\t\"é\":\r\n1 }"), 7);
}

/// Which stretch of the document a refusal points at.
#[track_caller]
fn points_at(changes: Value, kind: DocumentKind, expected: Option<&str>) {
    let text = statements(&[changes]).to_string();
    let error = validate(&text, kind).unwrap_err();
    let stretch = error
        .span()
        .map(|span| &text[span.start as usize..span.end as usize]);
    assert_eq!(stretch, expected, "{error}");
    assert_eq!(error.to_string(), error.message());
}

#[test]
fn a_refusal_says_where() {
    let managed = DocumentKind::ManagedPolicy;
    points_at(json!({"Action": ["s3:*", "list"]}), managed, Some("\"list\""));
    points_at(json!({"Resource": "bucket"}), managed, Some("\"bucket\""));
    points_at(json!({"Sid": "a b"}), managed, Some("\"a b\""));
    points_at(json!({"Principal": "*"}), managed, Some("\"Principal\""));
    points_at(
        json!({"Condition": {"stringequals": {"k": "v"}}}),
        managed,
        Some("\"stringequals\""),
    );
    points_at(
        json!({"Action": "sts:AssumeRole", "Principal": {"AWS": "nobody"}, "Resource": null}),
        DocumentKind::TrustPolicy,
        Some("\"nobody\""),
    );
    points_at(
        json!({"Resource": []}),
        managed,
        Some(r#"{"Action":"s3:ListBucket","Effect":"Allow","Resource":[]}"#),
    );
    // No place can be named for what is missing from the whole document.
    let older = json!({"Version": "2008-10-17", "Statement": statements(&[json!({})])["Statement"]});
    assert_eq!(validate(&older.to_string(), managed).unwrap_err().span(), None);
}
