//! Policy variables: where they are, what they stand for, and that their values never act as patterns.

use serde_json::{Value, json};

use crate::world::{World, allow, deny, world};

const HOME_OF: &str = "arn:aws:s3:::home/${aws:username}/*";

fn reads(object: &str) -> World {
    world().resource(&format!("arn:aws:s3:::home/{object}"))
}

#[track_caller]
fn resource(pattern: &str, request: World, expected: bool) {
    request
        .clone()
        .identity(allow(json!({"Resource": pattern})))
        .check(if expected {
            "Allow"
        } else {
            "ImplicitDeny Identity"
        });
    request
        .identity(allow(json!({})))
        .identity(deny(json!({"Resource": pattern})))
        .check(if expected {
            "ExplicitDeny Identity"
        } else {
            "Allow"
        });
}

#[track_caller]
fn condition(operator: &str, values: Value, request: World, allowed: bool, denied: bool) {
    let condition = json!({operator: {"k": values}});
    request
        .clone()
        .identity(allow(json!({"Condition": condition})))
        .check(if allowed { "Allow" } else { "ImplicitDeny Identity" });
    request
        .identity(allow(json!({})))
        .identity(deny(json!({"Condition": condition})))
        .check(if denied { "ExplicitDeny Identity" } else { "Allow" });
}

#[test]
fn a_variable_stands_for_the_value_of_its_key() {
    resource(HOME_OF, reads("bob/x").key("aws:username", "bob"), true);
    resource(HOME_OF, reads("eve/x").key("aws:username", "bob"), false);
    resource(HOME_OF, reads("bob/x").key("AWS:UserName", "bob"), true);
    resource(
        "arn:aws:s3:::home/${AWS:USERNAME}/x",
        reads("bob/x").key("aws:username", "bob"),
        true,
    );
    resource(
        "arn:aws:s3:::${a}-${b}/*",
        world().resource("arn:aws:s3:::x-y/z").key("a", "x").key("b", "y"),
        true,
    );
}

#[test]
fn values_never_act_as_wildcards() {
    resource(HOME_OF, reads("eve/x").key("aws:username", "*"), false);
    resource(HOME_OF, reads("*/x").key("aws:username", "*"), true);
    resource(HOME_OF, reads("bob/x").key("aws:username", "b?b"), false);
    resource(
        HOME_OF,
        reads("bob/x")
            .key("aws:username", "${aws:userid}")
            .key("aws:userid", "bob"),
        false,
    );
    condition(
        "StringLike",
        json!("${v}"),
        world().key("k", "abc").key("v", "a*"),
        false,
        false,
    );
    condition(
        "StringLike",
        json!("${v}*"),
        world().key("k", "a*bc").key("v", "a*"),
        true,
        true,
    );
    condition(
        "ArnLike",
        json!("arn:aws:s3:::${v}"),
        world().key("k", "arn:aws:s3:::abc").key("v", "*"),
        false,
        false,
    );
}

#[test]
fn without_the_key_the_resource_matches_nothing() {
    resource(HOME_OF, reads("bob/x"), false);
    resource(HOME_OF, reads("${aws:username}/x"), false);
    resource(HOME_OF, reads("/x"), false);
}

#[test]
fn a_default_is_used_only_without_the_key() {
    let pattern = "arn:aws:s3:::home/${aws:PrincipalTag/team, 'every one'}/*";
    resource(pattern, reads("every one/x"), true);
    resource(pattern, reads("red/x").key("aws:PrincipalTag/team", "red"), true);
    resource(
        pattern,
        reads("every one/x").key("aws:PrincipalTag/team", "red"),
        false,
    );
    resource(pattern, reads("/x").key("aws:PrincipalTag/team", ""), true);
    resource("arn:aws:s3:::home/${k, '*'}/*", reads("any/x"), false);
}

#[test]
fn an_exception_that_cannot_be_resolved_is_in_doubt() {
    // Also where another segment differs already, and where the variable stands in a segment that takes none.
    for exception in [
        HOME_OF,
        "arn:aws:*:::home/${aws:username}",
        "arn:aws:sqs:*:111122223333:${aws:username}",
        "arn:aws:sqs:eu-west-1:${aws:username}:queue",
    ] {
        let statement = json!({"NotResource": exception});
        reads("bob/x")
            .identity(allow(statement.clone()))
            .check("ImplicitDeny Identity");
        reads("bob/x")
            .identity(allow(json!({})))
            .identity(deny(statement))
            .check("ExplicitDeny Identity");
    }
    let statement = json!({"NotResource": HOME_OF});
    reads("eve/x")
        .key("aws:username", "bob")
        .identity(allow(statement))
        .allowed();
}

