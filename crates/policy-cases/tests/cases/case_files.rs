//! Files of cases: how they are read, what they expect, and where they are found.

use std::fs;
use std::path::Path;

use lanyard_policy_cases::{CaseFile, case_files};
use serde_json::{Value, json};

use crate::written::{allow, written};

const POLICY: &str = r#"{"Statement":{"Sid":"Read","Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;

fn parse(file: &Value) -> Result<CaseFile, Vec<String>> {
    let find = |path: &str| match path {
        "read.json" => Ok(POLICY.to_owned()),
        "wrong.json" => Ok("{\n}".to_owned()),
        _ => Err("there is no such file".to_owned()),
    };
    CaseFile::parse(&file.to_string(), &find).map_err(|error| error.problems().to_vec())
}

/// A file of one case, in which Bob reads an object as `read.json` allows.
fn file(changes: Value) -> Value {
    let mut case = written(json!({"identity_policies": ["read.json"], "expect": "Allowed"}));
    for (name, value) in changes.as_object().unwrap() {
        case[name] = value.clone();
    }
    json!({ "cases": [case] })
}

#[track_caller]
fn check_refused(file: &Value, problems: &[&str]) {
    assert_eq!(parse(file).unwrap_err(), problems);
}

#[track_caller]
fn check(changes: Value, failure: Option<&str>) {
    let file = parse(&file(changes)).unwrap();
    let failed = file.cases()[0].check().err().map(|failure| failure.to_string());
    assert_eq!(failed.as_deref(), failure);
}

#[test]
fn a_case_passes_if_everything_is_as_expected() {
    for expect in [
        json!("Allowed"),
        json!({"decision": "Allowed"}),
        json!({"decision": "Allowed", "layer": "Identity"}),
        json!({"decision": "Allowed", "statement": "Read"}),
        json!({"decision": "Allowed", "statement": 0}),
        json!({"decision": "Allowed", "statement": "0"}),
        json!({"decision": "Allowed", "layer": null, "statement": null}),
    ] {
        check(json!({ "expect": expect }), None);
    }
}

#[test]
fn a_failure_says_what_was_expected_what_came_and_why() {
    let by = "allowed by statement Read (number 1) in inline policy read.json of \
              arn:aws:iam::111122223333:user/bob, line 1";
    check(
        json!({"expect": "ImplicitlyDenied"}),
        Some(&format!(
            "expected ImplicitlyDenied, decided Allowed by Identity; {by}"
        )),
    );
    check(
        json!({"expect": {"decision": "Allowed", "layer": "Resource"}}),
        Some(&format!(
            "expected Allowed by Resource, decided Allowed by Identity; {by}"
        )),
    );
    check(
        json!({"expect": {"decision": "Allowed", "statement": "Write"}}),
        Some(&format!(
            "expected Allowed, statement Write, decided Allowed by Identity, statement Read (index 0); {by}"
        )),
    );
    check(
        json!({"expect": {"decision": "Allowed", "statement": 1}}),
        Some(&format!(
            "expected Allowed, statement index 1, decided Allowed by Identity, statement Read (index 0); {by}"
        )),
    );
    check(
        json!({"action": "s3:PutObject"}),
        Some(
            "expected Allowed, decided ImplicitlyDenied by Identity; to allow it: add s3:PutObject to the \
             Action of statement Read (number 1) in inline policy read.json of \
             arn:aws:iam::111122223333:user/bob, line 1",
        ),
    );
    let deny = json!({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}});
    check(
        json!({"boundary": [deny]}),
        Some(
            "expected Allowed, decided ExplicitlyDenied by Boundary; denied by statement 1 in policy \
             boundary[0], line 1",
        ),
    );
    check(
        json!({"principal": "arn:aws:iam::111122223333:root", "expect": "ExplicitlyDenied"}),
        Some("expected ExplicitlyDenied, decided Allowed; no statement has to allow this"),
    );
}

#[test]
fn a_statement_of_another_layer_does_not_decide() {
    let boundary = allow(json!({"Sid": "Cap"}));
    check(
        json!({"boundary": [boundary], "expect": {"decision": "Allowed", "statement": "Read"}}),
        None,
    );
    let file = parse(&file(json!({
        "boundary": [boundary], "expect": {"decision": "Allowed", "statement": "Cap"},
    })));
    assert!(file.unwrap().cases()[0].check().is_err());
}

