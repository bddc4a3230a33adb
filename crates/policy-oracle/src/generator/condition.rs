//! Conditions: made to hold, made to fail, or at random.

use serde_json::{Map, Value, json};

use super::scene::Scene;
use super::vocabulary::{Family, KEYS, Key};
use crate::Choices;

/// Operators without set operator and suffix, with what they are about and whether they are negated.
const OPERATORS: [(&str, Family, Sense); 26] = [
    ("StringEquals", Family::Text, Sense::Equal),
    ("StringNotEquals", Family::Text, Sense::Unequal),
    ("StringEqualsIgnoreCase", Family::Text, Sense::Equal),
    ("StringNotEqualsIgnoreCase", Family::Text, Sense::Unequal),
    ("StringLike", Family::Text, Sense::Like),
    ("StringNotLike", Family::Text, Sense::Unequal),
    ("NumericEquals", Family::Number, Sense::Equal),
    ("NumericNotEquals", Family::Number, Sense::Unequal),
    ("NumericLessThan", Family::Number, Sense::Less),
    ("NumericLessThanEquals", Family::Number, Sense::Less),
    ("NumericGreaterThan", Family::Number, Sense::Greater),
    ("NumericGreaterThanEquals", Family::Number, Sense::Greater),
    ("DateEquals", Family::Date, Sense::Equal),
    ("DateNotEquals", Family::Date, Sense::Unequal),
    ("DateLessThan", Family::Date, Sense::Less),
    ("DateLessThanEquals", Family::Date, Sense::Less),
    ("DateGreaterThan", Family::Date, Sense::Greater),
    ("DateGreaterThanEquals", Family::Date, Sense::Greater),
    ("Bool", Family::Boolean, Sense::Equal),
    ("BinaryEquals", Family::Binary, Sense::Equal),
    ("IpAddress", Family::Address, Sense::Like),
    ("NotIpAddress", Family::Address, Sense::Unequal),
    ("ArnEquals", Family::Arn, Sense::Like),
    ("ArnLike", Family::Arn, Sense::Like),
    ("ArnNotEquals", Family::Arn, Sense::Unequal),
    ("ArnNotLike", Family::Arn, Sense::Unequal),
];

/// What kind of value makes an operator hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    Equal,
    Like,
    Unequal,
    Less,
    Greater,
}

/// Conditions that hold, or of which one does not.
pub(super) fn aimed(choices: &mut Choices, scene: &Scene, holds: bool) -> Value {
    let mut condition = Map::new();
    let count = 1 + usize::from(choices.chance(25));
    let failing = choices.below(count);
    for index in 0..count {
        let holds = holds || index != failing;
        let Some(key) = KEYS.get(choices.below(KEYS.len())) else {
            continue;
        };
        let (operator, values) = match scene.values_of(key.name) {
            None => about_absent(choices, key, holds),
            Some(_) if choices.chance(6) => ("Null".to_owned(), json!(if holds { "false" } else { "true" })),
            Some(values) => about_present(choices, key, &values, scene.is_multivalued(key.name), holds),
        };
        insert(choices, &mut condition, operator, key.name, values);
    }
    Value::Object(condition)
}

/// Any operators, keys and values.
pub(super) fn random(choices: &mut Choices, scene: &Scene) -> Value {
    let mut condition = Map::new();
    for _ in 0..choices.below(3) {
        let Some(key) = KEYS.get(choices.below(KEYS.len())) else {
            continue;
        };
        let family = if choices.chance(90) {
            Some(key.family)
        } else {
            None
        };
        let (name, family, _) = operator(choices, |of, _| family.is_none_or(|family| family == of));
        let set = match choices.below(if scene.is_multivalued(key.name) { 3 } else { 10 }) {
            1 => "ForAllValues:",
            2 => "ForAnyValue:",
            _ => "",
        };
        let (name, suffix) = match choices.below(12) {
            0 => ("Null", ""),
            1..=3 => (name, "IfExists"),
            _ => (name, ""),
        };
        let values = if name == "Null" {
            json!(choices.pick(&["true", "false"]))
        } else {
            let list: Vec<Value> = (0..choices.below(4))
                .map(|_| json!(family.policy_value(choices)))
                .collect();
            match list.as_slice() {
                [one] if choices.chance(60) => one.clone(),
                _ => json!(list),
            }
        };
        insert(
            choices,
            &mut condition,
            format!("{set}{name}{suffix}"),
            key.name,
            values,
        );
    }
    Value::Object(condition)
}

fn about_absent(choices: &mut Choices, key: &Key, holds: bool) -> (String, Value) {
    let (name, family, sense) = operator(choices, |family, _| family == key.family);
    let values = json!(family.policy_value(choices));
    let is_negated = sense == Sense::Unequal;
    match (choices.below(4), holds) {
        (0, holds) => ("Null".to_owned(), json!(holds)),
        (1, true) => (format!("ForAllValues:{name}"), values),
        (1, false) => (format!("ForAnyValue:{name}"), values),
        (_, true) if is_negated => (name.to_owned(), values),
        (_, true) => (format!("{name}IfExists"), values),
        (_, false) if is_negated => (format!("ForAnyValue:{name}"), values),
        (_, false) => (name.to_owned(), values),
    }
}

