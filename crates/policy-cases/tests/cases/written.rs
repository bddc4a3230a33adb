//! Questions as JSON, with defaults, so that a test says only what it is about.

use lanyard_policy_cases::{Answer, Question, QuestionError};
use serde_json::{Value, json};

pub(crate) const BOB: &str = "arn:aws:iam::111122223333:user/bob";
pub(crate) const ROLE: &str = "arn:aws:iam::111122223333:role/app";
pub(crate) const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";

/// Bob reads an object under no policy at all, with these fields changed or added.
pub(crate) fn written(changes: Value) -> Value {
    let mut question = json!({
        "id": "q",
        "principal": BOB,
        "principal_account": "111122223333",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::bucket/key",
        "resource_account": "111122223333",
        "wildcard_only_action": false,
    });
    for (name, value) in changes.as_object().unwrap() {
        question[name] = value.clone();
    }
    question
}

#[track_caller]
pub(crate) fn question(changes: Value) -> Question {
    Question::parse(&written(changes).to_string()).unwrap()
}

#[track_caller]
pub(crate) fn refused(changes: Value) -> QuestionError {
    Question::parse(&written(changes).to_string()).unwrap_err()
}

/// The answer in short: decision, layer, and the statements as `source/index`.
#[track_caller]
pub(crate) fn check(changes: Value, decision: &str, layer: Option<&str>, statements: &[&str]) {
    let answer = question(changes).answer(false);
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["decision"], decision, "{json}");
    assert_eq!(json["layer"].as_str(), layer, "{json}");
    assert_eq!(names(&answer), statements, "{json}");
}

fn names(answer: &Answer) -> Vec<String> {
    let statements = answer.statements.iter();
    statements
        .map(|statement| format!("{}/{}", statement.source, statement.index))
        .collect()
}

/// A policy of one statement that allows everything, with these elements changed or added.
pub(crate) fn allow(changes: Value) -> Value {
    statement("Allow", changes)
}

pub(crate) fn deny(changes: Value) -> Value {
    statement("Deny", changes)
}

/// As [`allow`], for whom.
pub(crate) fn allow_to(principal: &str) -> Value {
    allow(json!({ "Principal": { "AWS": principal } }))
}

fn statement(effect: &str, changes: Value) -> Value {
    let mut statement = json!({ "Effect": effect, "Action": "*", "Resource": "*" });
    for (name, value) in changes.as_object().unwrap() {
        statement[name] = value.clone();
        if value.is_null() {
            statement.as_object_mut().unwrap().remove(name);
        }
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}
