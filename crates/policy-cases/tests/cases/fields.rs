//! Every field: what it may be, what it may be left out for, and what is said where it is wrong.

use lanyard_policy::{ContextValue, Text};
use lanyard_policy_cases::Question;
use serde_json::{Value, json};

use crate::written::{allow, allow_to, check, question, refused, written};

#[track_caller]
fn check_refused(changes: Value, problem: &str) {
    let error = refused(changes.clone());
    assert_eq!(error.to_string(), problem);
    if changes.get("id").is_none() {
        assert_eq!(error.id(), Some(&json!("q")));
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
    let text = r#"{"action":"a:b","resource":"*","boundary":null,"boundary":[]}"#;
    let error = Question::parse(text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not a question: the field boundary is there twice at line 1 column 61"
    );
}

#[test]
fn what_is_no_object_is_no_question() {
    for text in ["", "x", "[]", "1", "null", "{\"action\":", "{} {}"] {
        let error = Question::parse(text).unwrap_err();
        assert!(error.to_string().starts_with("not a question: "), "{error}");
        assert_eq!(error.id(), None);
    }
}

#[test]
fn an_id_is_a_string_or_a_number() {
    for id in [json!("x"), json!(""), json!(7), json!(-1.5)] {
        assert_eq!(question(json!({"id": id})).id(), Some(&id));
        assert_eq!(refused(json!({"id": id, "action": null})).id(), Some(&id));
    }
    for id in [json!(true), json!([1]), json!({"a": 1})] {
        check_refused(json!({"id": id}), "id: a string or a number was expected");
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
            "context.k: a string, number, boolean or a list of those was expected"
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
    for wrong in ["null", "{}", "[null]", "[[]]", "[\"a\", {}]"] {
        check_context(wrong, None);
    }
}

#[test]
fn a_context_key_has_one_spelling() {
    check_refused(
        json!({"context": {"aws:UserName": "a", "aws:username": "b"}}),
        "context.aws:username: the key is there twice",
    );
    let error = refused(json!({"context": ["aws:username"]})).to_string();
    assert!(
        error.starts_with("context: an object of keys and values was expected"),
        "{error}"
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
        &format!("scps[0][1]: a statement has no such element at line 1, column {column}"),
    );
}

#[test]
fn a_policy_is_read_from_the_text_and_not_from_what_a_parser_made_of_it() {
    let policy = r#"{"Statement":{"Effect":"Allow","Action":"*","Action":"s3:*","Resource":"*"}}"#;
    let text = format!(r#"{{"action":"a:b","resource":"*","identity_policies":[{policy}]}}"#);
    let error = Question::parse(&text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "identity_policies[0]: this element is there twice at line 1, column 44"
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
