//! Why: what was compared with what, and what would have allowed it.

use lanyard_policy::{Change, Edit, Layer, Principal};
use serde_json::{Value, json};

use crate::world::{
    AWAY, BOB, HOME, ROLE, SESSION, World, account, allow, allow_to, both, deny, role_session, root, user,
    world,
};

fn full() -> Value {
    allow(json!({}))
}

/// The suggested change as a sentence.
#[track_caller]
fn suggests(request: &World, expected: &str) {
    assert_eq!(request.explain().change.to_string(), expected);
}

const IN_POLICY: &str = "statement 1 in policy arn:aws:iam::111122223333:policy/";

#[test]
fn what_is_allowed_needs_no_change() {
    suggests(&world().identity(full()), "none: it is allowed");
}

#[test]
fn an_explicit_deny_is_named() {
    let request = world().identity(full()).identity(deny(json!({"Sid": "NoWay"})));
    suggests(
        &request,
        "none: explicit deny by statement NoWay (number 1) in policy \
         arn:aws:iam::111122223333:policy/identity, line 1",
    );
    let Change::ExplicitDeny { layer, .. } = request.explain().change else {
        panic!("an explicit deny was expected");
    };
    assert_eq!(layer, Layer::Identity);
}

#[test]
fn a_statement_that_fails_in_one_place_is_the_one_to_change() {
    let with = |changes| world().identity(allow(changes));
    suggests(
        &with(json!({"Action": "s3:PutObject"})),
        &format!("add s3:GetObject to the Action of {IN_POLICY}identity, line 1"),
    );
    suggests(
        &with(json!({"NotAction": "s3:*"})),
        &format!("let the NotAction of {IN_POLICY}identity, line 1 no longer cover s3:GetObject"),
    );
    suggests(
        &with(json!({"Resource": "arn:aws:s3:::other/*"})),
        &format!("add arn:aws:s3:::bucket/key to the Resource of {IN_POLICY}identity, line 1"),
    );
    suggests(
        &with(json!({"Condition": {"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}}}))
            .key("aws:PrincipalTag/team", "green"),
        &format!(
            "meet the condition StringEquals of {IN_POLICY}identity, line 1 on aws:PrincipalTag/team: it asks \
             for red or blue, the request has green"
        ),
    );
    suggests(
        &with(json!({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})),
        &format!(
            "meet the condition Bool of {IN_POLICY}identity, line 1 on aws:MultiFactorAuthPresent: it asks for \
             true, the request has no such key"
        ),
    );
}

#[test]
fn failing_that_a_statement_is_added() {
    let addition =
        "add a statement to the identity policies that allows s3:GetObject on arn:aws:s3:::bucket/key";
    suggests(&world(), addition);
    suggests(
        &world().identity(allow(json!({"Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:*"}))),
        addition,
    );
    suggests(
        &world().identity(full()).boundary(allow(json!({
            "Action": "ec2:*",
            "Resource": "arn:aws:ec2:*:*:*",
        }))),
        "add a statement to the permissions boundary that allows s3:GetObject on arn:aws:s3:::bucket/key",
    );
    suggests(
        &world().owner(AWAY).identity(full()),
        "add a statement to the resource policy that allows s3:GetObject on arn:aws:s3:::bucket/key to \
         arn:aws:iam::111122223333:user/bob",
    );
}

#[test]
fn the_layer_that_decided_is_changed_first() {
    let boundary = allow(json!({"Action": "ec2:*"}));
    suggests(
        &world().identity(full()).boundary(boundary),
        &format!("add s3:GetObject to the Action of {IN_POLICY}boundary, line 1"),
    );
}

#[test]
fn a_resource_policy_can_help_where_two_layers_are_silent() {
    let request = world()
        .boundary(allow(json!({"Action": "ec2:*"})))
        .resource_policy(allow_to(json!({"AWS": "arn:aws:iam::111122223333:user/eve"})));
    let Change::EditStatement { layer, edit, .. } = request.explain().change else {
        panic!("an edit was expected");
    };
    assert_eq!(layer, Layer::Resource);
    let expected = Edit::List {
        element: "Principal",
        value: BOB.to_owned(),
    };
    assert_eq!(edit, expected);
}

#[test]
fn where_no_single_change_is_enough_all_layers_are_named() {
    let request = world()
        .boundary(allow(json!({"Action": "ec2:*"})))
        .scps(&[&[allow(json!({"Action": "ec2:*"}))]]);
    suggests(
        &request,
        "no single change in the policies that apply: each of these must allow: service control policies, identity policies, permissions \
         boundary",
    );
    // Two levels of an organization are two changes.
    let level = || allow(json!({"Action": "ec2:*"}));
    let Change::SeveralLayers { layers } = world()
        .identity(full())
        .scps(&[&[level()], &[level()]])
        .explain()
        .change
    else {
        panic!("several layers were expected");
    };
    assert_eq!(layers, [Layer::ServiceControl]);
}

#[test]
fn what_no_policy_can_allow_is_called_impossible() {
    let trust =
        json!({"Statement": {"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "sts:AssumeRole"}});
    suggests(
        &world().principal(root()).assumes(HOME, trust),
        "none: no policy can allow this",
    );
}

#[test]
fn missing_keys_are_listed() {
    let request = world()
        .identity(allow(json!({
            "Resource": "arn:aws:s3:::${aws:PrincipalTag/bucket}/*",
            "Condition": {"StringEquals": {"k:one": "${k:two}", "k:three": "x"}},
        })))
        .identity(allow(json!({
            "Condition": {"StringEquals": {"k:one": "x", "k:three": "x"}, "Null": {"k:four": "false"}},
        })))
        .identity(allow(
            json!({"Action": "ec2:*", "Condition": {"Bool": {"k:other": "true"}}}),
        ))
        .key("k:three", "x");
    assert_eq!(
        request.explain().missing_keys,
        ["aws:PrincipalTag/bucket", "k:four", "k:one", "k:two"]
    );
}

#[test]
fn a_trace_shows_what_was_compared_with_what() {
    let request = world()
        .principal(user())
        .key("aws:username", "bob")
        .identity(both(
            &allow(json!({
                "Sid": "Home",
                "Resource": "arn:aws:s3:::home/${aws:username}/*",
            })),
            &allow(json!({"Condition": {"StringEquals": {"aws:username": ["eve", "${aws:username}x"]}}})),
        ));
    let trace = serde_json::to_value(request.explain()).unwrap();
    let layer = &trace["Layers"][0];
    assert_eq!(
        (&layer["Layer"], &layer["Effect"]),
        (&json!("Identity"), &json!("ImplicitDeny"))
    );
    let statements = &layer["Policies"][0]["Statements"];
    assert_eq!(statements[0]["Sid"], "Home");
    assert_eq!(
        statements[0]["Mismatches"],
        json!([{
            "Element": "Resource",
            "Listed": ["arn:aws:s3:::home/bob/*"],
            "Requested": "arn:aws:s3:::bucket/key",
        }])
    );
    assert_eq!(statements[1]["Mismatches"], json!([]));
    assert_eq!(
        (&statements[0]["Matches"], &statements[1]["Matches"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        statements[1]["Conditions"],
        json!([{
            "Operator": "StringEquals",
            "Key": "aws:username",
            "Expected": ["eve", "bobx"],
            "Actual": ["bob"],
            "Holds": false,
        }])
    );
    assert_eq!(statements[1]["Span"]["Line"], 1);
}

#[test]
fn every_layer_that_applies_is_in_the_trace() {
    let trace = world()
        .principal(role_session())
        .identity(full())
        .boundary(full())
        .session(full())
        .scps(&[&[full()], &[full()]])
        .rcps(&[&[allow_to(json!("*"))]])
        .endpoint(allow_to(json!("*")))
        .resource_policy(allow_to(json!({"AWS": AWAY})))
        .explain();
    let layers: Vec<(Layer, Option<usize>)> = trace
        .layers
        .iter()
        .map(|layer| (layer.layer, layer.level))
        .collect();
    assert_eq!(
        layers,
        [
            (Layer::ServiceControl, Some(0)),
            (Layer::ServiceControl, Some(1)),
            (Layer::ResourceControl, Some(0)),
            (Layer::Endpoint, None),
            (Layer::Resource, None),
            (Layer::Identity, None),
            (Layer::Boundary, None),
            (Layer::Session, None),
        ]
    );
    assert_eq!(trace.layer, Some(Layer::Identity));
}

#[test]
fn what_a_request_has_too_much_of_is_cut_off() {
    let long = "ü".repeat(5000);
    let many = vec!["tag"; 300];
    let request = world()
        .principal(user())
        .resource(&format!("arn:aws:s3:::b/{long}"))
        .key("aws:username", &long)
        .keys("aws:TagKeys", &many)
        .identity(both(
            &allow(json!({"Resource": "arn:aws:s3:::${aws:username}"})),
            &allow(json!({
                "Condition": {
                    "StringEquals": {"aws:username": ["${aws:username}x"]},
                    "ForAnyValue:StringEquals": {"aws:TagKeys": "other"},
                },
            })),
        ));
    let trace = serde_json::to_value(request.explain()).unwrap();
    let statements = &trace["Layers"][0]["Policies"][0]["Statements"];
    let cut_off = |start: &str| json!([format!("{start}{}…", "ü".repeat((2048 - start.len()) / 2))]);
    let resource = &statements[0]["Mismatches"][0];
    assert_eq!(resource["Listed"], cut_off("arn:aws:s3:::"));
    assert_eq!(json!([resource["Requested"]]), cut_off("arn:aws:s3:::b/"));
    let (tags, name) = (&statements[1]["Conditions"][0], &statements[1]["Conditions"][1]);
    let (tags, name) = if tags["Key"] == "aws:TagKeys" {
        (tags, name)
    } else {
        (name, tags)
    };
    assert_eq!((&name["Expected"], &name["Actual"]), (&cut_off(""), &cut_off("")));
    let shown = tags["Actual"].as_array().unwrap();
    assert_eq!(
        (shown.len(), &shown[255], &shown[256]),
        (257, &json!("tag"), &json!("…"))
    );
}

#[test]
fn a_statement_that_matches_is_marked_so() {
    let request = world().identity(both(&allow(json!({"Action": "ec2:*"})), &full()));
    let trace = serde_json::to_value(request.explain()).unwrap();
    let statements = &trace["Layers"][0]["Policies"][0]["Statements"];
    assert_eq!(
        (&statements[0]["Matches"], &statements[1]["Matches"]),
        (&json!(false), &json!(true))
    );
}

/// How a trace shows the resource of a statement that does not match.
#[track_caller]
fn shows_resource(pattern: &str, expected: &str) {
    let request = world()
        .key("aws:username", "bob")
        .identity(allow(json!({"Resource": pattern})));
    let trace = serde_json::to_value(request.explain()).unwrap();
    let statement = &trace["Layers"][0]["Policies"][0]["Statements"][0];
    assert_eq!(statement["Mismatches"][0]["Listed"], json!([expected]));
}

/// How a trace shows the value of a condition on ARNs that does not hold.
#[track_caller]
fn shows_arn(pattern: &str, expected: &str) {
    let request = world()
        .key("aws:username", "bob")
        .key("aws:PrincipalAccount", HOME)
        .identity(allow(
            json!({"Condition": {"ArnLike": {"aws:SourceArn": pattern}}}),
        ));
    let trace = serde_json::to_value(request.explain()).unwrap();
    let statement = &trace["Layers"][0]["Policies"][0]["Statements"][0];
    assert_eq!(statement["Conditions"][0]["Expected"], json!([expected]));
}

#[test]
fn variables_are_shown_as_what_they_stood_for() {
    shows_resource("arn:aws:s3:::${aws:username}-?/*", "arn:aws:s3:::bob-?/*");
    shows_resource(
        "arn:aws:s3:*:*:home/${aws:username}/*",
        "arn:aws:s3:*:*:home/bob/*",
    );
    shows_arn(
        "arn:aws:iam::111122223333:role/${aws:username}",
        "arn:aws:iam::111122223333:role/bob",
    );
    shows_arn(
        "arn:aws:iam::${aws:PrincipalAccount}:role/*",
        "arn:aws:iam::111122223333:role/*",
    );
}

#[test]
fn what_cannot_be_shown_resolved_is_shown_as_it_stands() {
    for pattern in [
        "arn:aws:s3:::${aws:nobody}/*",
        "arn:aws:s3:*:*:${aws:username}/*",
        "arn:aws:s3:*:*:home/*",
    ] {
        shows_resource(pattern, pattern);
    }
}

#[test]
fn keys_that_are_there_are_not_missing() {
    let request = world().key("k:there", "x").identity(allow(
        json!({"Resource": "arn:aws:s3:::${k:there}/${k:gone}/${}"}),
    ));
    assert_eq!(request.explain().missing_keys, ["k:gone"]);
}

#[test]
fn keys_that_arns_in_conditions_need_are_missing_too() {
    let request = world()
        .identity(allow(json!({
            "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:${k:account}:t"}},
        })))
        .key("aws:SourceArn", "arn:aws:sns:us-east-1:111122223333:t");
    assert_eq!(request.explain().missing_keys, ["k:account"]);
}

#[test]
fn an_empty_sid_names_nothing() {
    suggests(
        &world().identity(full()).identity(deny(json!({"Sid": ""}))),
        &format!("none: explicit deny by {IN_POLICY}identity, line 1"),
    );
}

#[test]
fn a_session_is_named_by_its_arn_or_else_by_its_role() {
    let addition =
        "add a statement to the resource policy that allows s3:GetObject on arn:aws:s3:::bucket/key to ";
    let named = |session_arn: &str, expected: &str| {
        let session = Principal::RoleSession {
            account: account(HOME),
            role_arn: ROLE.into(),
            session_arn: session_arn.into(),
            role_id: None,
        };
        let request = world().principal(session).owner(AWAY).identity(full());
        suggests(&request, &format!("{addition}{expected}"));
    };
    named(SESSION, SESSION);
    named("", ROLE);
}

#[test]
fn only_the_level_that_does_not_allow_is_changed() {
    let request = |levels: &[&[Value]]| world().identity(full()).scps(levels);
    let other = || allow(json!({"Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:*"}));
    for (levels, silent) in [([[full()], [other()]], 1), ([[other()], [full()]], 0)] {
        let levels: Vec<&[Value]> = levels.iter().map(|level| &level[..]).collect();
        let change = request(&levels).explain().change;
        let Change::AddStatement { layer, level, .. } = change else {
            panic!("an addition was expected: {change}");
        };
        assert_eq!((layer, level), (Layer::ServiceControl, Some(silent)));
    }
}

#[test]
fn no_policy_is_suggested_for_a_resource_of_the_same_account_that_has_none() {
    suggests(
        &world().boundary(allow(json!({"Action": "ec2:*"}))),
        "no single change in the policies that apply: each of these must allow: identity policies, permissions boundary",
    );
}