#[test]
fn what_a_case_says_replaces_the_default() {
    let file = parse(&json!({
        "about": "Defaults.",
        "defaults": {
            "principal": "arn:aws:iam::111122223333:user/bob",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::b/k",
            "resource_account": "111122223333",
            "identity_policies": ["read.json"],
            "boundary": [],
        },
        "cases": [
            {"id": "default", "expect": {"decision": "ImplicitlyDenied", "layer": "Boundary"}},
            {"id": "null", "rule": "Null is none.", "expect": "Allowed", "boundary": null},
            {"id": "other", "expect": "ImplicitlyDenied", "boundary": null, "identity_policies": []},
        ],
    }))
    .unwrap();
    assert_eq!(file.about(), Some("Defaults."));
    assert_eq!(file.cases().len(), 3);
    assert_eq!(file.cases()[1].rule(), Some("Null is none."));
    for case in file.cases() {
        assert_eq!(case.check(), Ok(()), "{}", case.id());
    }
}

#[test]
fn what_is_misspelt_is_refused_wherever_it_is() {
    check_refused(
        &json!({"abuot": "x", "cases": []}),
        &["abuot: there is no such field"],
    );
    let defaults = json!({"defaults": {"expect": "Allowed"}, "cases": [{}]});
    check_refused(&defaults, &["defaults: expect: there is no such field"]);
    check_refused(
        &file(json!({"boundry": []})),
        &["q: boundry: there is no such field"],
    );
    check_refused(
        &file(json!({"expect": "allowed"})),
        &[
            "q: expect: there is no decision \"allowed\"; there are Allowed, ExplicitlyDenied, ImplicitlyDenied",
        ],
    );
    check_refused(
        &file(json!({"expect": {"decision": "Allowed", "layer": "SCP"}})),
        &[
            "q: expect: there is no layer \"SCP\"; there are Identity, Boundary, Session, ServiceControl, \
           ResourceControl, Resource, Trust, Endpoint",
        ],
    );
    let no_decision = "a decision or an object with a decision was expected";
    for (expect, problem) in [
        (json!({"layer": "Identity"}), "missing field `decision`"),
        (
            json!({"decision": "Allowed", "sid": "x"}),
            "unknown field `sid`, expected one of `decision`, `layer`, `statement`",
        ),
        (
            json!({"decision": "Allowed", "statement": -1}),
            "statement: a Sid or an index was expected",
        ),
        (json!(true), no_decision),
        (json!(["Allowed"]), no_decision),
    ] {
        check_refused(
            &file(json!({ "expect": expect })),
            &[&format!("q: expect: {problem}")],
        );
    }
    check_refused(&file(json!({"expect": null})), &["q: expect: it is missing"]);
}

#[test]
fn everything_that_is_wrong_is_named_at_once() {
    let mut wrong = file(json!({"identity_policies": ["wrong.json"]}));
    let cases = wrong["cases"].as_array_mut().unwrap();
    cases.push(written(json!({"id": "twice", "expect": "ImplicitlyDenied"})));
    cases.push(written(json!({"id": "twice", "expect": "ImplicitlyDenied"})));
    cases.push(written(json!({"id": null, "expect": "ImplicitlyDenied"})));
    cases.push(written(
        json!({"id": "gone", "expect": "Allowed", "resource_policy": "gone.json"}),
    ));
    cases.push(json!(5));
    check_refused(
        &wrong,
        &[
            "q: identity_policies[0]: wrong.json: a policy needs at least one statement at line 1, column 1 of the policy",
            "twice: there is another case with this id",
            "case 4: id: a string was expected",
            "gone: resource_policy: gone.json: there is no such file",
            "case 6: not a case: invalid type: integer `5`, expected an object",
        ],
    );
}

#[test]
fn what_is_wrong_with_many_cases_is_told_once() {
    let mut wrong = file(json!({"identity_policies": ["wrong.json"]}));
    let cases = wrong["cases"].as_array_mut().unwrap();
    let case =
        |id: &str| written(json!({"id": id, "expect": "Allowed", "identity_policies": ["wrong.json"]}));
    cases.push(written(json!({"id": "other", "expect": "Alowed"})));
    cases.push(case("second"));
    cases.push(case("third"));
    let problem = "a policy needs at least one statement at line 1, column 1 of the policy";
    check_refused(
        &wrong,
        &[
            &format!("q and 2 other cases: identity_policies[0]: wrong.json: {problem}"),
            "other: expect: there is no decision \"Alowed\"; there are Allowed, ExplicitlyDenied, ImplicitlyDenied",
        ],
    );
}

