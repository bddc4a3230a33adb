//! What stands in a statement: ids, actions, resources and the values of conditions.

use lanyard_policy::DocumentKind;
use serde_json::json;

use super::{LEGACY, NO_ACTIONS, NO_RESOURCES, PREFIX, accepted, check, refused, statements};

const SIDS: &str = "Statement IDs (SID) in a single policy must be unique.";
const VENDOR: &str = "Resource vendor must be fully qualified and cannot contain regexes.";
const IAM_PATH: &str = "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, \
                        group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, \
                        saml-provider/, oidc-provider/, report/, access-report/.";

#[test]
fn statement_ids_are_unique_and_plain() {
    let twice = |sid: &str| statements(&[json!({"Sid": sid}), json!({"Sid": sid, "Action": null})]);
    check(&twice("Same"), DocumentKind::ManagedPolicy, Some(SIDS));
    check(&twice(""), DocumentKind::ManagedPolicy, Some(NO_ACTIONS));
    let spaced = statements(&[json!({"Sid": "not plain", "Principal": "*"})]);
    let message = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
                   expression [0-9A-Za-z]*";
    check(&spaced, DocumentKind::InlinePolicy, Some(message));
    check(&spaced, DocumentKind::ResourcePolicy, None);
}

#[test]
fn actions_are_there_and_named_by_service() {
    refused(json!({"Action": null}), NO_ACTIONS);
    refused(json!({"Action": []}), NO_ACTIONS);
    refused(json!({"NotAction": []}), NO_ACTIONS);
    refused(json!({"Action": "ListBucket"}), PREFIX);
    refused(json!({"NotAction": ""}), PREFIX);
    refused(
        json!({"Action": ["s3:*", "a:b:c"]}),
        "Actions/Condition can contain only one colon.",
    );
    refused(json!({"Action": "a a:ListBucket"}), "Vendor a a is not valid");
    refused(json!({"Action": "s*:ListBucket"}), "Vendor s* is not valid");
    // It is missed that there are no resources before the actions are looked at. Evidence: a recorded answer.
    refused(json!({"Action": "invalid", "Resource": null}), NO_RESOURCES);
}

#[test]
fn resources_are_there_and_arns() {
    refused(json!({"Resource": null}), NO_RESOURCES);
    refused(json!({"Resource": []}), NO_RESOURCES);
    refused(
        json!({"Resource": ""}),
        "Resource  must be in ARN format or \"*\".",
    );
    refused(
        json!({"Resource": ["no arn"]}),
        "Resource no arn must be in ARN format or \"*\".",
    );
    refused(
        json!({"Resource": "no arn", "Action": "a:b:c"}),
        "Resource no arn must be in ARN format or \"*\".",
    );
    for (resource, shown) in [
        ("a:other", "other\" is not valid for resource \"arn:other:*:*:*:*"),
        ("a:b:c", "b\" is not valid for resource \"arn:b:c:*:*:*"),
        (
            "a:b:c:d:e:f:g:h",
            "b\" is not valid for resource \"arn:b:c:d:e:f:g:h",
        ),
        (
            "aws:s3:::bucket",
            "s3\" is not valid for resource \"arn:s3:::bucket:*",
        ),
        (
            "arn:aws-cn:s3:::b",
            "aws-cn\" is not valid for resource \"arn:aws-cn:s3:::b",
        ),
        ("arn::s3:::b", "\" is not valid for resource \"arn::s3:::b"),
    ] {
        refused(json!({"Resource": resource}), &format!("Partition \"{shown}\"."));
    }
    refused(
        json!({"Resource": ["arn:error:s3:::z", "arn:error:s3:::a", "*"]}),
        "Partition \"error\" is not valid for resource \"arn:error:s3:::a\".",
    );
    refused(json!({"Resource": "arn:aws"}), VENDOR);
    refused(json!({"Resource": "arn:aws:s*:::x"}), VENDOR);
}

#[test]
fn iam_and_s3_have_rules_of_their_own() {
    refused(
        json!({"Resource": "arn:aws:iam:us-east-1::user/x"}),
        "IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.",
    );
    refused(
        json!({"Resource": "arn:aws:s3:us-east-1::bucket"}),
        "Resource arn:aws:s3:us-east-1::bucket can not contain region information.",
    );
    refused(json!({"Resource": "arn:aws:iam:::example"}), IAM_PATH);
    accepted(json!({"Resource": "arn:aws:iam::111122223333:role/*"}));
    // Evidence: AWS's own managed policies.
    accepted(json!({"Resource": "arn:aws:iam::*:root"}));
    accepted(json!({"Resource": "arn:aws:s3:*:*:accesspoint/*"}));
    accepted(json!({"Resource": "arn:*:s3:::bucket"}));
}

#[test]
fn exceptions_are_checked_after_what_is_listed() {
    let document = statements(&[json!({"NotAction": "first"}), json!({"Action": "a:b:c"})]);
    check(
        &document,
        DocumentKind::ManagedPolicy,
        Some("Actions/Condition can contain only one colon."),
    );
    let document = statements(&[json!({"NotResource": "first"}), json!({"Resource": "second"})]);
    check(
        &document,
        DocumentKind::ManagedPolicy,
        Some("Resource second must be in ARN format or \"*\"."),
    );
}

#[test]
fn values_that_their_operator_cannot_read_are_refused() {
    let condition =
        |operator: &str, value: &str| json!({"Condition": {operator: {"aws:RequestTag/v": value}}});
    let check_kind = |operator: &str, value: &str, kind: DocumentKind, expected| {
        check(&statements(&[condition(operator, value)]), kind, expected);
    };
    for (operator, value, in_session) in [
        ("NumericEquals", "NaN", None),
        ("NumericEquals", "no-number", None),
        ("DateEquals", "not-a-date", None),
        ("ArnLike", "not-an-arn", None),
        ("IpAddress", "not-an-ip", None),
        ("IpAddress", "192.0.2.0/33", None),
        ("IpAddress", "::ffff:192.0.2.1", None),
        ("IpAddress", "2001:db8::5/64", None),
        ("BinaryEquals", "no-binary", Some(LEGACY)),
    ] {
        check_kind(operator, value, DocumentKind::InlinePolicy, Some(LEGACY));
        check_kind(operator, value, DocumentKind::SessionPolicy, in_session);
    }
    for (operator, value) in [
        ("NumericEquals", "01"),
        ("Bool", "yes"),
        ("Null", "TRUE"),
        ("ArnLike", "*"),
        ("ArnLike", "${aws:RequestTag/arn}"),
        ("IpAddress", "192.000.002.0/+24"),
        ("IpAddress", "::ffff:c000:200/120"),
        ("IpAddress", "2001:DB8::/064"),
        ("IpAddress", "2001:db8:::1/128"),
    ] {
        check_kind(operator, value, DocumentKind::InlinePolicy, None);
    }
}
