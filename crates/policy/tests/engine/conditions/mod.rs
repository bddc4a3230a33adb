//! Conditions: every operator, with and without the key, alone and quantified.

mod addresses;
mod arns;
mod missing_keys;
mod quantifiers;
mod values;

use serde_json::{Value, json};

use crate::world::{World, allow, deny, world};

/// Checks what an allow and a deny with a condition `{operator: {key: values}}` do for a request.
#[track_caller]
fn check(operator: &str, values: Value, request: &World, expected: Expected) {
    let condition = json!({operator: {"test:key": values}});
    let outcome = |allowed| if allowed { "Allow" } else { "ImplicitDeny Identity" };
    request
        .clone()
        .identity(allow(json!({"Condition": condition})))
        .check(outcome(expected == Yes));
    request
        .clone()
        .identity(allow(json!({})))
        .identity(deny(json!({"Condition": condition})))
        .check(if expected == No {
            "Allow"
        } else {
            "ExplicitDeny Identity"
        });
}

#[derive(Clone, Copy, PartialEq)]
enum Expected {
    Yes,
    No,
    /// An allow does not match, a deny does.
    Doubt,
}
use Expected::{No, Yes};

const POSITIVE: [(&str, &str); 12] = [
    ("StringEquals", "x"),
    ("StringEqualsIgnoreCase", "x"),
    ("StringLike", "x*"),
    ("NumericEquals", "1"),
    ("NumericLessThan", "1"),
    ("DateEquals", "2026-01-01"),
    ("DateGreaterThan", "2026-01-01"),
    ("Bool", "true"),
    ("BinaryEquals", "QQ=="),
    ("IpAddress", "10.0.0.0/8"),
    ("ArnEquals", "arn:aws:s3:::x"),
    ("ArnLike", "arn:aws:s3:::*"),
];

const NEGATED: [(&str, &str); 8] = [
    ("StringNotEquals", "x"),
    ("StringNotEqualsIgnoreCase", "x"),
    ("StringNotLike", "x*"),
    ("NumericNotEquals", "1"),
    ("DateNotEquals", "2026-01-01"),
    ("NotIpAddress", "10.0.0.0/8"),
    ("ArnNotEquals", "arn:aws:s3:::x"),
    ("ArnNotLike", "arn:aws:s3:::*"),
];

fn with(value: &str) -> World {
    world().key("Test:Key", value)
}

fn with_many(values: &[&str]) -> World {
    world().keys("test:KEY", values)
}

#[track_caller]
fn table(operator: &str, rows: &[(Value, &str, Expected)]) {
    for (values, value, expected) in rows {
        check(operator, values.clone(), &with(value), *expected);
    }
}

#[test]
fn operators_and_keys_must_all_hold() {
    let condition = json!({
        "StringEquals": {"k:a": "1", "k:b": "2"},
        "StringLike": {"k:c": "3*"},
    });
    let request = |a: &str, b: &str, c: &str| {
        world()
            .key("k:a", a)
            .key("k:b", b)
            .key("k:c", c)
            .identity(allow(json!({"Condition": condition})))
    };
    request("1", "2", "3x").allowed();
    request("0", "2", "3x").check("ImplicitDeny Identity");
    request("1", "0", "3x").check("ImplicitDeny Identity");
    request("1", "2", "0").check("ImplicitDeny Identity");
}

#[test]
fn an_empty_condition_restricts_nothing() {
    world().identity(allow(json!({"Condition": {}}))).allowed();
    world()
        .identity(allow(json!({"Condition": {"StringEquals": {}}})))
        .allowed();
}

#[test]
fn tag_keys_are_found_in_any_case() {
    let condition = json!({"StringEquals": {"AWS:principaltag/TEAM": "red"}});
    world()
        .key("aws:PrincipalTag/team", "red")
        .identity(allow(json!({"Condition": condition})))
        .allowed();
}

#[test]
fn operator_names_are_read_in_any_case() {
    check("stringequals", json!("red"), &with("red"), Yes);
    check("FORANYVALUE:stringlike", json!("r*"), &with_many(&["red"]), Yes);
}
