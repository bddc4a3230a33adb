//! The smallest change: in which words a resource is suggested, and what is better added than edited.

use lanyard_policy::{Change, Layer, Principal};
use serde_json::{Value, json};

use crate::world::{AWAY, BOB, HOME, ROLE, SESSION, World, account, allow, allow_to, role_session, world};

/// The suggested change as a sentence, of which the policy's name is left out.
#[track_caller]
fn suggests(request: &World, expected: &str) {
    let change = request.explain().change.to_string();
    assert_eq!(change.split(" of statement").next(), Some(expected));
    request.check_suggestion();
}

const ADDITION: &str = "add a statement to the identity policies that allows s3:GetObject on ";

#[test]
fn what_has_a_meaning_in_patterns_is_suggested_escaped() {
    for (resource, pattern) in [
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/${*}"),
        ("arn:aws:s3:::b/${x}?", "arn:aws:s3:::b/${$}{x}${?}"),
        ("arn:aws:s3:::b/$x{y}", "arn:aws:s3:::b/$x{y}"),
    ] {
        let request = world().resource(resource);
        suggests(&request, &format!("{ADDITION}{pattern}"));
        let request = request.identity(allow(json!({"Resource": "arn:aws:s3:::other"})));
        suggests(&request, &format!("add {pattern} to the Resource"));
    }
}

/// A statement that fails in one element: is that edited, or a statement added?
#[track_caller]
fn adds(changes: Value) {
    let request = world().identity(allow(changes));
    suggests(&request, &format!("{ADDITION}arn:aws:s3:::bucket/key"));
}

#[test]
fn what_would_not_match_whatever_it_lists_is_not_edited() {
    adds(json!({"Principal": {"AWS": BOB}}));
    adds(json!({"NotPrincipal": {"AWS": AWAY}}));
    adds(json!({"NotAction": "GetObject"}));
    adds(json!({"NotResource": "arn:aws:s3:::${aws:username}/*"}));
    let list = world().action("s3:ListAllMyBuckets").resource("*");
    suggests(
        &list.identity(allow(json!({"NotResource": "*"}))),
        "add a statement to the identity policies that allows s3:ListAllMyBuckets on *",
    );
}

#[test]
fn what_is_excepted_for_sure_is_edited() {
    let except = |changes| world().identity(allow(changes));
    suggests(
        &except(json!({"NotResource": "arn:aws:s3:::bucket/*"})),
        "let the NotResource",
    );
    suggests(&except(json!({"NotAction": "s3:Get*"})), "let the NotAction");
    let policy = allow(json!({"NotPrincipal": {"AWS": BOB}}));
    suggests(
        &world()
            .owner(AWAY)
            .identity(allow(json!({})))
            .resource_policy(policy),
        "let the NotPrincipal",
    );
}

#[test]
fn exceptions_of_principals_in_trust_policies_are_not_edited() {
    let trust = json!({
        "Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": BOB}, "Action": "sts:AssumeRole"},
    });
    let request = world().identity(allow(json!({}))).assumes(HOME, trust);
    let Change::AddStatement { layer, .. } = request.explain().change else {
        panic!("an addition was expected: {}", request.explain().change);
    };
    assert_eq!(layer, Layer::Trust);
}

#[test]
fn naming_the_role_is_no_way_past_its_boundary() {
    let layer = |principal: Principal| {
        let request = world()
            .principal(principal)
            .boundary(allow(json!({"Action": "ec2:*"})))
            .resource_policy(allow_to(json!({"AWS": AWAY})));
        match request.explain().change {
            Change::EditStatement { layer, .. } | Change::AddStatement { layer, .. } => Some(layer),
            _ => None,
        }
    };
    assert_eq!(layer(role_session()), Some(Layer::Resource));
    let session = |session_arn: &str| Principal::RoleSession {
        account: account(HOME),
        role_arn: ROLE.into(),
        session_arn: session_arn.into(),
        role_id: None,
    };
    assert_eq!(layer(session(SESSION)), Some(Layer::Resource));
    assert_eq!(layer(session("")), None);
}

#[test]
fn lists_that_are_just_short_enough_are_shown_whole() {
    let shown = |count: usize| {
        let request = world()
            .keys("aws:TagKeys", &vec!["tag"; count])
            .identity(allow(json!({
                "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "other"}},
            })));
        let trace = serde_json::to_value(request.explain()).unwrap();
        let statement = &trace["Layers"][0]["Policies"][0]["Statements"][0];
        statement["Conditions"][0]["Actual"].as_array().unwrap().clone()
    };
    assert_eq!(shown(256), vec!["tag"; 256]);
    assert_eq!(shown(257).last(), Some(&json!("…")));
}

#[test]
fn a_condition_on_a_key_that_nobody_knows_is_not_to_be_met() {
    let policy = allow(json!({"Condition": {"StringEquals": {"ec2:InstanceType": "t3.micro"}}}));
    let request = world().identity(policy);
    suggests(&request, "meet the condition StringEquals");
    let mut request = request;
    request.context.insert_unknown("ec2:InstanceType");
    suggests(&request, &format!("{ADDITION}arn:aws:s3:::bucket/key"));
}
