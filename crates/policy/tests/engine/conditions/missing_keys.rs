//! Keys that are not there, and operators that ask for them or do without.

use serde_json::json;

use super::Expected::{No, Yes};
use super::{NEGATED, POSITIVE, check, with, with_many};
use crate::world::{allow, deny, world};

#[test]
fn a_missing_key_fails_what_asks_for_it_and_passes_what_excludes() {
    for (operator, value) in POSITIVE {
        check(operator, json!(value), &world(), No);
        check(&format!("{operator}IfExists"), json!(value), &world(), Yes);
    }
    for (operator, value) in NEGATED {
        check(operator, json!(value), &world(), Yes);
        check(&format!("{operator}IfExists"), json!(value), &world(), Yes);
    }
}

#[test]
fn if_exists_changes_nothing_for_a_key_that_exists() {
    check("StringEqualsIfExists", json!("red"), &with("red"), Yes);
    check("StringEqualsIfExists", json!("red"), &with("blue"), No);
    check("StringNotEqualsIfExists", json!("red"), &with("red"), No);
    check(
        "ForAnyValue:StringEqualsIfExists",
        json!("red"),
        &with_many(&["red"]),
        Yes,
    );
    check(
        "ForAllValues:StringEqualsIfExists",
        json!("red"),
        &with_many(&["blue"]),
        No,
    );
}

#[test]
fn a_deny_without_mfa_misses_long_term_keys_unless_if_exists() {
    let deny_with =
        |operator: &str| deny(json!({"Condition": {operator: {"aws:MultiFactorAuthPresent": "false"}}}));
    let request = || world().identity(allow(json!({})));
    request().identity(deny_with("Bool")).allowed();
    request()
        .identity(deny_with("BoolIfExists"))
        .check("ExplicitDeny Identity");
    request()
        .key("aws:MultiFactorAuthPresent", "true")
        .identity(deny_with("BoolIfExists"))
        .allowed();
}

#[test]
fn null_asks_whether_the_key_is_absent() {
    for (values, present, absent) in [
        (json!("true"), No, Yes),
        (json!(true), No, Yes),
        (json!("false"), Yes, No),
        (json!("FALSE"), Yes, No),
        (json!(["true", "false"]), Yes, Yes),
        (json!("maybe"), Yes, No),
    ] {
        check("Null", values.clone(), &with("x"), present);
        check("Null", values.clone(), &with(""), present);
        check("Null", values.clone(), &with_many(&["x", "y"]), present);
        check("Null", values.clone(), &with_many(&[]), absent);
        check("Null", values, &world(), absent);
    }
}