#[test]
fn escapes_stand_for_their_character() {
    resource("arn:aws:s3:::home/${*}", reads("*"), true);
    resource("arn:aws:s3:::home/${*}", reads("x"), false);
    resource("arn:aws:s3:::home/a${?}", reads("a?"), true);
    resource("arn:aws:s3:::home/a${?}", reads("ab"), false);
    resource("arn:aws:s3:::home/${$}{x}", reads("${x}"), true);
    condition("StringLike", json!("a${*}*"), world().key("k", "a*b"), true, true);
    condition(
        "StringLike",
        json!("a${*}*"),
        world().key("k", "ab"),
        false,
        false,
    );
    condition("StringEquals", json!("a${*}"), world().key("k", "a*"), true, true);
    condition(
        "StringEqualsIgnoreCase",
        json!("A${*}b"),
        world().key("k", "a*B"),
        true,
        true,
    );
}

#[test]
fn keys_of_several_values_stand_for_nothing() {
    resource(HOME_OF, reads("bob/x").keys("aws:username", &["bob"]), false);
    let request = || world().key("k", "x").keys("v", &["x"]);
    condition("StringEquals", json!("${v}"), request(), false, false);
    condition("StringNotEquals", json!("${v}"), request(), true, true);
    condition("StringEquals", json!("${v, 'x'}"), request(), false, false);
    condition("StringNotEquals", json!("${v, 'x'}"), request(), true, true);
}

#[test]
fn conditions_take_variables_in_strings_and_arns() {
    let request = || world().key("k", "red").key("v", "red");
    condition("StringEquals", json!("${v}"), request(), true, true);
    condition("StringNotEquals", json!("${v}"), request(), false, false);
    condition(
        "StringEqualsIgnoreCase",
        json!("${V}"),
        request().key("k", "RED"),
        true,
        true,
    );
    condition(
        "StringLike",
        json!("?${v, 'x'}*"),
        request().key("k", "1redder"),
        true,
        true,
    );
    let arns = |k: &str| {
        world()
            .key("k", k)
            .key("account", "111122223333")
            .key("arn", "arn:aws:sns:us-east-1:111122223333:t")
    };
    condition(
        "ArnLike",
        json!("arn:aws:iam::${account}:role/*"),
        arns("arn:aws:iam::111122223333:role/app"),
        true,
        true,
    );
    condition(
        "ArnLike",
        json!("arn:aws:iam::${account}:role/*"),
        arns("arn:aws:iam::444455556666:role/app"),
        false,
        false,
    );
    condition(
        "ArnEquals",
        json!("${arn}"),
        arns("arn:aws:sns:us-east-1:111122223333:t"),
        true,
        true,
    );
    condition(
        "ArnEquals",
        json!("${arn}x*"),
        arns("arn:aws:sns:us-east-1:111122223333:tx:y"),
        true,
        true,
    );
    condition(
        "ArnEquals",
        json!("${arn}"),
        arns("arn:aws:sns:us-east-1:111122223333:u"),
        false,
        false,
    );
    condition(
        "ArnNotEquals",
        json!("${arn}"),
        arns("arn:aws:sns:us-east-1:111122223333:u"),
        true,
        true,
    );
    condition(
        "ArnEquals",
        json!("${account}"),
        arns("arn:aws:sns:us-east-1:111122223333:u"),
        false,
        true,
    );
}

#[test]
fn without_the_key_a_condition_is_as_if_nothing_were_listed() {
    let request = || world().key("k", "red");
    condition("StringEquals", json!("${v}"), request(), false, false);
    condition("StringNotEquals", json!("${v}"), request(), true, true);
    condition("StringEquals", json!(["${v}", "red"]), request(), true, true);
    condition("StringNotLike", json!("${v}*"), request(), true, true);
    condition(
        "ArnNotLike",
        json!("arn:aws:iam::${v}:role/x"),
        world().key("k", "arn:aws:iam::1:role/x"),
        true,
        true,
    );
}

#[test]
fn whether_bool_takes_variables_is_not_known() {
    condition(
        "Bool",
        json!("${v}"),
        world().key("k", "true").key("v", "true"),
        false,
        true,
    );
}

#[test]
fn other_operators_take_no_variables() {
    let request = |k: &str| world().key("k", k).key("v", k);
    condition("NumericEquals", json!("${v}"), request("5"), false, false);
    condition("DateEquals", json!("${v}"), request("2026-01-01"), false, false);
    condition("IpAddress", json!("${v}"), request("10.0.0.1"), false, false);
}

