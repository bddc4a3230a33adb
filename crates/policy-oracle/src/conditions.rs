//! Chapter: conditions.
//!
//! All operators and all their keys must hold. Of the values of a key one must match; for a negated
//! operator none may. A key that is absent fails a positive operator, satisfies a negated one, and
//! satisfies anything that ends in `IfExists`. `ForAllValues` asks it of every value of the request, and
//! holds when there are none or only an empty text; `ForAnyValue` asks it of one, and fails then. A
//! multivalued key without them is undefined. `Null` asks whether the key is absent. Operators are written
//! in any case.
//! Evidence: AWS documentation, conditions with multiple keys or values; condition operators;
//! policy validation checks (empty lists, Null with set operators).

use std::cmp::Ordering;

use crate::document::Condition;
use crate::matching::{Token, arn_parts, fits, pattern};
use crate::request::{ContextValue, Request};
use crate::truth::Truth;
use crate::values;
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
    let values = value.map(ContextValue::values).unwrap_or_default();
    let holds_for = |value: &String| operator.holds(value, &condition.values, request, has_variables);
    match (set, value) {
        (Set::None, Some(ContextValue::Single(value))) => holds_for(value),
        (Set::None, Some(ContextValue::Many(values))) if !values.is_empty() => Truth::Unclear,
        (Set::None, _) => Truth::known(is_enough_if_absent || operator.is_negated),
        (Set::All, _) if is_null_set(&values) => Truth::Yes,
        (Set::All, _) => Truth::all(values.iter().map(holds_for)),
        // "Holds if absent" and "needs a value" contradict each other.
        (Set::Any, _) if is_null_set(&values) => Truth::known(is_enough_if_absent).doubted(),
        (Set::Any, _) => Truth::any(values.iter().map(holds_for)),
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
        (Set::None, None) => Truth::Yes,
        (Set::None, Some(value)) => Truth::known(value.values().is_empty()),
    };
    Truth::any(wanted.iter().map(|wanted| match wanted.as_str() {
        "true" => is_absent,
        "false" => is_absent.not(),
        _ => Truth::No,
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
        let matches = Truth::any(wanted.iter().map(|wanted| {
            self.test
                .matches(value, wanted, request, has_variables)
                .unwrap_or(
                    // What cannot be read does not match; whether it satisfies a negated operator is unclear.
                    if self.is_negated {
                        Truth::Unclear
                    } else {
                        Truth::No
                    },
                )
        }));
        match (self.is_negated, wanted.is_empty()) {
            (false, _) => matches,
            (true, false) => matches.not(),
            (true, true) => Truth::Unclear,
        }
    }
}

impl Test {
    /// Whether one value matches another; nothing if one cannot be read.
    fn matches(self, value: &str, wanted: &str, request: &Request, has_variables: bool) -> Option<Truth> {
        match self {
            Self::Number(accepts) => values::are_numbers_in_order(value, wanted, accepts),
            Self::Date(accepts) => values::are_dates_in_order(value, wanted, accepts),
            // A question is text, so that it holds the bytes of a key in base64 as well.
            Self::Binary => values::are_bytes_equal(value, wanted),
            // One page allows variables with Bool, another does not.
            Self::Boolean if has_variables && wanted.contains("${") => Some(Truth::Unclear),
            Self::Boolean => same_boolean(wanted, value).map(Truth::known),
            Self::Address => values::is_in_range(value, wanted),
            Self::Text | Self::TextIgnoringCase | Self::TextLike | Self::Arn => {
                self.matches_expanded(value, wanted, request, has_variables)
            }
        }
    }

    fn matches_expanded(
        self,
        value: &str,
        wanted: &str,
        request: &Request,
        has_variables: bool,
    ) -> Option<Truth> {
        let texts: Vec<&str> = value.splitn(6, ':').collect();
        let is_arn = texts.len() == 6 && texts.first() == Some(&"arn");
        if matches!(self, Self::Arn) && !is_arn {
            return None;
        }
        let tokens = match variables::expand(wanted, request, has_variables) {
            Expansion::Tokens(tokens) => tokens,
            Expansion::NoValue => return Some(Truth::No),
            Expansion::Multivalued => return None,
            Expansion::Malformed => {
                return Some(Truth::known(self.could_match(value, wanted)).doubted());
            }
        };
        match self {
            Self::TextLike => Some(Truth::known(fits(&tokens, value))),
            Self::Arn => {
                let parts = arn_parts(&tokens);
                let is_pattern = parts.len() == 6 && parts.first().is_some_and(|first| fits(first, "arn"));
                is_pattern
                    .then(|| Truth::known(texts.iter().zip(&parts).all(|(text, part)| fits(part, text))))
            }
            Self::TextIgnoringCase => Some(is_same_but_for_case(&written(&tokens), value)),
            _ => Some(Truth::known(written(&tokens) == value)),
        }
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

/// Whether two texts differ in case alone. Some letters are alike as small letters and not as capitals, or the
/// other way round; whether they are for AWS is not documented.
fn is_same_but_for_case(left: &str, right: &str) -> Truth {
    let are_alike_small = Truth::known(left.to_lowercase() == right.to_lowercase());
    let are_alike_capital = Truth::known(left.to_uppercase() == right.to_uppercase());
    if are_alike_small == are_alike_capital {
        are_alike_small
    } else {
        Truth::Unclear
    }
}

/// Whether two texts are the same boolean, whatever the case; nothing if one is none.
fn same_boolean(left: &str, right: &str) -> Option<bool> {
    Some(boolean(left)? == boolean(right)?)
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
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
