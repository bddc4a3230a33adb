//! Patterns in conditions that say more, or less, than they seem to.

use lanyard_policy::operator::{Comparison, Quantifier};

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement};

use super::operators::wildcard;

/// The pattern `*`: it only asks whether the key is there, or not even that.
pub(super) fn always_or_never(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(operator) = condition
            .operator
            .filter(|operator| operator.comparison == Comparison::StringLike)
        else {
            continue;
        };
        if !condition.values.iter().any(|value| value.text == "*") {
            continue;
        }
        let holds_if_missing = match operator.quantifier {
            Quantifier::ForAll => true,
            Quantifier::ForAny => operator.if_exists,
            Quantifier::Single => operator.if_exists || operator.negated,
        };
        let (operator_name, key) = (condition.operator_member.name(), quoted(condition.key()));
        let (code, details) = match (holds_if_missing, !operator.negated) {
            (true, true) => (
                IssueCode::RedundantKeyDueToWildcardInCondition,
                format!("{operator_name} with * holds for every {key} and without one: remove it."),
            ),
            (false, true) => (
                IssueCode::EquivalentToNullFalse,
                format!("{operator_name} with * only asks whether there is {key}. Use Null with false."),
            ),
            (true, false) => (
                IssueCode::EquivalentToNullTrue,
                format!(
                    "{operator_name} with * asks whether there is no {key}, nothing else. Use Null with true."
                ),
            ),
            (false, false) => (
                IssueCode::RedundantStatementDueToWildcardInCondition,
                format!("{operator_name} with * holds for no {key}, so the statement has no effect."),
            ),
        };
        sink.at(code, &condition.member.name, details);
    }
}

/// Keys of which a pattern is never meant. Evidence: AWS documentation, sensitive condition keys.
const SENSITIVE: [&str; 10] = [
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
];

pub(super) fn sensitive_keys(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let takes_patterns = condition.operator.is_some_and(|operator| {
            matches!(
                operator.comparison,
                Comparison::StringLike | Comparison::Arn { .. }
            )
        });
        let key = condition.key().to_ascii_lowercase();
        if !takes_patterns || !SENSITIVE.contains(&key.as_str()) {
            continue;
        }
        for value in &condition.values {
            if let Some(at) = wildcard(value.text) {
                let details = format!(
                    "Who knows what else matches: write {} in full, without wildcards.",
                    condition.key()
                );
                sink.part(
                    IssueCode::WildcardUsageTooPermissive,
                    value.node,
                    at..at + 1,
                    details,
                );
            }
        }
    }
}
