//! Chapter: conditions.
//!
//! All operators and all their keys must hold. Of the values of a key one must match; for a negated
//! operator none may. A key that is absent fails a positive operator, satisfies a negated one, and
//! satisfies anything that ends in `IfExists`. `ForAllValues` asks it of every value of the request, and
//! holds when there are none (and neither says anything of a key of which nothing is known); `ForAnyValue` asks it of one, and fails then. By the documentation an empty text is as
//! none, by the record a text. A multivalued key without them is undefined. `Null` asks whether the key is absent.
//! Operators are written in any case. What can be compared with nothing, in the request, satisfies neither an operator
//! nor its negation if it should be an address or an ARN, and the negation alone if it should be a number or a date; in
//! the policy, what is no ARN ends the list.
//! Evidence: AWS documentation, conditions with multiple keys or values; condition operators;
//! policy validation checks (empty lists, Null with set operators); recorded decisions of AWS.

use std::cmp::Ordering;

use crate::document::Condition;
use crate::matching::{Token, arn_parts, fits, pattern};
use crate::request::{ContextValue, Request};
use crate::truth::Truth;
use crate::values::{self, Address};
use crate::variables::{self, Expansion};

/// Whether all conditions of a statement hold.
pub(crate) fn hold(conditions: &[Condition], request: &Request, has_variables: bool) -> Truth {
    Truth::all(
        conditions
            .iter()
            .map(|condition| holds(condition, request, has_variables)),
    )
}

