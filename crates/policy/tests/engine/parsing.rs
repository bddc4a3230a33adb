//! Reading documents: what is a policy, what is not, and where it says so.

use lanyard_policy::{Document, PrincipalKind};
use serde_json::{Value, json};

#[track_caller]
fn reads(document: Value) {
    Document::parse(&document.to_string()).unwrap();
}

#[track_caller]
fn refused(text: &str, problem: &str) {
    let error = Document::parse(text).unwrap_err();
    assert_eq!(error.problem(), problem, "{text}");
}

fn with(changes: Value) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
    for (name, value) in changes.as_object().unwrap() {
        statement[name] = value.clone();
    }
    json!({"Statement": [statement]})
}

#[test]
fn every_shape_of_the_grammar_is_read() {
    reads(with(json!({})));
    reads(
        json!({"Id": "x", "Version": "2008-10-17", "Statement": {"Effect": "Deny", "NotAction": ["a:b"], "NotResource": ["*"]}}),
    );
    reads(with(json!({"Sid": "", "Principal": "*"})));
    reads(with(
        json!({"NotPrincipal": {"AWS": ["*"], "Service": "x", "Federated": [], "CanonicalUser": "y"}}),
    ));
    reads(with(
        json!({"Condition": {"Bool": {"k": true}, "NumericEquals": {"k": [1, 2.5, "3"]}}}),
    ));
    reads(with(json!({"Condition": {"Unknown": {}}})));
    reads(with(json!({"Action": []})));
}

#[test]
fn what_is_not_json_is_told_from_what_is_no_policy() {
    for text in [
        "",
        "nothing",
        "{",
        "{\"Statement\": [}",
        "[1,]",
        "{\"Statement\": \"x\",}",
    ] {
        assert!(Document::parse(text).unwrap_err().is_invalid_json(), "{text}");
    }
    for text in ["[]", "1", "null", "{}", "{\"Statement\": 1}", "{\"Other\": []}"] {
        assert!(!Document::parse(text).unwrap_err().is_invalid_json(), "{text}");
    }
}

#[test]
fn unknown_elements_are_refused() {
    refused(
        &json!({"Statement": [], "Extra": 1}).to_string(),
        "a policy has no such element",
    );
    refused(
        &with(json!({"Conditions": {}})).to_string(),
        "a statement has no such element",
    );
    refused(
        &with(json!({"action": "x:y"})).to_string(),
        "a statement has no such element",
    );
    refused(
        &with(json!({"Principal": {"Aws": "*"}})).to_string(),
        "there is no such kind of principal",
    );
    refused(
        &with(json!({"Condition": {"StringSame": {"k": "v"}}})).to_string(),
        "there is no such condition operator",
    );
    refused(
        &with(json!({"Condition": {"NullIfExists": {"k": "true"}}})).to_string(),
        "there is no such condition operator",
    );
}

