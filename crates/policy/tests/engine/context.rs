//! The container of condition keys, as callers use it.

use lanyard_policy::{Context, ContextValue, Effect, Text};
use serde_json::{Value, json};

use super::world::{allow, deny, world};

fn sample() -> Context {
    let mut context = Context::with_capacity(2);
    context.insert("aws:SourceIp", "192.0.2.1");
    context.insert_many("aws:TagKeys", ["team", "stage"]);
    context
}

fn single(text: &'static str) -> ContextValue {
    ContextValue::Single(text.into())
}

#[test]
fn keys_are_found_in_any_case_and_kept_in_order() {
    let context = sample();
    assert_eq!(context.get("AWS:sourceip"), Some(&single("192.0.2.1")));
    assert_eq!(context.get("aws:SourceIp2"), None);
    let names: Vec<&str> = context.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["aws:SourceIp", "aws:TagKeys"]);
    assert_eq!((context.len(), context.is_empty()), (2, false));
    assert!(Context::new().is_empty());
    assert_eq!(Context::new().get("aws:SourceIp"), None);
}

#[test]
fn a_key_that_is_set_again_has_its_new_value() {
    let mut context = sample();
    context.insert("AWS:SOURCEIP", "198.51.100.7");
    context.insert("aws:TagKeys", "team");
    assert_eq!(context.len(), 2);
    assert_eq!(context.get("aws:SourceIp"), Some(&single("198.51.100.7")));
    assert_eq!(context.get("aws:TagKeys"), Some(&single("team")));
}

#[test]
fn a_key_that_is_removed_is_gone_and_the_others_stay() {
    let mut context = sample();
    context.remove("AWS:SourceIp");
    context.remove("aws:Nothing");
    assert_eq!((context.len(), context.get("aws:SourceIp")), (1, None));
    assert!(context.get("aws:TagKeys").is_some());
}

#[test]
fn a_copy_with_room_has_the_same_keys_and_leaves_the_first_alone() {
    let first = sample();
    let mut copy = first.clone_with_room(3);
    copy.insert("aws:SourceIp", "198.51.100.7");
    copy.insert("aws:username", "bob");
    assert_eq!((first.len(), copy.len()), (2, 3));
    assert_eq!(first.get("aws:SourceIp"), Some(&single("192.0.2.1")));
    assert_eq!(copy.get("aws:TagKeys"), first.get("aws:TagKeys"));
}

#[test]
fn very_many_keys_are_all_found() {
    let mut context = Context::new();
    for number in 0..2_000 {
        context.insert(format!("aws:RequestTag/{number}"), number.to_string());
    }
    for number in 0..2_000 {
        let value = ContextValue::Single(number.to_string().into());
        assert_eq!(context.get(&format!("AWS:requesttag/{number}")), Some(&value));
    }
    assert_eq!(context.get("aws:RequestTag/2000"), None);
}

#[test]
fn texts_are_what_they_say() {
    assert_eq!(Text::from(true).as_str(), "true");
    assert_eq!(Text::from(false).as_str(), "false");
    assert_ne!(Text::from("a"), Text::from("b"));
    assert_eq!(format!("{:?}", Text::from("a\"b")), r#""a\"b""#);
}

#[test]
fn only_letters_are_the_same_in_another_case() {
    let mut context = Context::new();
    context.insert("aws:RequestTag/[", "bracket");
    context.insert("aws:RequestTag/@", "at");
    assert_eq!(context.get("aws:RequestTag/{"), None);
    assert_eq!(context.get("aws:RequestTag/`"), None);
    context.insert("aws:RequestTag/{", "brace");
    assert_eq!(context.get("aws:RequestTag/["), Some(&single("bracket")));
    assert_eq!(context.get("aws:RequestTag/{"), Some(&single("brace")));
}

#[test]
fn letters_of_every_script_have_a_case() {
    let mut context = Context::new();
    context.insert("aws:RequestTag/É[", "bracket");
    assert_eq!(context.get("aws:requesttag/é["), Some(&single("bracket")));
    assert_eq!(context.get("aws:requesttag/é{"), None);
    // The sign of kelvins is a capital k.
    context.insert("aws:RequestTag/\u{212a}", "kelvin");
    assert_eq!(context.get("aws:RequestTag/k"), Some(&single("kelvin")));
}

#[test]
fn what_is_unknown_stays_so_in_copies_and_until_it_is_set() {
    let mut context = sample();
    context.insert_unknown("aws:SourceIp");
    context.insert_unknown_under("aws:ResourceTag/");
    assert_eq!(context.get("aws:SourceIp"), Some(&ContextValue::Unknown));
    let is_met = |context: &Context, condition: &Value| {
        let mut world = world()
            .identity(allow(json!({})))
            .identity(deny(json!({"Condition": condition})));
        world.context = context.clone();
        world.decide().effect == Effect::ExplicitDeny
    };
    let condition = &json!({"StringEquals": {"aws:resourcetag/team": "red"}});
    let based = Context::based_on(&std::sync::Arc::new(context.clone()), 1);
    let mut merged = Context::new();
    merged.insert_all(&based, |_| false);
    let mut taken_over = Context::new();
    taken_over.insert_all(&context, |_| false);
    // A key of the base is set: the shared keys become its own.
    let mut own = Context::based_on(&std::sync::Arc::new(sample()), 1);
    own.insert_unknown_under("AWS:resourcetag/");
    own.insert(sample().iter().next().unwrap().0.to_owned(), "changed");
    let copies = [
        &context,
        &context.clone_with_room(9),
        &based,
        &merged,
        &taken_over,
        &own,
    ];
    for copy in copies {
        assert!(is_met(copy, condition));
    }
    context.insert("aws:ResourceTag/Team", "blue");
    assert!(!is_met(&context, condition));
    assert!(!is_met(&sample(), condition));
}

#[test]
fn a_deny_on_an_unknown_variable_matches_wherever_stars_may_lead() {
    let denied = |resource: &str, text: &str| {
        let mut world = world()
            .resource(resource)
            .identity(allow(json!({})))
            .identity(deny(json!({"Resource": text})));
        world.context.insert_unknown("aws:PrincipalTag/team");
        world.decide().effect == Effect::ExplicitDeny
    };
    let text = "arn:aws:sns:*:*:topic-${aws:PrincipalTag/team}";
    assert!(denied("arn:aws:sns:eu-west-1:111122223333:topic-red", text));
    assert!(denied("arn:aws:sns:eu-west-1:111122223333:a:topic-red", text));
    assert!(!denied("arn:aws:sns:eu-west-1:111122223333:subject-red", text));
    let text = "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'none'}/*";
    assert!(denied("arn:aws:s3:::bucket/red/key", text));
    let text = "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*/x";
    assert!(!denied("arn:aws:s3:::bucket/red/key", text));
}

#[test]
fn an_exception_that_nobody_knows_allows_nothing() {
    let policy = |text: &str| world().identity(allow(json!({"NotResource": text})));
    let text = "arn:aws:s3:::other/${aws:PrincipalTag/team}";
    let mut request = policy(text).key("aws:PrincipalTag/team", "red");
    request.allowed();
    request.context.insert_unknown("aws:PrincipalTag/team");
    request.check("ImplicitDeny Identity");
    policy(text).check("ImplicitDeny Identity");
}
