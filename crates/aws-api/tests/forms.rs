//! Forms of all kinds, hostile ones included.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeMap;

use lanyard_aws_api::iam::{AcquireRole, SimulateCustomPolicy, TagUser};
use lanyard_aws_api::query::{FormError, PARAMETERS_MAX, decode, parse_form};
use proptest::prelude::*;

#[test]
fn pieces_may_be_odd() {
    let form = parse_form(b"&&a=1&b&=x&c==&a=2&d=%00%C3%A9+%2b&").unwrap();
    assert_eq!(form.get("a"), Some("1"));
    assert_eq!(form.get("b"), Some(""));
    assert_eq!(form.get("c"), Some("="));
    assert_eq!(form.get("d"), Some("\0é +"));
    assert_eq!(form.get(""), Some("x"));
    assert_eq!(form.get("e"), None);
    assert_eq!(form.len(), 6);
    assert!(parse_form(b"").unwrap().is_empty());
}

#[test]
fn what_is_not_a_form_is_refused() {
    let refused = |bytes: &[u8]| parse_form(bytes).map(|form| form.len()).unwrap_err();
    assert_eq!(refused(b"a=%"), FormError::BadEscape);
    assert_eq!(refused(b"a=%4"), FormError::BadEscape);
    assert_eq!(refused(b"a=%zz"), FormError::BadEscape);
    assert_eq!(refused(b"a=%+1"), FormError::BadEscape);
    assert_eq!(refused(b"%ff=1"), FormError::NotUtf8);
    assert_eq!(refused(b"a=\xff"), FormError::NotUtf8);
    assert_eq!(refused(b"a=%ED%A0%80"), FormError::NotUtf8);
}

#[test]
fn a_million_parameters_are_refused() {
    let refused = |form: String| parse_form(form.as_bytes()).map(|form| form.len()).unwrap_err();
    assert_eq!(refused("a=1&".repeat(1_000_000)), FormError::TooManyParameters);
    let numbered = (0..1_000_000)
        .map(|n| format!("Tags.member.{n}.Key=a&"))
        .collect();
    assert_eq!(refused(numbered), FormError::TooManyParameters);
    assert_eq!(
        parse_form("a=1&".repeat(PARAMETERS_MAX).as_bytes())
            .unwrap()
            .len(),
        PARAMETERS_MAX
    );
}

#[test]
fn as_many_members_as_parameters_are_admitted() {
    let form: String = (1..=PARAMETERS_MAX - 1)
        .rev()
        .map(|n| format!("ActionNames.member.{n}=a{n}a&"))
        .collect();
    let form = form + "PolicyInputList.member.1={}";
    let input = decode::<SimulateCustomPolicy>(&parse_form(form.as_bytes()).unwrap()).unwrap();
    assert_eq!(input.action_names.len(), PARAMETERS_MAX - 1);
    assert_eq!(input.action_names[0], "a1a");
}

/// Parsing as simply as it can be said.
fn simply(form: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    for piece in form.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()) {
        let mut sides = piece.splitn(2, |byte| *byte == b'=').map(|side| {
            let mut bytes = side.to_vec();
            let mut at = 0;
            while at < bytes.len() {
                if bytes[at] == b'+' {
                    bytes[at] = b' ';
                } else if bytes[at] == b'%' {
                    let digits = bytes.get(at + 1..at + 3)?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return None;
                    }
                    let byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
                    bytes.splice(at..at + 3, [byte]);
                }
                at += 1;
            }
            String::from_utf8(bytes).ok()
        });
        let name = sides.next()??;
        let value = sides.next().unwrap_or(Some(String::new()))?;
        parameters.entry(name).or_insert(value);
    }
    Some(parameters)
}

/// Names that come close to those of real members.
fn names() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "Tags",
        "member",
        "entry",
        "Key",
        "Value",
        "key",
        "value",
        "1",
        "2",
        "10",
        "01",
        "4294967295",
        "UserName",
        "ReplacementValues",
        "Values",
        "Tags-",
        "x",
        "",
        "é",
    ]);
    prop::collection::vec(words, 1..6).prop_map(|words| words.join("."))
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let form = parse_form(&bytes);
        match simply(&bytes) {
            None => prop_assert!(form.is_err()),
            Some(expected) => {
                let form = form.unwrap();
                for (name, value) in expected {
                    prop_assert_eq!(form.get(&name), Some(value.as_str()));
                }
            }
        }
    }

    #[test]
    fn likely_bytes_are_parsed_or_refused(text in "[a-c=&%+0-9é]{0,60}") {
        let form = parse_form(text.as_bytes());
        match simply(text.as_bytes()) {
            None => prop_assert!(form.is_err()),
            Some(expected) => {
                let form = form.unwrap();
                for (name, value) in expected {
                    prop_assert_eq!(form.get(&name), Some(value.as_str()));
                }
            }
        }
    }

    #[test]
    fn no_names_upset_the_decoder(names in prop::collection::vec(names(), 0..30)) {
        let form = names.join("=a&");
        let form = parse_form(form.as_bytes()).unwrap();
        let _ = decode::<TagUser>(&form);
        let _ = decode::<AcquireRole>(&form);
    }

    #[test]
    fn members_come_in_the_order_of_their_numbers(count in 0..50_u32, seed in any::<u64>()) {
        let numbers: Vec<u32> = (1..=count).collect();
        let mut shuffled = numbers.clone();
        shuffled.sort_by_key(|number| u64::from(*number).wrapping_mul(seed | 1));
        let mut form = String::from("UserName=a&Tags=");
        for number in shuffled {
            form += &format!("&Tags.member.{number}.Value=v&Tags.member.{number}.Key=k{number}");
        }
        let input = decode::<TagUser>(&parse_form(form.as_bytes()).unwrap()).unwrap();
        let keys: Vec<String> = input.tags.into_iter().map(|tag| tag.key).collect();
        let expected: Vec<String> = numbers.iter().map(|number| format!("k{number}")).collect();
        prop_assert_eq!(keys, expected);
    }
}
