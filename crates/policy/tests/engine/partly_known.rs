//! Resources of which a part is known to their service alone: what may be meant is denied, and is not allowed as one of
//! those that are not excepted.

use lanyard_policy::Effect;
use serde_json::{Value, json};

use crate::world::{World, allow, deny, world};

const GROUP: &str = "arn:aws:rds:eu-west-1:111122223333:target-group:*";
const TABLE: &str = "arn:aws:s3tables:eu-west-1:111122223333:bucket/b/table/*";
const TAGGED: &str = "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/web";

/// On a resource of which each `*` stands for what only its service knows.
fn asked(resource: &str) -> World {
    world().resource(resource).partly_known()
}

fn on(element: &str, pattern: &str) -> Value {
    json!({"Resource": null, element: pattern})
}

/// What each statement by itself says: whether a Deny and an Allow with this element match, with the flag.
#[track_caller]
fn check(resource: &str, element: &str, pattern: &str, denies: bool, allows: bool) {
    let request = asked(resource);
    let allow_all = request.clone().identity(allow(json!({})));
    let denied = allow_all.identity(deny(on(element, pattern)));
    let allowed = request.identity(allow(on(element, pattern)));
    let is = |world: &World, effect| world.decide().effect == effect;
    let answer = (is(&denied, Effect::ExplicitDeny), is(&allowed, Effect::Allow));
    assert_eq!(answer, (denies, allows), "{resource} {element} {pattern}");
    let explained = (denied.explain().effect, allowed.explain().effect);
    assert_eq!(
        explained,
        (denied.decide().effect, allowed.decide().effect),
        "{resource} {element} {pattern}"
    );
}

#[test]
fn a_resource_that_may_be_meant_is_denied_and_one_that_covers_all_is_allowed() {
    let group = |rest: &str| format!("arn:aws:rds:eu-west-1:111122223333:{rest}");
    for (pattern, denies, allows) in [
        ("*", true, true),
        (group("*").as_str(), true, true),
        (group("target-group:*").as_str(), true, true),
        ("arn:*:rds:*:*:target-group:*", true, true),
        (group("target-group:tg-secret").as_str(), true, false),
        (group("target-group:tg-*").as_str(), true, false),
        (group("target-group:*-secret").as_str(), true, false),
        (group("target-group:tg-??").as_str(), true, false),
        (group("target-group:?").as_str(), true, false),
        (group("target-group:?*").as_str(), true, false),
        (group("target-group:${*}").as_str(), true, false),
        ("arn:aws:rds:*:*:target-group:tg-secret", true, false),
        ("arn:aws:rds:*:*secret", true, false),
        ("arn:aws:rds:*:target-group:tg-secret", true, false),
        (group("*secret").as_str(), true, false),
        (group("target-group").as_str(), false, false),
        (group("target:tg-secret").as_str(), false, false),
        (group("db:*").as_str(), false, false),
        (
            "arn:aws:rds:us-east-1:111122223333:target-group:tg-secret",
            false,
            false,
        ),
        ("arn:aws:rds:*:444455556666:target-group:*", false, false),
        ("arn:*:iam::*:role/admin", false, false),
        ("arn:aws:rds", true, true),
        ("arn:aws:s3", false, false),
    ] {
        check(GROUP, "Resource", pattern, denies, allows);
    }
}

#[test]
fn nothing_is_allowed_by_an_exception_that_may_be_meant() {
    let group = |rest: &str| format!("arn:aws:rds:eu-west-1:111122223333:{rest}");
    for (pattern, denies, allows) in [
        ("*", false, false),
        (group("target-group:*").as_str(), false, false),
        (group("target-group:tg-secret").as_str(), true, false),
        (group("target-group:*-secret").as_str(), true, false),
        (group("target-group:?").as_str(), true, false),
        ("arn:aws:rds:*:target-group:tg-secret", true, false),
        (group("db:secret").as_str(), true, true),
        (
            "arn:aws:rds:us-east-1:111122223333:target-group:tg-secret",
            true,
            true,
        ),
        ("arn:*:iam::*:role/admin", true, true),
    ] {
        check(GROUP, "NotResource", pattern, denies, allows);
    }
}

