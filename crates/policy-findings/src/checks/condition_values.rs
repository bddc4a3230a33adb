//! Values that their operator cannot compare.

use lanyard_policy::operator::{Comparison, Relation};
use lanyard_policy::value::{Instant, Net, Number, base64_body};

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Condition, Document, Statement, Text};

pub(super) fn types(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(operator) = condition.operator else {
            continue;
        };
        // That a variable cannot be here is reported where variables are.
        for value in condition.values.iter().filter(|value| !value.text.contains("${")) {
            if let Some((code, expected)) = mismatch(operator.comparison, value.text) {
                let name = condition.operator_member.name();
                let details = format!("{name} compares {expected}, and {} is none.", quoted(value.text));
                sink.at(code, value.node, details);
            } else if matches!(operator.comparison, Comparison::Date(_)) {
                epoch(*value, sink);
            }
        }
    }
}

fn mismatch(comparison: Comparison, text: &str) -> Option<(IssueCode, &'static str)> {
    let (valid, code, expected) = match comparison {
        Comparison::Bool | Comparison::Null => (
            text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
            IssueCode::TypeMismatchBoolean,
            "with a boolean, true or false",
        ),
        Comparison::Numeric(_) => (
            Number::parse(text).is_some(),
            IssueCode::TypeMismatchNumber,
            "with a decimal number",
        ),
        Comparison::Date(_) => (
            Instant::parse(text).is_some(),
            IssueCode::TypeMismatchDate,
            "with a date, such as 2025-12-31 or 2025-12-31T23:59:59Z",
        ),
        Comparison::IpAddress => (
            Net::parse(text).is_some(),
            IssueCode::TypeMismatchIpRange,
            "with a range of addresses, such as 203.0.113.0/24",
        ),
        Comparison::Binary => (
            base64_body(text).is_some(),
            IssueCode::TypeMismatchString,
            "with bytes in base64",
        ),
        Comparison::StringEquals
        | Comparison::StringEqualsIgnoreCase
        | Comparison::StringLike
        | Comparison::Arn { .. } => return None,
    };
    (!valid).then_some((code, expected))
}

fn epoch(value: Text<'_>, sink: &mut Sink) {
    if value.text.bytes().all(|byte| byte.is_ascii_digit()) {
        let details = format!(
            "{} is read as seconds since 1970, perhaps not as it is meant. Write a date as 2025-12-31.",
            quoted(value.text)
        );
        sink.at(IssueCode::InvalidDateValue, value.node, details);
    }
}

/// Of several bounds only one counts.
pub(super) fn redundant_numbers(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(Comparison::Numeric(relation)) = condition.operator.map(|operator| operator.comparison)
        else {
            continue;
        };
        let greatest = match relation {
            Relation::Equal => continue,
            Relation::Less | Relation::LessOrEqual => true,
            Relation::Greater | Relation::GreaterOrEqual => false,
        };
        if condition.values.len() > 1 {
            redundant(condition, greatest, sink);
        }
    }
}

fn redundant(condition: &Condition<'_>, greatest: bool, sink: &mut Sink) {
    let numbers = condition
        .values
        .iter()
        .filter_map(|value| Some((Number::parse(value.text)?, value.text)));
    let kept = if greatest {
        numbers.max_by_key(|(number, _)| *number)
    } else {
        numbers.min_by_key(|(number, _)| *number)
    };
    if let Some((_, kept)) = kept {
        let details = format!(
            "One value of several is enough for {}, so only the {} counts: {}.",
            condition.operator_member.name(),
            if greatest { "greatest" } else { "least" },
            quoted(kept)
        );
        sink.at(
            IssueCode::RedundantConditionValueNum,
            &condition.member.value,
            details,
        );
    }
}
