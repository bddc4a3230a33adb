//! Addresses, and the ranges that they lie in.

use serde_json::json;

use super::Expected::{Doubt, No, Yes};
use super::{check, table, with};

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