#[test]
fn a_file_without_cases_is_refused() {
    check_refused(&json!({}), &["cases: there are none"]);
    check_refused(&json!({"cases": []}), &["cases: there are none"]);
    check_refused(&json!({"cases": {}}), &["cases: a list was expected"]);
    check_refused(
        &json!({"about": 5, "cases": [{}]}),
        &["about: a string was expected"],
    );
    check_text_refused(
        "{",
        "not a case file: EOF while parsing an object at line 1 column 1",
    );
    check_text_refused(
        "",
        "not a case file: EOF while parsing a value at line 1 column 0",
    );
}

#[track_caller]
fn check_text_refused(text: &str, problem: &str) {
    let error = CaseFile::parse(text, &|_| Err(String::new())).unwrap_err();
    assert_eq!(error.problems(), [problem]);
}

#[test]
fn what_is_there_twice_is_refused_wherever_it_is() {
    check_text_refused(
        r#"{"cases":[{}],"cases":[{}]}"#,
        "cases: the field is there twice",
    );
    check_text_refused(
        r#"{"defaults":{"action":"a:b","action":"a:c"},"cases":[{}]}"#,
        "defaults: action: the field is there twice",
    );
    check_text_refused(
        r#"{"cases":[{"id":"q","expect":"Allowed","expect":"Allowed"}]}"#,
        "q: expect: the field is there twice",
    );
    check_text_refused(
        r#"{"defaults":5,"cases":[{}]}"#,
        "defaults: invalid type: integer `5`, expected an object",
    );
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn case_files_are_found_below_a_directory_in_the_order_of_their_paths() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    for name in [
        "b.cases.json",
        "a/z.cases.json",
        "a/b/c.cases.json",
        "a/x.json",
        "cases.json",
        "a.cases.json.bak",
    ] {
        write(&at(name), "");
    }
    let found = case_files(directory.path()).unwrap();
    assert_eq!(
        found,
        ["a/b/c.cases.json", "a/z.cases.json", "b.cases.json"].map(at)
    );
    assert!(case_files(&at("nowhere")).is_err());
    assert!(case_files(&at("b.cases.json")).is_err());
}

#[test]
fn paths_of_policies_are_relative_to_the_case_file() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    write(&at("policies/read.json"), POLICY);
    let case = file(json!({"identity_policies": ["../policies/read.json"]}));
    write(&at("cases/x.cases.json"), &case.to_string());
    let read = CaseFile::load(&at("cases/x.cases.json")).unwrap();
    assert_eq!(read.cases()[0].check(), Ok(()));
    write(&at("y.cases.json"), &case.to_string());
    let problems = CaseFile::load(&at("y.cases.json"))
        .unwrap_err()
        .problems()
        .to_vec();
    assert!(
        problems[0].contains("../policies/read.json: cannot read it: "),
        "{problems:?}"
    );
    assert!(CaseFile::load(&at("none.cases.json")).is_err());
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    use std::os::unix::fs::symlink;

    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::create_dir(at("below")).unwrap();
    symlink(directory.path(), at("below/loop")).unwrap();
    symlink(directory.path(), at("directory.cases.json")).unwrap();
    symlink("round.cases.json", at("round.cases.json")).unwrap();
    symlink("/dev/zero", at("zero.cases.json")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(at("pipe.cases.json"))
        .status();
    assert!(made.unwrap().success());
    let found = case_files(directory.path()).unwrap();
    assert_eq!(found.len(), 4, "{found:?}");
    for path in found {
        let error = CaseFile::load(&path).unwrap_err().to_string();
        assert!(
            error.starts_with("cannot read it: "),
            "{}: {error}",
            path.display()
        );
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_case_file() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let mark = '\u{feff}';
    write(&at("read.json"), POLICY);
    write(&at("x.cases.json"), &format!("{mark}{}", file(json!({}))));
    CaseFile::load(&at("x.cases.json")).unwrap();
    write(&at("read.json"), &format!("{mark}{POLICY}"));
    let error = CaseFile::load(&at("x.cases.json")).unwrap_err().to_string();
    assert!(
        error.contains("read.json: it begins with a byte order mark"),
        "{error}"
    );
    fs::write(at("x.cases.json"), b"\xff\xfe{").unwrap();
    let error = CaseFile::load(&at("x.cases.json")).unwrap_err().to_string();
    assert_eq!(error, "it is not UTF-8");
}
