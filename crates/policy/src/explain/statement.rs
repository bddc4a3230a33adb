//! What one statement was compared with, element by element.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::admit::Reach;
use crate::ask::{Ask, Reading};
use crate::compiled::{
    ArnTest, Condition, OperandTest, Pattern, Policy, Presence, Statement, StoredPart, Str,
};
use crate::context::{Context, ContextValue};
use crate::document::Run;
use crate::{Effect, Principal, Span};

/// What came of one statement.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StatementTrace {
    /// Its index in the policy, from 0.
    pub index: usize,
    /// Its Sid, if it has one.
    pub sid: Option<String>,
    /// What it says if it matches: [`Effect::Allow`] or [`Effect::ExplicitDeny`].
    pub effect: Effect,
    /// Where it stands in the policy's text.
    pub span: Span,
    /// Whether it matches.
    pub matches: bool,
    /// The elements, conditions aside, that do not match.
    pub mismatches: Vec<ElementTrace>,
    /// The conditions, if all other elements match.
    pub conditions: Vec<ConditionTrace>,
}

/// An element that does not match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ElementTrace {
    /// Its name: `Action`, `NotAction`, `Resource`, …
    pub element: &'static str,
    /// What it lists, with the request's values for variables that have one.
    pub listed: Vec<String>,
    /// What the request has.
    pub requested: String,
}

/// A condition and what it was compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConditionTrace {
    /// The operator, such as `StringEquals`.
    pub operator: String,
    /// The condition key.
    pub key: String,
    /// What the policy lists, with the request's values for variables that have one.
    pub expected: Vec<String>,
    /// What the request has; `None`: the key is missing.
    pub actual: Option<Vec<String>>,
    /// Whether the condition holds.
    pub holds: bool,
}

/// Traces every statement of a policy.
pub(super) fn traces(
    policy: &Policy,
    ask: &Ask<'_>,
    reading: Reading,
    missing_keys: &mut BTreeSet<String>,
) -> Vec<StatementTrace> {
    policy
        .statements
        .iter()
        .enumerate()
        .map(|(index, statement)| trace(policy, index, statement, ask, reading, missing_keys))
        .collect()
}

fn trace(
    policy: &Policy,
    index: usize,
    statement: &Statement,
    ask: &Ask<'_>,
    reading: Reading,
    missing_keys: &mut BTreeSet<String>,
) -> StatementTrace {
    let mismatches = mismatches(policy, statement, ask, reading);
    let mut conditions = Vec::new();
    // Keys that only variables in the resource ask for are missed as well, and with them the resource mismatches.
    if mismatches
        .iter()
        .all(|mismatch| mismatch.element.ends_with("Resource"))
    {
        missing_variables(policy, statement, ask.context, missing_keys);
    }
    if mismatches.is_empty() {
        conditions = condition_traces(policy, statement, ask.context);
        let missing = conditions.iter().filter(|condition| condition.actual.is_none());
        missing_keys.extend(missing.map(|condition| condition.key.clone()));
    }
    StatementTrace {
        index,
        sid: statement.sid.map(|sid| policy.str(sid).to_owned()),
        effect: if statement.deny {
            Effect::ExplicitDeny
        } else {
            Effect::Allow
        },
        span: statement.span,
        matches: mismatches.is_empty() && conditions.iter().all(|condition| condition.holds),
        mismatches,
        conditions,
    }
}

/// The elements that do not match, conditions aside.
pub(super) fn mismatches(
    policy: &Policy,
    statement: &Statement,
    ask: &Ask<'_>,
    reading: Reading,
) -> Vec<ElementTrace> {
    let mut mismatches = Vec::new();
    if !policy
        .statement_action(statement, &ask.action)
        .holds(statement.deny)
    {
        let actions = statement.actions.of(&policy.actions);
        mismatches.push(ElementTrace {
            element: if statement.not_action {
                "NotAction"
            } else {
                "Action"
            },
            listed: actions
                .iter()
                .map(|action| policy.str(action.text).to_owned())
                .collect(),
            requested: shown(ask.action.text),
        });
    }
    if policy.statement_reach(statement, ask, reading) == Reach::None {
        let entries = statement.principals.of(&policy.rare().principals);
        mismatches.push(ElementTrace {
            element: if statement.principal == Presence::Excepted {
                "NotPrincipal"
            } else {
                "Principal"
            },
            listed: entries
                .iter()
                .map(|entry| policy.str(entry.text).to_owned())
                .collect(),
            requested: shown(&principal_name(ask.principal)),
        });
    }
    let covered = policy.covers(
        statement,
        &ask.resource,
        ask.context,
        reading.short_arns,
        reading.resource_optional,
    );
    if !covered.holds(statement.deny) {
        let resources = statement.resources.of(&policy.resources);
        let listed = resources.iter().map(|resource| {
            let pattern = arn_pattern(policy, resource.test);
            resolved(policy, resource.text, pattern, ask.context)
        });
        mismatches.push(ElementTrace {
            element: if statement.resource == Presence::Excepted {
                "NotResource"
            } else {
                "Resource"
            },
            listed: listed.collect(),
            requested: shown(ask.resource.text),
        });
    }
    mismatches
}

pub(super) fn condition_traces(
    policy: &Policy,
    statement: &Statement,
    context: &Context,
) -> Vec<ConditionTrace> {
    let conditions = statement.conditions.of(&policy.conditions);
    conditions
        .iter()
        .map(|condition| ConditionTrace {
            operator: condition.operator.to_string(),
            key: policy.str(condition.key).to_owned(),
            expected: expected(policy, condition, context),
            actual: actual(policy, condition, context),
            holds: policy.condition(condition, context).holds(statement.deny),
        })
        .collect()
}