fn holds(condition: &Condition, request: &Request, has_variables: bool) -> Truth {
    let operator = condition.operator.to_ascii_lowercase();
    let (set, name) = match operator.split_once(':') {
        Some(("forallvalues", name)) => (Set::All, name),
        Some(("foranyvalue", name)) => (Set::Any, name),
        _ => (Set::None, operator.as_str()),
    };
    let (name, is_enough_if_absent) = match name.strip_suffix("ifexists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let value = request.key(&condition.key);
    if name == "null" {
        return is_null(set, value, &condition.values);
    }
    let Some(operator) = Operator::named(name) else {
        return Truth::Unclear;
    };
    if matches!(value, Some(ContextValue::Unknown)) {
        return Truth::Unclear;
    }
    let values = value.map(ContextValue::values).unwrap_or_default();
    let holds_for = |value: &String| operator.holds(value, &condition.values, request, has_variables);
    match (set, value) {
        (Set::None, Some(ContextValue::Single(value))) => holds_for(value),
        (Set::None, Some(ContextValue::Many(values))) if !values.is_empty() => Truth::Unclear,
        (Set::None, _) => Truth::known(is_enough_if_absent || operator.is_negated),
        (Set::All, _) if values.is_empty() => Truth::Yes,
        (Set::All, _) => match Truth::all(values.iter().map(holds_for)) {
            Truth::No if is_null_set(&values) => Truth::Unclear,
            known => known,
        },
        // "Holds if absent" and "needs a value" contradict each other.
        (Set::Any, _) if values.is_empty() => Truth::known(is_enough_if_absent).doubted(),
        (Set::Any, value) => match Truth::any(values.iter().map(holds_for)) {
            Truth::Yes if is_null_set(&values) && matches!(value, Some(ContextValue::Many(_))) => {
                Truth::Unclear
            }
            Truth::No if is_null_set(&values) => Truth::known(is_enough_if_absent).doubted(),
            known => known,
        },
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    None,
    All,
    Any,
}

/// What the documentation calls a null data set.
fn is_null_set(values: &[String]) -> bool {
    values.iter().all(String::is_empty)
}

fn is_null(set: Set, value: Option<&ContextValue>, wanted: &[String]) -> Truth {
    let is_absent = match (set, value) {
        // "Always true" and "always false".
        (Set::All, _) => return Truth::Yes,
        (Set::Any, _) => return Truth::No,
        (Set::None, Some(ContextValue::Unknown)) => Truth::Unclear,
        (Set::None, None) => Truth::Yes,
        (Set::None, Some(value)) => Truth::known(value.values().is_empty()),
    };
    Truth::any(wanted.iter().map(|wanted| {
        if is_true(wanted) {
            is_absent
        } else {
            is_absent.not()
        }
    }))
}

#[derive(Debug, Clone, Copy)]
struct Operator {
    test: Test,
    is_negated: bool,
}

/// What an operator asks of one value of the request and one of the policy.
#[derive(Debug, Clone, Copy)]
enum Test {
    Text,
    TextIgnoringCase,
    TextLike,
    Number(fn(Ordering) -> bool),
    Date(fn(Ordering) -> bool),
    Boolean,
    Binary,
    Address,
    Arn,
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        let (test, is_negated) = match name {
            "stringequals" => (Test::Text, false),
            "stringnotequals" => (Test::Text, true),
            "stringequalsignorecase" => (Test::TextIgnoringCase, false),
            "stringnotequalsignorecase" => (Test::TextIgnoringCase, true),
            "stringlike" => (Test::TextLike, false),
            "stringnotlike" => (Test::TextLike, true),
            "numericequals" => (Test::Number(Ordering::is_eq), false),
            "numericnotequals" => (Test::Number(Ordering::is_eq), true),
            "numericlessthan" => (Test::Number(Ordering::is_lt), false),
            "numericlessthanequals" => (Test::Number(Ordering::is_le), false),
            "numericgreaterthan" => (Test::Number(Ordering::is_gt), false),
            "numericgreaterthanequals" => (Test::Number(Ordering::is_ge), false),
            "dateequals" => (Test::Date(Ordering::is_eq), false),
            "datenotequals" => (Test::Date(Ordering::is_eq), true),
            "datelessthan" => (Test::Date(Ordering::is_lt), false),
            "datelessthanequals" => (Test::Date(Ordering::is_le), false),
            "dategreaterthan" => (Test::Date(Ordering::is_gt), false),
            "dategreaterthanequals" => (Test::Date(Ordering::is_ge), false),
            "bool" => (Test::Boolean, false),
            "binaryequals" => (Test::Binary, false),
            "ipaddress" => (Test::Address, false),
            "notipaddress" => (Test::Address, true),
            "arnequals" | "arnlike" => (Test::Arn, false),
            "arnnotequals" | "arnnotlike" => (Test::Arn, true),
            _ => return None,
        };
        Some(Self { test, is_negated })
    }

    /// Whether a value of the request holds against the policy's values.
    fn holds(self, value: &str, wanted: &[String], request: &Request, has_variables: bool) -> Truth {
        match self.test {
            Test::Address if !wanted.is_empty() && matches!(Address::read(value), Address::None) => {
                return Truth::No;
            }
            Test::Arn if !wanted.is_empty() && !value.to_ascii_lowercase().starts_with("arn:") => {
                return Truth::No;
            }
            _ => {}
        }
        let mut matches = Truth::No;
        for wanted in wanted {
            match self.test.matches(value, wanted, request, has_variables) {
                Answer::Known(known) => matches = matches.or(known),
                // What cannot be read does not match; whether it satisfies a negated operator is unclear.
                Answer::Unread if self.is_negated => matches = matches.or(Truth::Unclear),
                Answer::Unread => {}
                Answer::Stop if matches == Truth::Yes => {}
                Answer::Stop => return Truth::Unclear,
            }
            if matches == Truth::Yes {
                break;
            }
        }
        match (self.is_negated, wanted.is_empty()) {
            (false, _) => matches,
            (true, false) => matches.not(),
            (true, true) => Truth::Unclear,
        }
    }
}

/// What comparing one value with another says.
enum Answer {
    Known(Truth),
    /// One of them cannot be read.
    Unread,
    /// The policy's is nothing that anything can be compared with.
    Stop,
}

impl From<Option<Truth>> for Answer {
    fn from(truth: Option<Truth>) -> Self {
        truth.map_or(Self::Unread, Self::Known)
    }
}

impl Test {
    /// Whether one value matches another.
    fn matches(self, value: &str, wanted: &str, request: &Request, has_variables: bool) -> Answer {
        match self {
            Self::Number(accepts) => values::are_numbers_in_order(value, wanted, accepts).into(),
            Self::Date(accepts) => values::are_dates_in_order(value, wanted, accepts).into(),
            // A question is text, so that it holds the bytes of a key in base64 as well.
            Self::Binary => values::are_bytes_equal(value, wanted).into(),
            // One page allows variables with Bool, another does not.
            Self::Boolean if has_variables && wanted.contains("${") => Answer::Known(Truth::Unclear),
            Self::Boolean => Answer::Known(Truth::known(is_true(wanted) == is_true(value))),
            Self::Address => Answer::Known(match Address::read(value) {
                Address::Is(address) => values::is_in_range(address, wanted),
                Address::None => Truth::No,
                Address::Unclear => Truth::Unclear,
            }),
            Self::Text | Self::TextIgnoringCase | Self::TextLike | Self::Arn => {
                self.matches_expanded(value, wanted, request, has_variables)
            }
        }
    }

    fn matches_expanded(self, value: &str, wanted: &str, request: &Request, has_variables: bool) -> Answer {
        let texts: Vec<&str> = value.splitn(6, ':').collect();
        let is_arn = texts.len() == 6 && texts.first() == Some(&"arn");
        if matches!(self, Self::Arn) && !is_arn {
            return Answer::Unread;
        }
        let tokens = match variables::expand(wanted, request, has_variables) {
            Expansion::Tokens(tokens) => tokens,
            // Several values stand for no text, so that nothing matches it.
            Expansion::NoValue | Expansion::Multivalued => return Answer::Known(Truth::No),
            Expansion::Malformed => {
                return Answer::Known(Truth::known(self.could_match(value, wanted)).doubted());
            }
            Expansion::Unknown(tokens) => {
                let could_match = match self {
                    Self::Text | Self::TextLike => fits(&tokens, value),
                    _ => true,
                };
                return Answer::Known(Truth::known(could_match).doubted());
            }
        };
        Answer::Known(Truth::known(match self {
            Self::TextLike => fits(&tokens, value),
            Self::Arn => {
                let parts = arn_parts(&tokens);
                if parts.len() < 6 || !parts.first().is_some_and(|first| fits(first, "arn")) {
                    return Answer::Stop;
                }
                texts.iter().zip(&parts).all(|(text, part)| fits(part, text))
            }
            Self::TextIgnoringCase => is_same_but_for_case(&written(&tokens), value),
            _ => written(&tokens) == value,
        }))
    }

    /// Whether a value could match a text that has something malformed in it, if that and all behind it stood for
    /// anything.
    fn could_match(self, value: &str, wanted: &str) -> bool {
        let before = wanted.split("${").next().unwrap_or_default();
        match self {
            Self::TextLike => fits(&[pattern(before), vec![Token::AnyText]].concat(), value),
            Self::Text => value.starts_with(before),
            _ => true,
        }
    }
}

/// Whether two texts are the same in small letters, of which characters beyond the first 65,536 have none.
fn is_same_but_for_case(left: &str, right: &str) -> bool {
    let small = |text: &str| {
        let mut original = text.chars().filter(|character| character.len_utf16() == 2);
        let restore = |small: char| {
            if small.len_utf16() == 2 {
                original.next().unwrap_or(small)
            } else {
                small
            }
        };
        text.to_lowercase().chars().map(restore).collect::<String>()
    };
    small(left) == small(right)
}

/// Whatever is not true is false.
fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

/// The text that tokens were read from: for operators without wildcards.
fn written(tokens: &[Token]) -> String {
    tokens
        .iter()
        .map(|token| match token {
            Token::Is(character) => *character,
            Token::AnyText | Token::AnyTextButColons => '*',
            Token::OneCharacter | Token::OneCharacterButColons => '?',
        })
        .collect()
}
