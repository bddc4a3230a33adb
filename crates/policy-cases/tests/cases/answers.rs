//! Which statements an answer names.

use serde_json::{Value, json};

use crate::written::{ROLE, SESSION, allow, allow_to, check, deny, question};

const ALLOWED: &str = "Allowed";

#[test]
fn an_allow_names_the_statements_of_every_layer_that_had_to() {
    let everything = || allow(json!({}));
    check(
        json!({
            "identity_policies": [allow(json!({"Action": "ec2:*"})), everything()],
            "boundary": [everything()],
            "scps": [[everything()], [everything()]],
            "rcps": [[allow(json!({"Principal": "*"}))]],
            "endpoint_policies": [allow(json!({"Principal": "*"}))],
        }),
        ALLOWED,
        Some("Identity"),
        &[
            "scps[0][0]/0",
            "scps[1][0]/0",
            "rcps[0][0]/0",
            "endpoint_policies[0]/0",
            "identity_policies[1]/0",
            "boundary[0]/0",
        ],
    );
}

#[test]
fn every_statement_that_grants_is_named() {
    check(
        json!({"identity_policies": [allow(json!({})), allow(json!({"Action": "s3:Get*"}))]}),
        ALLOWED,
        Some("Identity"),
        &["identity_policies[0]/0", "identity_policies[1]/0"],
    );
}

#[test]
fn layers_that_a_direct_grant_reaches_past_are_not_named() {
    let everywhere = |principal: &str, granted: &str| {
        json!({
            "principal": principal,
            "identity_policies": [allow(json!({}))],
            "boundary": [allow(json!({}))],
            "session_policies": [allow(json!({}))],
            "resource_policy": allow_to(granted),
        })
    };
    check(
        everywhere(SESSION, SESSION),
        ALLOWED,
        Some("Resource"),
        &["resource_policy/0"],
    );
    check(
        everywhere(SESSION, ROLE),
        ALLOWED,
        Some("Resource"),
        &["resource_policy/0", "boundary[0]/0", "session_policies[0]/0"],
    );
    check(
        everywhere(SESSION, "111122223333"),
        ALLOWED,
        Some("Identity"),
        &["identity_policies[0]/0", "boundary[0]/0", "session_policies[0]/0"],
    );
}

#[test]
fn across_accounts_both_sides_are_named() {
    check(
        json!({
            "resource_account": "444455556666",
            "identity_policies": [allow(json!({}))],
            "resource_policy": allow_to("111122223333"),
        }),
        ALLOWED,
        Some("Resource"),
        &["resource_policy/0", "identity_policies[0]/0"],
    );
}

#[test]
fn a_root_user_needs_no_statement() {
    check(
        json!({"principal": "arn:aws:iam::111122223333:root"}),
        ALLOWED,
        None,
        &[],
    );
}

#[test]
fn an_explicit_denial_names_every_statement_that_denies() {
    check(
        json!({
            "identity_policies": [allow(json!({})), deny(json!({})), deny(json!({"Action": "ec2:*"}))],
            "boundary": [deny(json!({"Action": "s3:*"}))],
        }),
        "ExplicitlyDenied",
        Some("Identity"),
        &["identity_policies[1]/0", "boundary[0]/0"],
    );
}

#[test]
fn an_implicit_denial_names_none() {
    check(
        json!({"identity_policies": [allow(json!({}))], "boundary": []}),
        "ImplicitlyDenied",
        Some("Boundary"),
        &[],
    );
}

#[track_caller]
fn check_json(changes: Value, explain: bool, expected: Value) {
    let mut answer = serde_json::to_value(question(changes).answer(explain)).unwrap();
    if explain {
        // Traces have tests of their own.
        answer["trace"] = answer["trace"]["Effect"].take();
    }
    assert_eq!(answer, expected);
}

#[test]
fn an_answer_is_written_in_whole() {
    let policy = allow(json!({"Sid": "All"}));
    let text = policy.to_string();
    let (start, end) = (text.find('[').unwrap() + 1, text.rfind(']').unwrap());
    let statement = json!({
        "layer": "Identity",
        "source": "identity_policies[0]",
        "sid": "All",
        "index": 0,
        "span": {"start": start, "end": end, "line": 1, "column": start},
    });
    check_json(
        json!({"id": 7, "identity_policies": [policy]}),
        false,
        json!({"id": 7, "decision": "Allowed", "layer": "Identity", "statements": [statement]}),
    );
    check_json(
        json!({"id": null}),
        true,
        json!({
            "id": null, "decision": "ImplicitlyDenied", "layer": "Identity", "statements": [],
            "trace": "ImplicitDeny",
        }),
    );
}

#[test]
fn a_trace_says_the_smallest_change_in_words() {
    let words = |changes: Value| {
        let answer = serde_json::to_value(question(changes).answer(true)).unwrap();
        answer["trace"]["ChangeInWords"].as_str().unwrap().to_owned()
    };
    let all = || allow(json!({}));
    assert_eq!(
        words(json!({"identity_policies": [all()]})),
        "none: it is allowed"
    );
    assert_eq!(
        words(json!({"identity_policies": [all()], "boundary": [deny(json!({"Sid": "No"}))]})),
        "none: explicit deny by statement No (number 1) in policy boundary[0], line 1"
    );
    assert_eq!(
        words(json!({"identity_policies": [allow(json!({"Sid": "All", "Action": "s3:Put*"}))]})),
        "add s3:GetObject to the Action of statement All (number 1) in inline policy identity_policies[0] of \
         arn:aws:iam::111122223333:user/bob, line 1"
    );
}

#[test]
fn what_stands_in_for_a_missing_policy_is_not_in_the_trace() {
    let trace = question(json!({
        "principal": ROLE,
        "action": "sts:AssumeRole",
        "resource": "arn:aws:iam::111122223333:role/other",
    }))
    .explain();
    let trust = &trace.layers[0];
    assert_eq!(trust.layer, lanyard_policy::Layer::Trust);
    assert!(trust.policies.is_empty());
    assert!(trace.change.to_string().contains(ROLE), "{}", trace.change);
}
