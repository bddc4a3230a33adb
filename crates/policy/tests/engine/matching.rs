//! Actions and resources: what matches what.

use serde_json::{Value, json};

use crate::world::{OBJECT, allow, deny, world};

/// Whether a statement with this `Action` (or, beginning with `!`, `NotAction`) matches an action.
#[track_caller]
fn action(pattern: Value, action: &str, expected: bool) {
    let changes = match pattern.as_str().and_then(|pattern| pattern.strip_prefix('!')) {
        Some(excepted) => json!({"NotAction": excepted}),
        None => json!({"Action": pattern}),
    };
    matches(changes, |world| world.action(action), expected);
}

/// Whether a statement with this `Resource` (or, beginning with `!`, `NotResource`) covers a resource.
#[track_caller]
fn resource(pattern: &str, resource: &str, expected: bool) {
    let changes = match pattern.strip_prefix('!') {
        Some(excepted) => json!({"NotResource": excepted}),
        None => json!({"Resource": pattern}),
    };
    matches(changes, |world| world.resource(resource), expected);
}

#[track_caller]
fn matches(changes: Value, prepare: impl Fn(crate::world::World) -> crate::world::World, expected: bool) {
    prepare(world())
        .identity(allow(changes.clone()))
        .check(if expected {
            "Allow"
        } else {
            "ImplicitDeny Identity"
        });
    prepare(world())
        .identity(allow(json!({})))
        .identity(deny(changes))
        .check(if expected {
            "ExplicitDeny Identity"
        } else {
            "Allow"
        });
}

/// Where it is in doubt whether something matches: an allow does not, a deny does.
#[track_caller]
fn in_doubt(changes: Value, prepare: impl Fn(crate::world::World) -> crate::world::World) {
    prepare(world())
        .identity(allow(changes.clone()))
        .check("ImplicitDeny Identity");
    prepare(world())
        .identity(allow(json!({})))
        .identity(deny(changes))
        .check("ExplicitDeny Identity");
}

#[test]
fn actions_match_without_regard_to_case() {
    action(json!("S3:getobject"), "s3:GetObject", true);
    action(json!("s3:GETobj*"), "s3:GetObject", true);
    action(json!("s3:GetObjectAcl"), "s3:GetObject", false);
    action(json!("!S3:getobject"), "s3:GetObject", false);
    action(json!("!S3:getobj*"), "s3:GetObject", false);
    // The same bytes but for what makes small letters of capitals.
    action(json!("s3:GetObject["), "s3:GetObject{", false);
    action(json!("s3:[*"), "s3:{", false);
    action(json!("s[:GetObject*"), "s{:GetObject", false);
}

#[test]
fn wildcards_stand_anywhere_in_the_name() {
    for (pattern, expected) in [
        ("*", true),
        ("*:*", true),
        ("s3:*", true),
        ("s3:Get*", true),
        ("s3:*Object", true),
        ("s3:G*t", true),
        ("s3:*et*bj*", true),
        ("s3:GetObjec?", true),
        ("s3:GetObject?", false),
        ("s3:GetObject*?", false),
        ("s3:GetObjec*?", true),
        ("s3:?etObject", true),
        ("s3:Put*", false),
        ("ec2:*", false),
        ("s3:**", true),
    ] {
        action(json!(pattern), "s3:GetObject", expected);
    }
}

#[test]
fn any_action_of_a_list_is_enough() {
    action(json!(["ec2:*", "s3:Put*", "s3:getOBJECT"]), "s3:GetObject", true);
    action(json!(["ec2:*", "s3:Put*"]), "s3:GetObject", false);
    action(json!([]), "s3:GetObject", false);
}

#[test]
fn a_long_list_of_actions_is_searched_correctly() {
    let mut actions: Vec<String> = (0..300)
        .map(|number| format!("svc{number}:Act{number}"))
        .collect();
    actions.extend((0..300).map(|number| format!("wild{number}:Act{number}*")));
    for number in 0..100 {
        action(json!(actions), &format!("SVC{number}:act{number}"), true);
        action(json!(actions), &format!("wild{number}:Act{number}More"), true);
    }
    action(json!(actions), "svc1:Act2", false);
    action(json!(actions), "wild1:Act2", false);
}

#[test]
fn whether_wildcards_in_the_service_match_is_not_known() {
    in_doubt(json!({"Action": "s*:GetObject"}), |world| world);
    in_doubt(json!({"Action": "*:GetObject"}), |world| world);
    in_doubt(json!({"NotAction": "s?:GetObject"}), |world| world);
    action(json!("e*:GetObject"), "s3:GetObject", false);
}

#[test]
fn what_can_be_no_action_matches_nothing() {
    for wrong in ["", "GetObject", "s3:Get:Object", "s3", "?"] {
        action(json!(wrong), "s3:GetObject", false);
    }
}

#[test]
fn an_exception_that_is_no_action_leaves_the_rest_in_doubt() {
    in_doubt(json!({"NotAction": "GetObject"}), |world| world);
    action(json!("!s3:Get*"), "s3:GetObject", false);
}