#[test]
fn before_the_fifth_colon_of_a_resource_variables_are_in_doubt() {
    let queue = || {
        world()
            .resource("arn:aws:sqs:us-east-1:111122223333:jobs")
            .key("aws:PrincipalAccount", "111122223333")
    };
    let check = |pattern: &str, denied: bool| {
        let statement = json!({"Resource": pattern});
        queue()
            .identity(allow(statement.clone()))
            .check("ImplicitDeny Identity");
        queue()
            .identity(allow(json!({})))
            .identity(deny(statement))
            .check(if denied { "ExplicitDeny Identity" } else { "Allow" });
    };
    check("arn:aws:sqs:*:${aws:PrincipalAccount}:jobs", true);
    check("arn:aws:sqs:*:${aws:PrincipalAccount}:other", false);
    check("arn:aws:s3:*:${aws:PrincipalAccount}:jobs", false);
    let own_name = "arn:aws:sqs:*:${aws:PrincipalAccount}:${aws:PrincipalAccount}";
    check(own_name, false);
    check("${aws:PrincipalAccount}", true);
}

#[test]
fn behind_the_fifth_colon_a_name_may_have_colons() {
    let group = |pattern: &str| {
        world()
            .resource("arn:aws:logs:us-east-1:111122223333:log-group:app:*")
            .key("aws:PrincipalAccount", "111122223333")
            .identity(allow(json!({})))
            .identity(deny(json!({"Resource": pattern})))
    };
    group("arn:aws:logs:*:${aws:PrincipalAccount}:log-group:app:*").check("ExplicitDeny Identity");
    group("arn:aws:logs:*:${aws:PrincipalAccount}:log-group:other:*").allowed();
}

#[test]
fn a_dollar_alone_is_text() {
    let queue = "arn:aws:sqs:eu-west-1:$x:jobs";
    resource("arn:aws:sqs:*:$x:jobs", world().resource(queue), true);
    resource("arn:aws:sqs:*:$y:jobs", world().resource(queue), false);
    resource("arn:aws:s3:::home/$*", reads("$x"), true);
}

#[test]
fn where_nothing_is_a_wildcard_nothing_beside_a_variable_is() {
    for (wildcard, text) in [("*", "redder"), ("?", "reds")] {
        let operand = json!("${v}".to_owned() + wildcard);
        let request = |k: &str| world().key("k", k).key("v", "red");
        let literal = "red".to_owned() + wildcard;
        for operator in ["StringEquals", "StringEqualsIgnoreCase"] {
            condition(operator, operand.clone(), request(text), false, false);
            condition(operator, operand.clone(), request(&literal), true, true);
        }
        condition("StringLike", operand, request(text), true, true);
    }
}

#[test]
fn older_versions_take_variables_for_text() {
    for version in [json!("2008-10-17"), Value::Null] {
        let mut document = allow(json!({"Resource": HOME_OF}));
        document["Version"] = version;
        if document["Version"].is_null() {
            document.as_object_mut().unwrap().remove("Version");
        }
        let request = |object| {
            reads(object)
                .key("aws:username", "bob")
                .identity(document.clone())
        };
        request("bob/x").check("ImplicitDeny Identity");
        request("${aws:username}/x").allowed();
    }
}

#[test]
fn malformed_variables_allow_nothing_and_deny_what_they_may_mean() {
    for pattern in [
        "${aws:username",
        "${}",
        "${ aws:username}",
        "${aws:username,'x'}",
        "${aws:username, 'x}",
    ] {
        let pattern = format!("arn:aws:s3:::home/{pattern}");
        let literal = pattern.strip_prefix("arn:aws:s3:::home/").unwrap();
        for name in ["bob", literal] {
            let request = reads(name).key("aws:username", "bob");
            let statement = json!({"Resource": pattern});
            request
                .clone()
                .identity(allow(statement.clone()))
                .check("ImplicitDeny Identity");
            request
                .clone()
                .identity(allow(json!({})))
                .identity(deny(statement))
                .check("ExplicitDeny Identity");
            let except = json!({"NotResource": pattern});
            request
                .clone()
                .identity(allow(except))
                .check("ImplicitDeny Identity");
        }
        resource(&pattern, world().resource("arn:aws:s3:::house/bob"), false);
    }
    let with_blank = "${aws:PrincipalTag/cost center}";
    let request = || world().key("aws:PrincipalTag/cost center", "x").key("k", "x");
    for operator in [
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringEqualsIgnoreCase",
    ] {
        condition(operator, json!(with_blank), request(), false, true);
    }
}