#[test]
fn what_is_known_before_and_behind_tells_apart() {
    let tagged = |rest: &str| format!("arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:{rest}");
    for (pattern, denies) in [
        (tagged("1-2-3:autoScalingGroupName/web"), true),
        (tagged("*:autoScalingGroupName/web"), true),
        (tagged("*/web"), true),
        (tagged("1-2-3:autoScalingGroupName/we?"), true),
        (tagged("1-2-3:autoScalingGroupName/db"), false),
        (tagged("*:autoScalingGroupName/webs"), false),
        (tagged("*:autoScalingGroupName/db*"), true),
    ] {
        let allows = pattern.contains(":*:") || pattern.contains("*/web");
        check(
            TAGGED,
            "Resource",
            &pattern,
            denies,
            allows && denies && !pattern.contains("db"),
        );
    }
    // A name that is too short for both ends.
    check(
        "arn:aws:a:::abc*bcd",
        "Resource",
        "arn:aws:a:::abcd",
        false,
        false,
    );
    check(
        "arn:aws:a:::abc*bcd",
        "Resource",
        "arn:aws:a:::abcbcd",
        true,
        false,
    );
    check("arn:aws:a:::*/x/*", "Resource", "arn:aws:a:::1/x/2", true, false);
}

#[test]
fn variables_stand_for_what_they_do() {
    let own = "arn:aws:s3tables:eu-west-1:111122223333:bucket/b/table/${aws:username}";
    let other = "arn:aws:s3tables:eu-west-1:111122223333:bucket/${aws:username}/table/1";
    for (pattern, name, denies) in [
        (own, Some("carla"), true),
        (other, Some("b"), true),
        (other, Some("c"), false),
        // Without a value it is about nothing.
        (own, None, false),
    ] {
        let mut request = asked(TABLE).identity(allow(json!({})));
        if let Some(name) = name {
            request = request.key("aws:username", name);
        }
        let denied = request.identity(deny(json!({"Resource": pattern})));
        let effect = if denies {
            Effect::ExplicitDeny
        } else {
            Effect::Allow
        };
        assert_eq!(denied.decide().effect, effect, "{pattern} {name:?}");
    }
    let mut unknown = asked(TABLE).identity(allow(json!({})));
    unknown.context.insert_unknown("aws:username");
    unknown
        .identity(deny(json!({"Resource": other})))
        .check("ExplicitDeny Identity");
}

#[test]
fn no_letter_of_a_policy_stands_for_what_is_not_known() {
    let group = |rest: &str| format!("arn:aws:rds:eu-west-1:111122223333:target-group:{rest}");
    for letter in ["\u{f8ff}", "\u{f8fe}"] {
        check(GROUP, "Resource", &group(&format!("{letter}*")), true, false);
        check(GROUP, "Resource", &group(&format!("*{letter}*")), true, false);
        check(GROUP, "NotResource", &group(&format!("{letter}*")), true, false);
        // Nor one that the request itself brings.
        let own = asked(GROUP).key("s3:prefix", letter);
        own.identity(allow(json!({"Resource": group("${s3:prefix}*")})))
            .check("ImplicitDeny Identity");
    }
}

#[test]
fn an_account_that_is_not_known_may_be_another() {
    let queue = "arn:aws:sqs:eu-west-1:*:jobs";
    let own = asked(queue).identity(allow(json!({})));
    own.check("ImplicitDeny Resource");
    // Without the mark it is a letter of a name that says nothing of accounts.
    world().resource(queue).identity(allow(json!({}))).allowed();
}

#[test]
fn a_star_that_nobody_marked_is_a_star() {
    let secret = "arn:aws:rds:eu-west-1:111122223333:target-group:tg-secret";
    let request = world().resource(GROUP).identity(allow(json!({})));
    request.identity(deny(json!({"Resource": secret}))).allowed();
    let excepted = json!({"Resource": null, "NotResource": secret});
    world().resource(GROUP).identity(allow(excepted)).allowed();
    // Where there is no resource, or nothing of it is unknown, the mark says nothing.
    let nothing = world().resource("*").partly_known().identity(allow(json!({})));
    nothing.identity(deny(json!({"Resource": secret}))).allowed();
    let known = asked("arn:aws:rds:eu-west-1:111122223333:target-group:tg-open");
    let known = known.identity(allow(json!({})));
    known.identity(deny(json!({"Resource": secret}))).allowed();
}

#[test]
fn what_is_suggested_covers_all_that_may_be_meant() {
    let suggested = asked(GROUP).explain().change.to_string();
    assert!(suggested.contains(GROUP), "{suggested}");
    asked(GROUP).check("ImplicitDeny Identity");
}

#[test]
fn a_deny_of_one_that_may_be_meant_is_the_reason() {
    let secret = "arn:aws:rds:eu-west-1:111122223333:target-group:tg-secret";
    let request = asked(GROUP).identity(allow(json!({})));
    let request = request.identity(deny(json!({"Resource": secret})));
    request.check("ExplicitDeny Identity");
    let trace = format!("{:?}", request.explain());
    assert!(trace.contains("matches: true"), "{trace}");
}