#[test]
fn not_action_matches_everything_else() {
    action(json!("!s3:Put*"), "s3:GetObject", true);
    action(json!("!s3:Get*"), "s3:GetObject", false);
    action(json!("!*"), "s3:GetObject", false);
    matches(
        json!({"NotAction": ["iam:*", "s3:GetObject"]}),
        |world| world,
        false,
    );
    matches(json!({"NotAction": ["iam:*", "ec2:*"]}), |world| world, true);
}

#[test]
fn resources_match_with_regard_to_case() {
    resource(OBJECT, OBJECT, true);
    resource("arn:aws:s3:::bucket/KEY", OBJECT, false);
    resource(
        "arn:aws:iam::*:user/Bob",
        "arn:aws:iam::111122223333:user/bob",
        false,
    );
}

#[test]
fn the_last_field_of_a_pattern_spans_slashes_and_colons() {
    resource("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b/c", true);
    resource(
        "arn:aws:logs:us-east-1:111122223333:log-group:*",
        "arn:aws:logs:us-east-1:111122223333:log-group:a:log-stream:b",
        true,
    );
    resource("arn:aws:s3:::*/k?y", OBJECT, true);
    resource("arn:aws:s3:::*cket*", OBJECT, true);
    resource("arn:aws:s3:::bucket", OBJECT, false);
    resource("arn:aws:s3:::bucket/key/", OBJECT, false);
}

#[test]
fn wildcards_stay_within_the_first_fields() {
    let queue = "arn:aws:sqs:us-east-1:111122223333:jobs";
    resource("arn:aws:sqs:*:111122223333:jobs", queue, true);
    resource("arn:aws:sqs:us-*-1:1111????3333:jobs", queue, true);
    resource("arn:*:sqs:*:*:jobs", queue, true);
    // The star stands for one field, not for two.
    resource("arn:aws:sqs:*:jobs:*", queue, false);
    resource("arn:aws:sqs:*:*:*:jobs", queue, false);
    resource("arn:aws:s*s:us-east-1:111122223333:jobs", queue, true);
    resource("arn:aws:sqs:eu-*:111122223333:jobs", queue, false);
}

#[test]
fn a_star_that_ends_a_segment_may_go_on() {
    let volume = |world: crate::world::World| {
        world
            .action("ec2:DeleteVolume")
            .resource("arn:aws:ec2:eu-west-1:111122223333:volume/vol-1")
    };
    in_doubt(json!({"Resource": "arn:aws:ec2:*:volume/*"}), volume);
    in_doubt(json!({"NotResource": "arn:aws:ec2:*:volume/*"}), volume);
    matches(json!({"Resource": "arn:aws:ec2:eu*-1:volume/*"}), volume, false);
    matches(json!({"Resource": "arn:aws:ec2:*:snapshot/*"}), volume, false);
    matches(json!({"NotResource": "arn:aws:ec2:*:snapshot/*"}), volume, true);
    let topic =
        |world: crate::world::World| world.resource("arn:aws:sns:eu-west-1:111122223333:a:999988887777:b");
    in_doubt(json!({"Resource": "arn:aws:sns:*:999988887777:${k, 'b'}"}), topic);
    in_doubt(json!({"Resource": "arn:aws:sns:*:999988887777:${}"}), topic);
    // Of very many parts only the beginning is looked at, but that is certain.
    let many = "?*".repeat(60);
    matches(
        json!({"Resource": format!("arn:aws:kms:*:*:{many}")}),
        topic,
        false,
    );
    in_doubt(json!({"Resource": format!("arn:aws:sns:*:{many}")}), topic);
    matches(
        json!({"Resource": "arn:aws:sns:*:999988887777:${k, 'c'}"}),
        topic,
        false,
    );
    matches(
        json!({"Resource": "arn:aws:sns:*:999988887777:${k}"}),
        topic,
        false,
    );
}

#[test]
fn short_arns_of_identity_policies_go_on_with_stars() {
    resource("arn:aws:s3", OBJECT, true);
    resource("arn:aws:s3:*", OBJECT, true);
    resource("arn:aws", OBJECT, true);
    resource("arn:aws:sqs", OBJECT, false);
    resource("arn:aws:s3::111122223333", OBJECT, false);
}

#[test]
fn short_arns_of_resource_policies_need_a_wildcard() {
    let policy = |resource: &str| allow(json!({"Principal": "*", "Resource": resource}));
    world().resource_policy(policy("arn:aws:s3:*")).allowed();
    world()
        .resource_policy(policy("arn:aws:s3"))
        .check("ImplicitDeny Identity");
    let denies = |resource: &str| deny(json!({"Principal": "*", "Resource": resource}));
    let refused = |resource: &str| {
        world()
            .identity(allow(json!({})))
            .resource_policy(denies(resource))
    };
    refused("arn:aws:s3").check("ExplicitDeny Resource");
    refused("arn:aws:sqs").allowed();
    let except = json!({"Principal": "*", "NotResource": "arn:aws:s3"});
    world()
        .resource_policy(allow(except))
        .check("ImplicitDeny Identity");
}