fn about_present(
    choices: &mut Choices,
    key: &Key,
    present: &[String],
    is_multivalued: bool,
    holds: bool,
) -> (String, Value) {
    let (name, family, sense) = operator(choices, |family, _| family == key.family);
    let set = match choices.below(if is_multivalued { 3 } else { 16 }) {
        0 if is_multivalued => "ForAllValues:",
        1 => "ForAllValues:",
        2 => "ForAnyValue:",
        _ => "",
    };
    let suffix = if choices.chance(15) { "IfExists" } else { "" };
    let mut values: Vec<Value> = match (sense, holds) {
        (Sense::Equal, true) | (Sense::Unequal, false) => present.iter().map(|value| json!(value)).collect(),
        (Sense::Like, true) => present
            .iter()
            .map(|value| json!(generalised(choices, family, value)))
            .collect(),
        (Sense::Less, true) | (Sense::Greater, false) => vec![json!(extreme(family, true))],
        (Sense::Greater, true) | (Sense::Less, false) => vec![json!(extreme(family, false))],
        (Sense::Equal | Sense::Like, false) | (Sense::Unequal, true) => vec![json!(foreign(family))],
    };
    if family == Family::Binary && holds {
        values.push(json!("QmluYXJ5"));
    }
    if choices.chance(15) {
        values.push(json!(family.policy_value(choices)));
    }
    let values = match values.as_slice() {
        [one] => one.clone(),
        _ => json!(values),
    };
    (format!("{set}{name}{suffix}"), values)
}

fn operator(choices: &mut Choices, fits: impl Fn(Family, Sense) -> bool) -> (&'static str, Family, Sense) {
    let fitting: Vec<_> = OPERATORS
        .iter()
        .filter(|(_, family, sense)| fits(*family, *sense))
        .collect();
    let chosen = fitting.get(choices.below(fitting.len())).copied();
    chosen
        .copied()
        .unwrap_or(("StringEquals", Family::Text, Sense::Equal))
}

/// A pattern that the value fits.
fn generalised(choices: &mut Choices, family: Family, value: &str) -> String {
    let first: String = value.chars().take(1).collect();
    let rest: String = value.chars().skip(1).collect();
    match (family, choices.below(5)) {
        (Family::Text, 0) => format!("{first}*"),
        (Family::Text, 1) if !value.is_empty() => format!("?{rest}"),
        (Family::Text, 2) => "*".to_owned(),
        (Family::Address, 0) if value.contains(':') => "::/0".to_owned(),
        (Family::Address, 0) => "0.0.0.0/0".to_owned(),
        (Family::Address, 1) if !value.contains(':') => format!("{value}/24"),
        (Family::Arn, 0) => "arn:aws:*:*:*:*".to_owned(),
        (Family::Arn, 1) => value.replace("us-east-1", "*").replace("111111111111", "1*"),
        _ => value.to_owned(),
    }
}

/// A value above or below all others.
fn extreme(family: Family, is_high: bool) -> &'static str {
    match (family, is_high) {
        (Family::Date, true) => "2099-01-01T00:00:00Z",
        (Family::Date, false) => "1999-01-01T00:00:00Z",
        (_, true) => "99999999999999999999",
        (_, false) => "-99",
    }
}

/// A value that no request has.
fn foreign(family: Family) -> &'static str {
    match family {
        Family::Text => "elsewhere",
        Family::Number => "77",
        Family::Date => "2001-01-01T00:00:00Z",
        Family::Boolean => "perhaps",
        Family::Binary => "Zm9yZWlnbg==",
        Family::Address => "198.51.100.0/24",
        Family::Arn => "arn:aws:sns:us-west-2:333333333333:foreign",
    }
}

/// Adds a key to an operator, sometimes in another spelling; numbers and booleans sometimes without quotes.
fn insert(
    choices: &mut Choices,
    condition: &mut Map<String, Value>,
    operator: String,
    key: &str,
    values: Value,
) {
    let key = if choices.chance(15) {
        key.to_ascii_uppercase()
    } else {
        key.to_owned()
    };
    let operator = if choices.chance(4) {
        operator.to_ascii_lowercase()
    } else {
        operator
    };
    let values = match values.as_str() {
        Some("true") if choices.chance(30) => json!(true),
        Some("false") if choices.chance(30) => json!(false),
        Some("5") if choices.chance(30) => json!(5),
        _ => values,
    };
    let keys = condition.entry(operator).or_insert_with(|| json!({}));
    let is_there_already = keys
        .as_object()
        .is_some_and(|keys| keys.keys().any(|existing| existing.eq_ignore_ascii_case(&key)));
    if let (Some(keys), false) = (keys.as_object_mut(), is_there_already) {
        keys.insert(key, values);
    }
}
