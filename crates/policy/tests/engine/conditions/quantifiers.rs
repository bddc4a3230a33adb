//! `ForAllValues` and `ForAnyValue`, for keys with several values, one or none.

use serde_json::json;

use super::Expected::{self, Doubt, No, Yes};
use super::{NEGATED, POSITIVE, check, with, with_many};
use crate::world::world;

#[test]
fn for_all_values_needs_every_value_to_pass() {
    let rows: [(&[&str], Expected, Expected); 5] = [
        (&["a"], Yes, No),
        (&["a", "b"], Yes, No),
        (&["a", "c"], No, No),
        (&["c", "d"], No, Yes),
        (&["", ""], Doubt, Yes),
    ];
    for (values, positive, negated) in rows {
        let request = with_many(values);
        check("ForAllValues:StringEquals", json!(["a", "b"]), &request, positive);
        check(
            "ForAllValues:StringNotEquals",
            json!(["a", "b"]),
            &request,
            negated,
        );
    }
    check("ForAllValues:StringEquals", json!("a"), &with("a"), Yes);
    check("ForAllValues:StringEquals", json!("a"), &with("b"), No);
    check("ForAllValues:StringEquals", json!([]), &with_many(&["a"]), No);
}

#[test]
fn for_any_value_needs_one_value_to_pass() {
    let rows: [(&[&str], Expected, Expected); 4] = [
        (&["a"], Yes, No),
        (&["a", "c"], Yes, Yes),
        (&["c", "d"], No, Yes),
        (&["a", "b"], Yes, No),
    ];
    for (values, positive, negated) in rows {
        let request = with_many(values);
        check("ForAnyValue:StringEquals", json!(["a", "b"]), &request, positive);
        check(
            "ForAnyValue:StringNotEquals",
            json!(["a", "b"]),
            &request,
            negated,
        );
    }
    check("ForAnyValue:StringLike", json!("r*"), &with("red"), Yes);
    check("ForAnyValue:StringEquals", json!([]), &with_many(&["a"]), No);
}

#[test]
fn typed_values_are_quantified_too() {
    check(
        "ForAnyValue:NumericLessThan",
        json!(5),
        &with_many(&["9", "4"]),
        Yes,
    );
    check(
        "ForAllValues:NumericLessThan",
        json!(5),
        &with_many(&["9", "4"]),
        No,
    );
    check(
        "ForAnyValue:IpAddress",
        json!("10.0.0.0/8"),
        &with_many(&["1.1.1.1", "10.1.1.1"]),
        Yes,
    );
    check(
        "ForAllValues:DateLessThan",
        json!("2026-01-01"),
        &with_many(&["2025-01-01"]),
        Yes,
    );
    check(
        "ForAnyValue:ArnLike",
        json!("arn:aws:s3:::a*"),
        &with_many(&["arn:aws:s3:::b", "arn:aws:s3:::ab"]),
        Yes,
    );
}

#[test]
fn a_key_of_several_values_needs_a_quantifier() {
    for (operator, value) in POSITIVE.into_iter().chain(NEGATED) {
        check(operator, json!(value), &with_many(&["x"]), Doubt);
        check(operator, json!(value), &with_many(&["x", "y"]), Doubt);
    }
}

#[test]
fn a_missing_key_passes_for_all_and_fails_for_any() {
    for (operator, value) in POSITIVE.into_iter().chain(NEGATED) {
        for request in [world(), with_many(&[])] {
            check(&format!("ForAllValues:{operator}"), json!(value), &request, Yes);
            check(
                &format!("ForAllValues:{operator}IfExists"),
                json!(value),
                &request,
                Yes,
            );
            check(&format!("ForAnyValue:{operator}"), json!(value), &request, No);
            check(
                &format!("ForAnyValue:{operator}IfExists"),
                json!(value),
                &request,
                Doubt,
            );
        }
    }
}

#[test]
fn of_empty_texts_set_operators_say_only_what_is_certain() {
    for request in [with_many(&[""]), with_many(&["", ""])] {
        check("ForAllValues:StringEquals", json!(""), &request, Yes);
        check("ForAllValues:StringEquals", json!("x"), &request, Doubt);
        check("ForAnyValue:StringEquals", json!(""), &request, Doubt);
        check("ForAnyValue:StringEquals", json!("x"), &request, No);
    }
    check("ForAllValues:StringEquals", json!(""), &with(""), Yes);
    check("ForAllValues:StringEquals", json!("x"), &with(""), Doubt);
    check("ForAllValues:StringNotEquals", json!("x"), &with(""), Yes);
    check("ForAnyValue:StringEquals", json!(""), &with(""), Yes);
    check("ForAnyValue:StringEquals", json!("x"), &with(""), No);
    check("ForAnyValue:StringEqualsIfExists", json!("x"), &with(""), Doubt);
}

#[test]
fn null_with_a_quantifier_is_always_or_never_true() {
    for value in ["true", "false"] {
        for request in [world(), with("x")] {
            check("ForAllValues:Null", json!(value), &request, Yes);
            check("ForAnyValue:Null", json!(value), &request, No);
        }
    }
}
