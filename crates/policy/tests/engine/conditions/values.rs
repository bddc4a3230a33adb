//! Values of every type: texts, numbers, dates, booleans and bytes.

use serde_json::json;

use super::Expected::{Doubt, No, Yes};
use super::table;

#[test]
fn strings_are_equal_or_not() {
    table(
        "StringEquals",
        &[
            (json!("red"), "red", Yes),
            (json!("red"), "Red", No),
            (json!(["blue", "red"]), "red", Yes),
            (json!(["blue", "green"]), "red", No),
            (json!("r*"), "red", No),
            (json!("r*"), "r*", Yes),
            (json!(5), "5", Yes),
            (json!(true), "true", Yes),
            (json!(""), "", Yes),
            (json!([]), "red", No),
        ],
    );
    table(
        "StringNotEquals",
        &[
            (json!("red"), "red", No),
            (json!("red"), "Red", Yes),
            (json!(["blue", "red"]), "red", No),
            (json!(["blue", "green"]), "red", Yes),
            (json!([]), "red", Doubt),
        ],
    );
}

#[test]
fn case_can_be_ignored() {
    table(
        "StringEqualsIgnoreCase",
        &[
            (json!("RED"), "red", Yes),
            (json!("RED"), "reds", No),
            (json!("É"), "é", Yes),
            (json!("É"), "à", No),
            (json!("É"), "éé", No),
            (json!("r*"), "red", No),
        ],
    );
    table(
        "StringNotEqualsIgnoreCase",
        &[(json!("RED"), "red", No), (json!("RED"), "blue", Yes)],
    );
}

#[test]
fn strings_are_like_patterns() {
    table(
        "StringLike",
        &[
            (json!("r*"), "red", Yes),
            (json!("*e*"), "red", Yes),
            (json!("r?d"), "red", Yes),
            (json!("r?"), "red", No),
            (json!("R*"), "red", No),
            (json!("*"), "", Yes),
            (json!(["a*", "*d"]), "red", Yes),
            (json!("home/*/x"), "home/a/b/x", Yes),
        ],
    );
    table(
        "StringNotLike",
        &[
            (json!("r*"), "red", No),
            (json!("b*"), "red", Yes),
            (json!(["b*", "r*"]), "red", No),
        ],
    );
}

#[test]
fn numbers_are_compared() {
    table(
        "NumericEquals",
        &[
            (json!("10"), "10.0", Yes),
            (json!(10), "10", Yes),
            (json!("10"), "11", No),
            (json!("ten"), "10", No),
            (json!("10"), "ten", No),
            (json!("+1."), "1e0", Yes),
            (json!("01"), "10E-1", Yes),
        ],
    );
    table(
        "NumericNotEquals",
        &[
            (json!("10"), "10.0", No),
            (json!("10"), "11", Yes),
            (json!("ten"), "10", Yes),
            (json!("10"), "ten", Yes),
            (json!("10"), "", Yes),
            (json!("NaN"), "NaN", Yes),
            (json!("10"), "0x10", Doubt),
        ],
    );
    for (operator, less, equal, greater) in [
        ("NumericLessThan", Yes, No, No),
        ("NumericLessThanEquals", Yes, Yes, No),
        ("NumericGreaterThan", No, No, Yes),
        ("NumericGreaterThanEquals", No, Yes, Yes),
    ] {
        table(
            operator,
            &[
                (json!("5"), "4.9", less),
                (json!("5"), "5.00", equal),
                (json!("5"), "5.1", greater),
                (json!("-5"), "-6", less),
                (json!("5"), "many", No),
            ],
        );
    }
}

#[test]
fn numbers_of_any_length_are_compared_exactly() {
    let long = "9".repeat(50);
    table(
        "NumericGreaterThan",
        &[
            (json!("10"), &long, Yes),
            (json!(long), "10", No),
            (json!(long), &long, No),
            (json!(long), "ten", No),
        ],
    );
    table(
        "NumericNotEquals",
        &[(json!(long), &long, No), (json!(long), "10", Yes)],
    );
}

#[test]
fn dates_are_compared_as_instants() {
    let noon = "2026-01-01T12:00:00Z";
    table(
        "DateEquals",
        &[
            (json!(noon), "2026-01-01T13:00:00+01:00", Yes),
            (json!("1767268800"), noon, Yes),
            (json!(1_767_268_800), noon, Yes),
            (json!("2026-01-01"), noon, No),
            (json!("2026"), "1970-01-01T00:33:46Z", Yes),
            (json!("soon"), noon, No),
            (json!(noon), "2026-01-01T12:00:00.0009Z", Yes),
            (json!(noon), "2026-01-01T12:00:00.001Z", No),
            (json!(noon), "+1767268800", Yes),
        ],
    );
    table(
        "DateNotEquals",
        &[
            (json!(noon), "2026-01-01T12:00:00Z", No),
            (json!("2026-01-01"), noon, Yes),
            (json!("soon"), noon, Yes),
            (json!(noon), "soon", Yes),
            (json!(noon), "2026-01-01 12:00", Doubt),
        ],
    );
    for (operator, before, same, after) in [
        ("DateLessThan", Yes, No, No),
        ("DateLessThanEquals", Yes, Yes, No),
        ("DateGreaterThan", No, No, Yes),
        ("DateGreaterThanEquals", No, Yes, Yes),
    ] {
        table(
            operator,
            &[
                (json!(noon), "2026-01-01T11:59:59.999Z", before),
                (json!(noon), "1767268800", same),
                (json!(noon), "2026-01-02", after),
            ],
        );
    }
}

#[test]
fn forms_of_dates_that_are_not_documented_only_deny() {
    let noon = "2013-06-30T12:00:00Z";
    let local = "2013-06-30T12:00:00";
    let hour = "2013-06-30T12Z";
    table(
        "DateEquals",
        &[
            (json!(noon), noon, Yes),
            (json!(local), noon, Yes),
            (json!(noon), local, Yes),
            (json!(hour), noon, Doubt),
            (json!(noon), hour, Doubt),
        ],
    );
    table(
        "DateLessThan",
        &[
            (json!("2013-02-30"), noon, No),
            (json!("2013-12-31T00Z"), noon, Doubt),
        ],
    );
    table(
        "DateNotEquals",
        &[(json!(hour), noon, Doubt), (json!("2013-02-30"), noon, Doubt)],
    );
}

#[test]
fn booleans_are_compared() {
    table(
        "Bool",
        &[
            (json!("true"), "true", Yes),
            (json!(true), "TRUE", Yes),
            (json!("True"), "true", Yes),
            (json!("false"), "true", No),
            (json!("yes"), "no", Yes),
            (json!("yes"), "true", No),
            (json!("true"), "", No),
            (json!("true"), " true ", No),
            (json!("false"), "1", Yes),
        ],
    );
}

#[test]
fn bytes_are_compared() {
    table(
        "BinaryEquals",
        &[
            (json!("QmluYXJ5"), "QmluYXJ5", Yes),
            (json!("QQ=="), "QQ==", Yes),
            (json!(""), "", Yes),
            (json!(""), "QQ==", No),
            (json!("QQ=="), "QR==", No),
            (json!("QQ=="), "Qg==", No),
            (json!("QUE="), "QUF=", No),
            (json!("QUE="), "QUI=", No),
            (json!("QUFB"), "QUFC", No),
            (json!("not base64"), "QQ==", No),
            // Not base64 as its standard asks for.
            (json!("QQ=="), "QQ", No),
            (json!("QQ"), "QQ==", Doubt),
            (json!("Binary"), "Binary", No),
        ],
    );
}
