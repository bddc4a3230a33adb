//! Every field: what it may be, what it may be left out for, and what is said where it is wrong.

use lanyard_policy::{ContextValue, Text};
use lanyard_policy_cases::{Question, QuestionId};
use serde_json::{Value, json};

use crate::written::{allow, allow_to, check, question, refused, written};

#[track_caller]
fn check_refused(changes: Value, problem: &str) {
    let error = refused(changes.clone());
    assert_eq!(error.to_string(), problem);
    if changes.get("id").is_none() {
        assert_eq!(error.id().map(QuestionId::as_json), Some("\"q\""));
    }
}

#[test]
fn only_action_and_resource_must_be_there() {
    let question = Question::parse(r#"{"action":"s3:GetObject","resource":"*"}"#).unwrap();
    assert_eq!(question.id(), None);
    let layers = question.layers();
    assert!(layers.identity.is_empty());
    assert!(layers.boundary.is_none() && layers.session.is_none() && layers.endpoint.is_none());
    assert!(layers.scps.is_none() && layers.rcps.is_none() && layers.resource.is_none());
    assert_eq!(question.request().resource_account, None);
    assert!(question.request().context.is_empty());
    check_refused(json!({"action": null}), "action: the question does not say");
    check_refused(json!({"resource": null}), "resource: the question does not say");
    check_refused(json!({"action": ""}), "action: the question does not say");
    check_refused(json!({"resource": 1}), "resource: a string was expected");
}

#[test]
fn null_is_the_same_as_missing() {
    let every_field_null = json!({
        "id": null, "principal": null, "principal_account": null, "action": "s3:GetObject",
        "resource": "*", "resource_account": null, "wildcard_only_action": null, "context": null,
        "identity_policies": null, "boundary": null, "session_policies": null, "scps": null,
        "rcps": null, "resource_policy": null, "endpoint_policies": null,
    });
    let answer = |question: &Value| {
        serde_json::to_value(Question::from_value(question).unwrap().answer(true)).unwrap()
    };
    let missing = json!({"action": "s3:GetObject", "resource": "*"});
    assert_eq!(answer(&every_field_null), answer(&missing));
}

#[test]
fn unknown_fields_are_passed_over() {
    question(json!({"note": {"any": ["thing"]}, "boundry": 5}));
}

#[test]
fn a_field_that_is_there_twice_is_refused() {
    let error = |fields: &str| {
        let text = format!(r#"{{"action":"a:b","resource":"*",{fields}}}"#);
        let error = Question::parse(&text).unwrap_err();
        (error.to_string(), error.id().map(QuestionId::to_string))
    };
    let twice = |field: &str| format!("{field}: the field is there twice");
    assert_eq!(
        error(r#""id":1,"boundary":null,"boundary":[]"#),
        (twice("boundary"), Some("1".to_owned()))
    );
    assert_eq!(error(r#""act\u0069on":"a:b""#), (twice("action"), None));
    assert_eq!(
        error(r#""context":{"k":"a","k":"a"}"#).0,
        "context.k: the key is there twice"
    );
    // What is passed over may be there as often as it likes.
    Question::parse(r#"{"action":"a:b","resource":"*","note":1,"note":{"x":1,"x":2}}"#).unwrap();
}

#[test]
fn what_is_no_object_is_no_question() {
    for (text, problem) in [
        ("", "EOF while parsing a value at column 0"),
        ("x", "expected value at column 1"),
        ("[]", "invalid type: sequence, expected an object at column 0"),
        ("null", "invalid type: null, expected an object at column 4"),
        ("{\"action\":", "EOF while parsing a value at column 10"),
        ("{} {}", "trailing characters at column 4"),
        ("{}\0", "trailing characters at column 3"),
        ("{\n\"a\" 1}", "expected `:` at line 2, column 5"),
    ] {
        let error = Question::parse(text).unwrap_err();
        assert_eq!(error.to_string(), format!("not a question: {problem}"));
        assert_eq!(error.id(), None);
    }
}

#[test]
fn what_is_nested_deeper_than_anything_is_passed_over_or_refused() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let parse = |fields: &str| {
        let text = format!(r#"{{"action":"a:b","resource":"*",{fields}}}"#);
        Question::parse(&text).map_err(|error| error.to_string())
    };
    parse(&format!(r#""note":{deep}"#)).unwrap();
    for (fields, problem) in [
        (
            format!(r#""context":{{"k":{deep}}}"#),
            "context.k: a string, number, boolean, a list of those, or null for what is not known was expected",
        ),
        (
            format!(r#""boundary":[{{"Statement":{deep}}}]"#),
            "boundary[0]: this is nested too deep at line 1, column 142 of the policy",
        ),
        (format!(r#""id":{deep}"#), "id: a string or a number was expected"),
    ] {
        assert_eq!(parse(&fields).unwrap_err(), problem);
    }
    assert!(Question::parse(&deep).is_err());
    assert!(Question::parse(&"[".repeat(100_000)).is_err());
    assert!(Question::parse(&r#"{"a":"#.repeat(100_000)).is_err());
}

#[test]
fn an_id_comes_back_as_it_was_written() {
    for id in [
        r#""x""#,
        r#""""#,
        r#""\ud83d\ude00\u0041\/""#,
        "7",
        "-0",
        "1.10",
        "1e999999",
        "123456789012345678901234567890",
    ] {
        let text = |action: &str| format!(r#"{{"id": {id} ,"action":{action},"resource":"*"}}"#);
        let answer = Question::parse(&text(r#""a:b""#)).unwrap().answer(false);
        let printed = serde_json::to_string(&answer).unwrap();
        assert!(printed.starts_with(&format!(r#"{{"id":{id},"#)), "{printed}");
        let error = Question::parse(&text("null")).unwrap_err();
        assert_eq!(error.id().map(QuestionId::as_json), Some(id));
    }
    for id in ["true", "[1]", "{}", r#""\ud800""#] {
        let text = format!(r#"{{"id":{id},"action":"a:b","resource":"*"}}"#);
        let error = Question::parse(&text).unwrap_err();
        assert_eq!(error.to_string(), "id: a string or a number was expected");
        assert_eq!(error.id(), None);
    }
}

#[test]
fn accounts_have_twelve_digits() {
    let question = question(json!({"resource_account": "000000000012"}));
    assert_eq!(
        question.request().resource_account.unwrap().to_string(),
        "000000000012"
    );
    for field in ["principal_account", "resource_account"] {
        let not_text = format!("{field}: a string was expected");
        check_refused(json!({field: 111122223333_u64}), &not_text);
        let wrong = format!("{field}: an account id has twelve digits");
        for account in ["", "12", "1111222233334", "11112222333x"] {
            check_refused(json!({field: account}), &wrong);
        }
    }
}

#[test]
fn whether_an_action_takes_a_resource_is_stated_or_looked_up() {
    let asked = |action: &str, stated: Value| {
        let question = question(json!({"action": action, "wildcard_only_action": stated}));
        question.request().wildcard_only_action
    };
    assert!(asked("s3:GetObject", json!(true)));
    assert!(!asked("s3:ListAllMyBuckets", json!(false)));
    assert!(asked("S3:listallmybuckets", json!(null)));
    assert!(!asked("s3:GetObject", json!(null)));
    assert!(!asked("nosuch:Action", json!(null)));
    for wrong in [json!("true"), json!(0), json!([])] {
        check_refused(
            json!({"wildcard_only_action": wrong}),
            "wildcard_only_action: true, false or null was expected",
        );
    }
}

#[track_caller]
fn check_context(written: &str, expected: Option<ContextValue>) {
    let text = format!(r#"{{"action":"a:b","resource":"*","context":{{"k":{written}}}}}"#);
    let question = Question::parse(&text);
    match expected {
        Some(value) => assert_eq!(question.unwrap().request().context.get("K"), Some(&value)),
        None => assert_eq!(
            question.unwrap_err().to_string(),
            "context.k: a string, number, boolean, a list of those, or null for what is not known was expected"
        ),
    }
}

#[test]
fn a_context_value_is_single_and_a_list_is_many() {
    let single = |text: &str| Some(ContextValue::Single(Text::from(text.to_owned())));
    let many = |texts: &[&str]| {
        let texts = texts.iter().map(|text| Text::from((*text).to_owned()));
        Some(ContextValue::Many(texts.collect()))
    };
    check_context(r#""a\u0041""#, single("aA"));
    check_context(r#""""#, single(""));
    check_context("true", single("true"));
    check_context("1.10", single("1.10"));
    check_context("-1e5", single("-1e5"));
    check_context("12345678901234567890123", single("12345678901234567890123"));
    check_context("[]", many(&[]));
    check_context(r#"["a"]"#, many(&["a"]));
    check_context(r#"[ "a", 1, false ]"#, many(&["a", "1", "false"]));
    check_context("null", Some(ContextValue::Unknown));
    for wrong in ["{}", "[null]", "[[]]", "[\"a\", {}]"] {
        check_context(wrong, None);
    }
}

#[test]
fn a_context_key_has_one_spelling() {
    check_refused(
        json!({"context": {"aws:UserName": "a", "aws:username": "b"}}),
        "context.aws:username: the key is there twice",
    );
    check_refused(
        json!({"context": {"aws:ResourceTag/": null, "aws:resourcetag/": "b"}}),
        "context.aws:resourcetag/: the key is there twice",
    );
    check_refused(
        json!({"context": ["aws:username"]}),
        "context: an object of keys and values was expected",
    );
}

const LISTS: [&str; 4] = [
    "identity_policies",
    "boundary",
    "session_policies",
    "endpoint_policies",
];

#[test]
fn lists_of_policies_are_lists() {
    for field in LISTS {
        let expected = format!("{field}: a list of policies was expected");
        for wrong in [allow(json!({})), json!("x"), json!(5), json!(false)] {
            check_refused(json!({field: wrong}), &expected);
        }
        let expected = format!("{field}[1]: a policy (an object) was expected");
        for wrong in [json!("{}"), json!(null), json!([])] {
            check_refused(
                json!({field: [allow(json!({"Resource": "*"})), wrong]}),
                &expected,
            );
        }
        // Nothing is not the same as an empty list: the layer applies and does not allow.
        question(json!({field: []}));
    }
    check_refused(
        json!({"resource_policy": []}),
        "resource_policy: a policy (an object) was expected",
    );
    check_refused(
        json!({"resource_policy": "{}"}),
        "resource_policy: a policy (an object) was expected",
    );
}

#[test]
fn organization_policies_are_lists_of_levels() {
    for field in ["scps", "rcps"] {
        let expected = format!("{field}: a list of levels was expected, each a list of policies");
        check_refused(json!({field: allow(json!({}))}), &expected);
        check_refused(
            json!({field: [allow(json!({}))]}),
            &format!("{field}[0]: a list of policies was expected"),
        );
        let nested = json!({field: [[], [allow(json!({})), 5]]});
        check_refused(
            nested,
            &format!("{field}[1][1]: a policy (an object) was expected"),
        );
    }
}

#[test]
fn a_policy_that_cannot_be_read_is_named_with_the_place() {
    let wrong = allow(json!({"Actionn": "s3:*"}));
    let text = wrong.to_string();
    let column = text.find("\"Actionn\"").unwrap();
    check_refused(
        json!({"scps": [[allow(json!({})), wrong]]}),
        &format!(
            "scps[0][1]: a statement has no such element at line 1, column {} of the policy",
            column + 1
        ),
    );
}

#[test]
fn a_policy_is_read_from_the_text_and_not_from_what_a_parser_made_of_it() {
    let policy = r#"{"Statement":{"Effect":"Allow","Action":"*","Action":"s3:*","Resource":"*"}}"#;
    let text = format!(r#"{{"action":"a:b","resource":"*","identity_policies":[{policy}]}}"#);
    let error = Question::parse(&text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "identity_policies[0]: this element is there twice at line 1, column 45 of the policy"
    );
    let numbers = r#"{"Condition":{"StringEquals":{"k":1.10}},"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let policy = format!(r#"{{"Statement":{numbers}}}"#);
    let principal = r#""principal":"arn:aws:iam::111122223333:user/bob""#;
    let text = format!(
        r#"{{{principal},"action":"a:b","resource":"*","context":{{"k":"1.10"}},"identity_policies":[{policy}]}}"#
    );
    assert!(Question::parse(&text).unwrap().decide().is_allowed());
}

#[test]
fn a_question_from_a_value_is_the_question() {
    let value = written(json!({"identity_policies": [allow(json!({}))]}));
    assert!(Question::from_value(&value).unwrap().decide().is_allowed());
}

#[test]
fn where_the_policy_of_a_key_is_missing_nothing_is_allowed() {
    let on_key = |resource: &str, policy: Value| {
        json!({
            "action": "kms:Decrypt",
            "resource": resource,
            "identity_policies": [allow(json!({}))],
            "resource_policy": policy,
        })
    };
    let key = "arn:aws:kms:eu-west-1:111122223333:key/k";
    let both = ["resource_policy/0", "identity_policies[0]/0"];
    check(
        on_key(key, json!(null)),
        "ImplicitlyDenied",
        Some("Resource"),
        &[],
    );
    let delegated = on_key(key, allow_to("111122223333"));
    check(delegated, "Allowed", Some("Identity"), &both);
    let alias = "arn:aws:kms:eu-west-1:111122223333:alias/k";
    check(
        on_key(alias, json!(null)),
        "Allowed",
        Some("Identity"),
        &["identity_policies[0]/0"],
    );
}

#[test]
fn where_a_trust_policy_is_missing_nothing_is_allowed() {
    let on_role = |action: &str, policy: Value| {
        json!({
            "action": action,
            "resource": "arn:aws:iam::111122223333:role/path/other",
            "identity_policies": [allow(json!({}))],
            "resource_policy": policy,
        })
    };
    for action in [
        "sts:AssumeRole",
        "STS:assumerolewithsaml",
        "sts:TagSession",
        "sts:SetSourceIdentity",
    ] {
        check(
            on_role(action, json!(null)),
            "ImplicitlyDenied",
            Some("Trust"),
            &[],
        );
    }
    check(
        on_role("iam:GetRole", json!(null)),
        "Allowed",
        Some("Identity"),
        &["identity_policies[0]/0"],
    );
    let trust = allow(json!({"Principal": {"AWS": crate::written::BOB}, "Resource": null}));
    check(
        on_role("sts:AssumeRole", trust),
        "Allowed",
        Some("Trust"),
        &["resource_policy/0"],
    );
}