fn expected(policy: &Policy, condition: &Condition, context: &Context) -> Vec<String> {
    let operands = condition.operands.of(&policy.operands);
    operands
        .iter()
        .map(|operand| {
            let pattern = match operand.test {
                OperandTest::Text(pattern) => Some(pattern),
                OperandTest::Arn(test) => arn_pattern(policy, test),
                _ => None,
            };
            resolved(policy, operand.text, pattern, context)
        })
        .collect()
}

fn actual(policy: &Policy, condition: &Condition, context: &Context) -> Option<Vec<String>> {
    let entry = context.find(condition.hash, policy.str(condition.key))?;
    Some(match entry.value() {
        ContextValue::Single(text) => vec![shown(text.as_str())],
        ContextValue::Many(values) => {
            let more = (values.len() > SHOWN_VALUES_MAX).then(|| "…".to_owned());
            let values = values.iter().take(SHOWN_VALUES_MAX);
            values.map(|text| shown(text.as_str())).chain(more).collect()
        }
        ContextValue::Unknown => vec!["(unknown)".to_owned()],
    })
}

/// The pattern of an ARN in which its variables are, if it has any.
fn arn_pattern(policy: &Policy, test: ArnTest) -> Option<Pattern> {
    match test {
        ArnTest::Whole(pattern) => Some(pattern),
        ArnTest::Template(run) => Some(Pattern::Template(run)),
        ArnTest::Fields { first, .. } => {
            let last = policy.rare().patterns.get(first as usize + 5)?;
            matches!(last, Pattern::Template(_)).then_some(*last)
        }
        _ => None,
    }
}

/// Longer texts of a request are cut off where they are shown. Nothing that AWS names is as long, and a request
/// with one long value would be written down again for each of a policy's thousands of values.
const SHOWN_BYTES_MAX: usize = 2048;

/// Of longer lists of a request only the beginning is shown, for the same reason.
const SHOWN_VALUES_MAX: usize = 256;

/// A text of the request as it is shown: its beginning, if it is very long.
fn shown(text: &str) -> String {
    match text.get(..text.floor_char_boundary(SHOWN_BYTES_MAX)) {
        Some(start) if start.len() < text.len() => format!("{start}…"),
        _ => text.to_owned(),
    }
}

/// The text of a value with the request's values in place of variables, as far as there are any.
fn resolved(policy: &Policy, text: Str, pattern: Option<Pattern>, context: &Context) -> String {
    let original = policy.str(text);
    let Some(Pattern::Template(run)) = pattern else {
        return original.to_owned();
    };
    let parts: Option<Vec<String>> = run
        .of(&policy.parts)
        .iter()
        .map(|part| match part {
            StoredPart::Text(text) => Some(policy.str(*text).to_owned()),
            StoredPart::One => Some("?".to_owned()),
            StoredPart::Star => Some("*".to_owned()),
            StoredPart::Variable(number) => policy.variable(*number, context).ok().map(shown),
        })
        .collect();
    let parts = parts.map(|parts| parts.concat());
    let first = run.of(&policy.parts).first();
    match (parts, first) {
        // The fields before the last have no variables; they are shown as they are.
        (Some(parts), Some(StoredPart::Text(start))) => {
            let before = start.at.saturating_sub(text.at) as usize;
            let before = original.get(..before).unwrap_or_default();
            shown(&format!("{before}{parts}"))
        }
        (Some(parts), _) if original.starts_with("${") => shown(&parts),
        _ => original.to_owned(),
    }
}

/// Keys that the variables of a statement stand for and the request does not have.
fn missing_variables(
    policy: &Policy,
    statement: &Statement,
    context: &Context,
    missing: &mut BTreeSet<String>,
) {
    let resources = statement.resources.of(&policy.resources);
    let in_resources = resources
        .iter()
        .filter_map(|resource| arn_pattern(policy, resource.test));
    let operands = statement
        .conditions
        .of(&policy.conditions)
        .iter()
        .flat_map(|condition| condition.operands.of(&policy.operands));
    let in_operands = operands.filter_map(|operand| match operand.test {
        OperandTest::Text(pattern) => Some(pattern),
        OperandTest::Arn(test) => arn_pattern(policy, test),
        _ => None,
    });
    for pattern in in_resources.chain(in_operands) {
        let Pattern::Template(run) = pattern else {
            continue;
        };
        missing.extend(missing_in(policy, run, context));
    }
}

fn missing_in<'a>(policy: &'a Policy, run: Run, context: &'a Context) -> impl Iterator<Item = String> + 'a {
    run.of(&policy.parts).iter().filter_map(|part| {
        let StoredPart::Variable(number) = part else {
            return None;
        };
        let variable = policy.rare().variables.get(*number as usize)?;
        let key = policy.str(variable.key);
        let missing = !key.is_empty() && context.find(variable.hash, key).is_none();
        missing.then(|| key.to_owned())
    })
}

/// The principal as policies would name it.
pub(super) fn principal_name(principal: &Principal) -> String {
    match principal {
        Principal::Root { arn, .. } | Principal::User { arn, .. } | Principal::FederatedUser { arn, .. } => {
            arn.to_string()
        }
        // Of a session that is not named itself, its role is known.
        Principal::RoleSession {
            role_arn,
            session_arn,
            ..
        } if session_arn.is_empty() => role_arn.to_string(),
        Principal::RoleSession { session_arn, .. } => session_arn.to_string(),
        Principal::Service { name } => name.to_string(),
        Principal::WebIdentity { provider } | Principal::Saml { provider } => provider.to_string(),
        Principal::Anonymous => "*".to_owned(),
    }
}
