//! Under which conditions. Each is a clause that is true where the condition holds.
//!
//! What a missing key does is said wherever the condition holds without it.

use lanyard_policy::operator::{Comparison, Operator, Quantifier, Relation};
use lanyard_policy::outline::ConditionOutline;

use crate::keys;
use crate::list::{joined, quoted};

/// The conditions of a statement, at the end of its sentence.
pub(crate) fn words(conditions: &[ConditionOutline<'_>]) -> String {
    let clauses: Vec<String> = conditions.iter().map(clause).collect();
    match clauses.as_slice() {
        [] => String::new(),
        [one] => format!(", if {one}"),
        [first, rest @ ..] => format!(", if {first}; and {}", rest.join("; and ")),
    }
}

fn clause(condition: &ConditionOutline<'_>) -> String {
    let operator = condition.operator;
    if operator.comparison == Comparison::Null {
        return null(condition);
    }
    if condition.values.is_empty() {
        return verbatim(condition);
    }
    let key = keys::words(condition.key);
    let values: Vec<String> = condition.values.iter().map(|value| quoted(value)).collect();
    let subject = match (operator.quantifier, operator.negated) {
        (Quantifier::Single, _) => key,
        (Quantifier::ForAll, _) => format!("every value of {key}"),
        (Quantifier::ForAny, _) => format!("at least one value of {key}"),
    };
    let predicate = predicate(operator, &values);
    let missing = match (operator.quantifier, holds_without_key(operator)) {
        (Quantifier::ForAll, _) => ", or there is none",
        (_, true) => ", or it is missing",
        (_, false) => "",
    };
    format!("{subject} {predicate}{missing}")
}

/// Evidence: the public documentation of operators that are negated, and of those that end in `IfExists`.
fn holds_without_key(operator: Operator) -> bool {
    match operator.quantifier {
        Quantifier::Single => operator.negated || operator.if_exists,
        Quantifier::ForAll => true,
        Quantifier::ForAny => operator.if_exists,
    }
}

fn predicate(operator: Operator, values: &[String]) -> String {
    let any = joined(values, "or");
    let one_of = |verb: &str| format!("{verb} {any}");
    let none_of = |verb: &str, negated: &str| match values {
        [one] => format!("{negated} {one}"),
        _ => format!("{verb} neither {}", joined(values, "nor")),
    };
    match (operator.comparison, operator.negated) {
        (Comparison::StringEquals, false) => one_of("is"),
        (Comparison::StringEquals, true) => none_of("is", "is not"),
        (Comparison::StringEqualsIgnoreCase, false) => format!("{}, without regard to case", one_of("is")),
        (Comparison::StringEqualsIgnoreCase, true) => {
            format!("{}, without regard to case", none_of("is", "is not"))
        }
        (Comparison::StringLike, false) => one_of("matches"),
        (Comparison::StringLike, true) => none_of("matches", "does not match"),
        (Comparison::Arn { .. }, false) => one_of("matches"),
        (Comparison::Arn { .. }, true) => none_of("matches", "does not match"),
        (Comparison::IpAddress, false) => one_of("is in"),
        (Comparison::IpAddress, true) => none_of("is in", "is not in"),
        (Comparison::Numeric(Relation::Equal) | Comparison::Date(Relation::Equal), false) => one_of("equals"),
        (Comparison::Numeric(Relation::Equal) | Comparison::Date(Relation::Equal), true) => {
            none_of("equals", "does not equal")
        }
        (Comparison::Numeric(relation), _) => format!("{} {any}", number(relation)),
        (Comparison::Date(relation), _) => format!("{} {any}", date(relation)),
        (Comparison::Bool, _) => format!("is {any}"),
        (Comparison::Binary, _) => format!("is, in base64, {any}"),
        // A clause of its own.
        (Comparison::Null, _) => String::new(),
    }
}

fn number(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "equals",
        Relation::Less => "is less than",
        Relation::LessOrEqual => "is at most",
        Relation::Greater => "is more than",
        Relation::GreaterOrEqual => "is at least",
    }
}

fn date(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "equals",
        Relation::Less => "is before",
        Relation::LessOrEqual => "is not after",
        Relation::Greater => "is after",
        Relation::GreaterOrEqual => "is not before",
    }
}

/// Whether the key is there.
fn null(condition: &ConditionOutline<'_>) -> String {
    let key = keys::words(condition.key);
    match (condition.operator.quantifier, condition.values.as_slice()) {
        (Quantifier::Single, [value]) if value.eq_ignore_ascii_case("true") => {
            format!("{key} is missing")
        }
        (Quantifier::Single, [value]) if value.eq_ignore_ascii_case("false") => {
            format!("{key} is there, whatever it is")
        }
        _ => verbatim(condition),
    }
}

/// A condition that there are no words for.
fn verbatim(condition: &ConditionOutline<'_>) -> String {
    let values: Vec<String> = condition.values.iter().map(|value| quoted(value)).collect();
    format!(
        "the condition {} of {} with the values [{}] holds",
        condition.operator,
        quoted(condition.key),
        values.join(", ")
    )
}
