//! Condition operators, and the form of what stands under them.

use std::collections::HashMap;

use lanyard_policy::operator::{Comparison, Quantifier};

use crate::IssueCode;
use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::tree::{Node, Value};
use crate::view::{Document, Statement, member};

pub(super) fn names(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    let Some(block) = member(statement.node, "Condition") else {
        return;
    };
    for operator_member in block.value.members() {
        let name = operator_member.name();
        let node = &operator_member.name;
        match lanyard_policy::operator::Operator::parse(name) {
            None if without_qualifier(name).eq_ignore_ascii_case("NullIfExists") => {
                let details = "Null asks whether a key exists, so it cannot have IfExists.";
                sink.at(IssueCode::NullWithIfExists, node, details);
            }
            None => {
                let details = format!("There is no condition operator {}.", quoted(name));
                sink.at(IssueCode::InvalidConditionOperator, node, details);
            }
            Some(operator) if operator.comparison == Comparison::Null => {
                let always = match operator.quantifier {
                    Quantifier::Single => continue,
                    Quantifier::ForAll => "always holds",
                    Quantifier::ForAny => "never holds",
                };
                let details = format!("{name} {always}: use Null alone.");
                sink.at(IssueCode::NullWithQualifier, node, details);
            }
            Some(_) => {}
        }
    }
}

fn without_qualifier(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, rest)| rest)
}

/// One key in two spellings under one operator. Names of keys have no case.
pub(super) fn duplicate_keys(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    let Some(block) = member(statement.node, "Condition") else {
        return;
    };
    for operator in block.value.members() {
        let mut first: HashMap<String, &Node<'_>> = HashMap::new();
        for key in operator.value.members() {
            let earlier = *first.entry(key.name().to_lowercase()).or_insert(&key.name);
            // The same spelling twice is reported as a duplicate name.
            if earlier.string() != Some(key.name()) {
                let details = format!(
                    "The condition key {} is there more than once, spelt differently. Names of condition keys \
                     have no case.",
                    quoted(key.name())
                );
                let places = [Place::of(&key.name), Place::of(earlier)];
                sink.report(IssueCode::DuplicateKeysWithDifferentCase, &places, details);
            }
        }
    }
}

pub(super) fn value_counts_and_types(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let list = &condition.member.value;
        if let Some(operator) = condition.operator
            && operator.comparison == Comparison::Bool
            && operator.quantifier == Quantifier::Single
            && condition.values.len() > 1
        {
            let details = format!(
                "Bool compares {} with one value, true or false.",
                quoted(condition.key())
            );
            sink.at(IssueCode::InvalidConditionMultipleBoolean, list, details);
        }
        let mut kinds = condition.values.iter().map(|value| json_type(value.node));
        if let Some(kind) = kinds.next()
            && kinds.any(|other| other != kind)
        {
            let details = "The values are of different JSON types. Write all as strings.";
            sink.at(IssueCode::InvalidConditionDataType, list, details);
        }
    }
}

fn json_type(node: &Node<'_>) -> &'static str {
    match &node.value {
        Value::Scalar("true" | "false") => "boolean",
        Value::Scalar(_) => "number",
        Value::String(_) => "string",
        Value::Object(_) | Value::Array(_) | Value::Null => "other",
    }
}

/// Wildcards under operators that take them as plain text. `ArnEquals` knows wildcards.
pub(super) fn wildcards(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(operator) = condition.operator else {
            continue;
        };
        let plain = matches!(
            operator.comparison,
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase
        );
        for value in condition.values.iter().filter(|_| plain) {
            if let Some(at) = wildcard(value.text) {
                sink.part(
                    IssueCode::WildcardWithoutLikeOperator,
                    value.node,
                    at..at + 1,
                    format!(
                        "{} compares * and ? as they are. If a wildcard is meant, use an operator with Like.",
                        condition.operator_member.name()
                    ),
                );
            }
        }
    }
}

/// The first wildcard that is not part of a variable (`${*}` is no wildcard, but the character).
pub(super) fn wildcard(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'*' | b'?' => return Some(at),
            b'$' if bytes.get(at + 1) == Some(&b'{') => at += text.get(at..)?.find('}')? + 1,
            _ => at += 1,
        }
    }
    None
}