#[test]
fn whether_short_arns_of_organization_policies_match_is_not_known() {
    let full = || allow(json!({}));
    world()
        .identity(full())
        .scps(&[&[allow(json!({"Resource": "arn:aws:s3:*"}))]])
        .check("ImplicitDeny ServiceControl");
    world()
        .identity(full())
        .scps(&[&[full(), deny(json!({"Resource": "arn:aws:s3:*"}))]])
        .check("ExplicitDeny ServiceControl");
}

#[test]
fn actions_without_resource_match_only_the_star() {
    let list = |world: crate::world::World| world.action("s3:ListAllMyBuckets").resource("*");
    matches(json!({"Resource": "*"}), list, true);
    matches(json!({"Resource": "**"}), list, true);
    matches(json!({"Resource": "?"}), list, true);
    matches(json!({"Resource": "arn:aws:s3:::*"}), list, false);
    matches(json!({"Resource": "arn:*:*:*:*:*"}), list, false);
    matches(json!({"Resource": "arn:aws:s3"}), list, false);
    let flagged = |world: crate::world::World| world.wildcard_only();
    matches(json!({"Resource": "arn:aws:s3:::*"}), flagged, false);
    matches(json!({"Resource": "*"}), flagged, true);
}

#[test]
fn exceptions_of_resources_leave_actions_without_resource_in_doubt() {
    let list = |world: crate::world::World| world.action("s3:ListAllMyBuckets").resource("*");
    in_doubt(json!({"NotResource": "arn:aws:s3:::bucket/*"}), list);
    matches(json!({"NotResource": "*"}), list, false);
}

#[test]
fn not_resource_covers_everything_else() {
    resource("!arn:aws:s3:::other/*", OBJECT, true);
    resource("!arn:aws:s3:::bucket/*", OBJECT, false);
    resource("!*", OBJECT, false);
}

#[test]
fn lists_of_resources_are_patterns_themselves() {
    // What a list operation asks for is text, though it has a star in it.
    let roles = "arn:aws:iam::111122223333:role/team/*";
    resource("arn:aws:iam::111122223333:role/*", roles, true);
    resource("arn:aws:iam::111122223333:role/team/*", roles, true);
    resource("arn:aws:iam::111122223333:role/team/x", roles, false);
}

#[test]
fn statements_without_resource_match_only_to_deny() {
    in_doubt(json!({"Resource": null}), |world| world);
}

#[test]
fn what_is_no_arn_covers_nothing() {
    for wrong in [
        "",
        "bucket/key",
        "s3:::bucket/key",
        "bucket*",
        "aws:s3:::bucket:key",
    ] {
        resource(wrong, OBJECT, false);
    }
}

#[test]
fn an_exception_is_of_its_service_only() {
    action(json!("!s3:G*t"), "s3:GetObject", false);
    action(json!("!sns:G*t"), "sqs:GetObject", true);
    action(json!("!s3-outposts:G*t"), "s3:GetObject", true);
    action(json!("!s3:G*t"), "s3-outposts:GetObject", true);
}

#[test]
fn a_policy_can_list_a_service_by_patterns_of_every_length() {
    // Of so many services some are told apart by the same bits.
    for number in 0..300 {
        let patterns: Vec<String> = ["List*", "Get*", "*"]
            .map(|name| format!("svc{number}:{name}"))
            .into();
        let request = world().identity(allow(json!({"Action": patterns})));
        for name in ["GetObject", "ListObjects", "Put"] {
            request.clone().action(&format!("svc{number}:{name}")).allowed();
        }
    }
}

#[test]
fn what_has_two_colons_is_no_action() {
    action(json!("s3:Get:Object"), "s3:Get:Object", false);
    action(json!("s3:Get:*"), "s3:Get:Object", false);
    in_doubt(json!({"NotAction": "s3:Get:Object"}), |world| world);
}

#[test]
fn of_no_resource_a_lone_star_says_all() {
    let list = |world: crate::world::World| world.action("s3:ListAllMyBuckets").resource("*");
    matches(json!({"Resource": "?:aws"}), list, false);
    matches(json!({"Resource": "*:*"}), list, false);
}

#[test]
fn of_very_many_statements_the_right_one_is_found() {
    let statements: Vec<Value> = (0..300)
        .map(|number| {
            let name = if number % 2 == 0 { "Act" } else { "A*" };
            json!({"Effect": "Allow", "Action": format!("svc{number}:{name}"), "Resource": "*"})
        })
        .collect();
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    for number in [0, 1, 63, 64, 127, 128, 191, 256, 299] {
        let request = world()
            .action(&format!("svc{number}:Act"))
            .identity(policy.clone());
        let statement = request.decide().statement.map(|statement| statement.index);
        assert_eq!(statement, Some(number));
    }
    world()
        .action("svc300:Act")
        .identity(policy)
        .check("ImplicitDeny Identity");
}