#[test]
fn nothing_may_be_there_twice() {
    for text in [
        r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Action": "a:c", "Resource": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "NotAction": "a:c", "Resource": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "\u0041ction": "a:c", "Resource": "*"}}"#,
        r#"{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "a:b", "Resource": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*", "NotResource": []}}"#,
        r#"{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "a:b"}}"#,
        r#"{"Statement": {"Effect": "Deny", "Action": "a:b"}, "Statement": {"Effect": "Deny", "Action": "a:b"}}"#,
        r#"{"Statement": {"Effect": "Deny", "Action": "a:b", "Principal": "*", "NotPrincipal": "*"}}"#,
    ] {
        refused(text, "this element is there twice");
    }
    let condition = |block: &str| {
        format!(r#"{{"Statement": {{"Effect": "Deny", "Action": "a:b", "Condition": {block}}}}}"#)
    };
    for block in [
        r#"{"Bool": {"k": "true", "k": "false"}}"#,
        r#"{"Bool": {"k": "true"}, "Bool": {"j": "false"}}"#,
    ] {
        refused(&condition(block), "this key is there twice");
    }
    let many: Vec<String> = (0..50)
        .chain([7])
        .map(|key| format!(r#""k{key}": "v""#))
        .collect();
    let keys = |keys: &[String]| condition(&format!(r#"{{"Bool": {{{}}}}}"#, keys.join(",")));
    refused(&keys(&many), "this key is there twice");
    let place = Document::parse(&keys(&many)).unwrap_err().span().start as usize;
    assert_eq!(place, keys(&many).rfind("\"k7\"").unwrap());
    assert!(Document::parse(&keys(&many[..50])).is_ok());
    refused(
        r#"{"Statement": {"Effect": "Deny", "Action": "a:b", "Principal": {"AWS": "*", "AWS": "*"}}}"#,
        "this key is there twice",
    );
}

#[test]
fn wrong_types_are_refused() {
    for changes in [
        json!({"Effect": 1}),
        json!({"Sid": []}),
        json!({"Action": {}}),
        json!({"Action": [["a:b"]]}),
        json!({"Action": 5}),
        json!({"Action": null}),
        json!({"Resource": true}),
        json!({"Principal": []}),
        json!({"Principal": "arn:aws:iam::111122223333:root"}),
        json!({"Principal": {"AWS": {}}}),
        json!({"Condition": []}),
        json!({"Condition": {"Bool": "true"}}),
        json!({"Condition": {"Bool": {"k": {}}}}),
        json!({"Condition": {"Bool": {"k": null}}}),
        json!({"Condition": {"Bool": {"k": [["true"]]}}}),
    ] {
        let error = Document::parse(&with(changes.clone()).to_string()).unwrap_err();
        assert!(!error.is_invalid_json(), "{changes}");
    }
    for document in [
        json!({"Statement": []}),
        json!({"Statement": ["x"]}),
        json!({"Statement": [[]]}),
        json!({"Version": 2012, "Statement": []}),
        json!({"Version": "2013-10-17", "Statement": []}),
        json!({"Id": {}, "Statement": []}),
        json!({"Version": "2012-10-17"}),
    ] {
        assert!(Document::parse(&document.to_string()).is_err(), "{document}");
    }
}

#[test]
fn what_nobody_could_evaluate_is_refused() {
    refused(
        &with(json!({"Effect": "allow"})).to_string(),
        "Effect must be exactly Allow or Deny",
    );
    refused(
        &with(json!({"Effect": "Permit"})).to_string(),
        "Effect must be Allow or Deny",
    );
    refused(
        r#"{"Statement": {"Action": "a:b", "Resource": "*"}}"#,
        "a statement needs an Effect",
    );
    refused(
        r#"{"Statement": {"Effect": "Allow", "Resource": "*"}}"#,
        "a statement needs Action or NotAction",
    );
    // An empty list of exceptions would be a statement about everything.
    for text in [
        r#"{"Statement": {"Effect": "Allow", "NotAction": [], "Resource": "*"}}"#,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "NotResource": []}}"#,
    ] {
        refused(text, "NotAction, NotResource and NotPrincipal must not be empty");
    }
}

#[test]
fn errors_say_where() {
    let text = "{\n  \"Statement\": {\n    \"Effect\": \"Allow\",\n    \"Actoin\": \"s3:*\"\n  }\n}";
    let span = Document::parse(text).unwrap_err().span();
    assert_eq!((span.line, span.column), (4, 4));
    assert!(text[span.start as usize..].starts_with("\"Actoin\""));
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    for text in [
        deep.clone(),
        format!("{{\"Statement\": {deep}}}"),
        format!("{{\"Statement\": {{\"Effect\": \"Allow\", \"Action\": {deep}}}}}"),
        "{\"Statement\":".repeat(10_000),
    ] {
        assert!(Document::parse(&text).is_err());
    }
}

#[test]
fn a_text_of_any_length_is_answered() {
    let long = format!("{{\"Statement\": \"{}\"}}", "x".repeat(3_000_000));
    assert_eq!(
        Document::parse(&long).unwrap_err().problem(),
        "the text is too long for a policy"
    );
    // No more is read of it, not even whether it is JSON.
    for wrong in ["x", " "] {
        let error = Document::parse(&wrong.repeat(2_000_000)).unwrap_err();
        assert!(!error.is_invalid_json(), "{wrong}");
    }
    let policy = with(json!({})).to_string();
    let of_length = |bytes: usize| policy.clone() + &" ".repeat(bytes - policy.len());
    assert!(Document::parse(&of_length(262_144)).is_ok());
    assert!(Document::parse(&of_length(262_145)).is_err());
}

#[test]
fn a_policy_lists_only_so_much() {
    let list = |count: usize| format!("[{}]", vec!["\"*\""; count].join(","));
    let with = |principal: &str| {
        let statement = format!(r#"{{"Effect": "Deny", "Action": "*", "Principal": {principal}}}"#);
        Document::parse(&format!(r#"{{"Statement": {statement}}}"#)).is_ok()
    };
    let of_two_kinds = |aws, service| {
        let (aws, service) = (list(aws), list(service));
        with(&format!(r#"{{"AWS": {aws}, "Service": {service}}}"#))
    };
    assert!(of_two_kinds(40_000, 20_000));
    assert!(!of_two_kinds(40_000, 20_001));
    let actions = |count| {
        let actions = list(count);
        let statement = format!(r#"{{"Effect": "Deny", "Action": {actions}, "Resource": []}}"#);
        Document::parse(&format!(r#"{{"Statement": {statement}}}"#)).is_ok()
    };
    assert!(actions(60_000));
    assert!(!actions(60_001));
}

#[test]
fn the_text_is_kept_byte_for_byte() {
    let text = " {\"Statement\":{ \"Effect\" : \"Deny\", \"Action\":\"a:b\"} }\n";
    assert_eq!(Document::parse(text).unwrap().text(), text);
}

#[test]
fn principals_are_listed_with_their_places() {
    let text = r#"{"Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:user/b\u006fb", "*"]}, "Action": "a:b"},
        {"Effect": "Deny", "NotPrincipal": {"Service": "x.amazonaws.com"}, "Action": "a:b"},
        {"Effect": "Deny", "Principal": "*", "Action": "a:b"},
        {"Effect": "Deny", "Action": "a:b"}
    ]}"#;
    let document = Document::parse(text).unwrap();
    let found: Vec<_> = document
        .principals()
        .map(|principal| {
            (
                principal.kind,
                principal.text,
                principal.statement,
                principal.negated,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (PrincipalKind::Aws, "arn:aws:iam::111122223333:user/bob", 0, false),
            (PrincipalKind::Aws, "*", 0, false),
            (PrincipalKind::Service, "x.amazonaws.com", 1, true),
            (PrincipalKind::Everyone, "*", 2, false),
        ]
    );
    let span = document.principals().next().unwrap().span;
    assert_eq!(
        &text[span.start as usize..span.end as usize],
        r#""arn:aws:iam::111122223333:user/b\u006fb""#
    );
    assert_eq!(span.line, 2);
}
