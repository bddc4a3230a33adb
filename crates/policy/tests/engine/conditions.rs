//! Conditions: every operator, with and without the key, alone and quantified.

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
use Expected::{Doubt, No, Yes};

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
fn an_ipv6_address_without_prefix_is_one_address() {
    let rows = |same, other| {
        [
            (json!("2001:db8::1"), "2001:db8::1", same),
            (json!("2001:db8::1"), "2001:db8::2", other),
            (json!("2001:db8::1/128"), "2001:db8::2", other),
            (json!("2001:db8::1"), "192.0.2.1", other),
        ]
    };
    table("IpAddress", &rows(Yes, No));
    table("NotIpAddress", &rows(No, Yes));
}

#[test]
fn a_range_of_ipv6_with_host_bits_has_no_addresses() {
    let rows = |none, unknown| {
        [
            (json!("2001:db8::5/64"), "2001:db8::5", none),
            (json!("2001:db8::1/0"), "2001:db8::1", none),
            (json!("2001:db8::192.0.2.0/120"), "2001:db8::c000:201", none),
            (json!("2001:db8::/129"), "2001:db8::1", none),
            (json!("2001:db8:::1/128"), "2001:db8::1", unknown),
        ]
    };
    table("IpAddress", &rows(No, Doubt));
    table("NotIpAddress", &rows(Yes, Doubt));
}

#[test]
fn what_is_no_address_is_neither_in_a_range_nor_outside() {
    for value in [
        "there",
        "",
        "192.0.513",
        "3221225985",
        "192.0.2.1/32",
        "2001:db8::192.0.2.1",
    ] {
        for operator in ["IpAddress", "NotIpAddress"] {
            for range in ["192.0.2.0/24", "2001:db8::/64", "here"] {
                check(operator, json!(range), &with(value), No);
            }
        }
    }
    for operator in ["IpAddress", "NotIpAddress"] {
        check(operator, json!("2001:db8::/64"), &with("2001:db8:::1"), Doubt);
        check(
            operator,
            json!(["here", "192.0.2.0/24"]),
            &with("192.0.2.1"),
            if operator == "IpAddress" { Yes } else { No },
        );
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
fn addresses_lie_in_ranges() {
    table(
        "IpAddress",
        &[
            (json!("203.0.113.0/24"), "203.0.113.9", Yes),
            (json!("203.0.113.0/24"), "203.0.114.9", No),
            (json!("203.0.113.77/24"), "203.0.113.9", Yes),
            (json!("203.0.113.9"), "203.0.113.9", Yes),
            (json!("2001:db8::/32"), "2001:db8:1::7", Yes),
            (json!("2001:db8::/32"), "2001:db9::7", No),
            (json!("0.0.0.0/0"), "2001:db8::7", No),
            (json!(["10.0.0.0/8", "2001:db8::/32"]), "2001:db8::7", Yes),
            (json!("here"), "203.0.113.9", No),
            (json!("203.0.113.0/24"), "there", No),
        ],
    );
    table(
        "NotIpAddress",
        &[
            (json!("203.0.113.0/24"), "203.0.113.9", No),
            (json!("203.0.113.0/24"), "203.0.114.9", Yes),
            (json!("0.0.0.0/0"), "2001:db8::7", Yes),
            (json!(["10.0.0.0/8", "203.0.113.0/24"]), "203.0.113.9", No),
            (json!("here"), "203.0.113.9", Yes),
            (json!("203.0.113.0/24"), "there", No),
            (json!("203.0.113.0/24"), "::ffff:203.0.113.9", No),
            (json!("::/0"), "::ffff:203.0.113.9", Yes),
        ],
    );
}

#[test]
fn arns_are_compared_field_by_field() {
    let topic = "arn:aws:sns:us-east-1:111122223333:alarms";
    for operator in ["ArnEquals", "ArnLike"] {
        table(
            operator,
            &[
                (json!(topic), topic, Yes),
                (json!("arn:aws:sns:*:111122223333:*"), topic, Yes),
                (json!("arn:aws:sns:*:alarms"), topic, Doubt),
                (json!("arn:aws:sns:*:*:alarm?"), topic, Yes),
                (
                    json!("arn:aws:sns:*:*:*"),
                    "arn:aws:sns:us-east-1:111122223333:a:b",
                    Yes,
                ),
                (json!("arn:aws:sns:us-east-1:111122223333:Alarms"), topic, No),
                (json!("*"), topic, Doubt),
                (json!("arn:aws:sns:*"), topic, Doubt),
                (json!(topic), "alarms", No),
                (json!(["alarms", topic]), topic, Doubt),
                (json!([topic, "alarms"]), topic, Yes),
                (json!(["arn:aws:sqs:*:*:*", "alarms"]), topic, Doubt),
                (json!("alarms"), "alarms", No),
            ],
        );
    }
    for operator in ["ArnNotEquals", "ArnNotLike"] {
        table(
            operator,
            &[
                (json!("arn:aws:sns:*:111122223333:*"), topic, No),
                (json!("arn:aws:sns:*:444455556666:*"), topic, Yes),
                (json!("*"), topic, Doubt),
                (json!(topic), "alarms", No),
                (json!("alarms"), "alarms", No),
                (json!(topic), "", No),
                (json!(topic), "arn:aws:sns", Doubt),
                (json!([topic, "alarms"]), topic, No),
                (json!(["alarms", topic]), topic, Doubt),
            ],
        );
    }
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

#[test]
fn null_with_a_quantifier_is_always_or_never_true() {
    for value in ["true", "false"] {
        for request in [world(), with("x")] {
            check("ForAllValues:Null", json!(value), &request, Yes);
            check("ForAnyValue:Null", json!(value), &request, No);
        }
    }
}

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
fn operator_names_are_read_in_any_case() {
    check("stringequals", json!("red"), &with("red"), Yes);
    check("FORANYVALUE:stringlike", json!("r*"), &with_many(&["red"]), Yes);
}
