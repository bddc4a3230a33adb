//! Documents that do not follow the grammar, or that older parsers cannot read.

use lanyard_policy::{DocumentKind, validate};
use serde_json::json;

use super::{LEGACY, SYNTAX, check, refused};

#[test]
fn what_does_not_follow_the_grammar_is_a_syntax_error() {
    for document in [
        json!("text"),
        json!([]),
        json!({"Version": "2012-10-17"}),
        json!({"Version": "2012-10-17", "Statement": []}),
        json!({"Version": "2013-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}),
        json!({"Version": "2012-10-17", "Id": {}, "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}),
        json!({"Version": "2012-10-17", "Other": 1, "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}),
    ] {
        check(&document, DocumentKind::ManagedPolicy, Some(SYNTAX));
    }
    for changes in [
        json!({"Effect": "Permit"}),
        json!({"Effect": null}),
        json!({"Other": 1}),
        json!({"Sid": {}}),
        json!({"Action": {}}),
        json!({"Resource": ["adf", {}]}),
        json!({"Condition": "x"}),
        json!({"Condition": {"DateGreaterThan": []}}),
        json!({"Condition": {"x": {"a": "1"}}}),
        json!({"Condition": {"ForAnyValue::StringEquals": {"a": "1"}}}),
        json!({"Condition": {"stringequals": {"a": "1"}}}),
    ] {
        refused(changes, SYNTAX);
    }
    check(
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "NotAction": [], "Resource": "*"}}),
        DocumentKind::ManagedPolicy,
        Some(SYNTAX),
    );
}

#[test]
fn what_is_not_json_has_its_own_text_in_trust_policies() {
    let message = |kind| validate("{no json", kind).unwrap_err().message().to_owned();
    assert_eq!(
        message(DocumentKind::TrustPolicy),
        "This policy contains invalid Json"
    );
    assert_eq!(message(DocumentKind::InlinePolicy), SYNTAX);
    let shape = validate("{\"Statement\": 1}", DocumentKind::TrustPolicy).unwrap_err();
    assert_eq!(shape.message(), SYNTAX);
    let deep = "[".repeat(10_000);
    assert!(validate(&deep, DocumentKind::TrustPolicy).is_err());
}

#[test]
fn what_older_parsers_cannot_read_fails_legacy_parsing() {
    refused(json!({"Effect": "allow"}), LEGACY);
    refused(json!({"Effect": "DENY", "Resource": "no arn"}), LEGACY);
    for date in [
        "sdfdsf",
        "234-13",
        "2016-12-13t2:00:00.593194+1",
        "9223372036854775808",
    ] {
        refused(
            json!({"Condition": {"DateLessThan": {"k": ["2026-01-01", date]}}}),
            LEGACY,
        );
    }
    refused(json!({"Resource": "arn:aws:s3::example_bucket"}), LEGACY);
    refused(json!({"NotResource": "arn:aws:s3::example_bucket"}), LEGACY);
    refused(json!({"Resource": "arn:aws::fdsasf"}), LEGACY);
    refused(json!({"Resource": "arn:aws::::example_bucket"}), LEGACY);
    refused(
        json!({"Action": null, "Resource": "arn:aws:s3::example_bucket"}),
        LEGACY,
    );
}
