//! Lines in statements, statements in policies that fit into AWS's limit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lanyard_names::AccountId;
use lanyard_policy::{Attached, Context, Document, Layers, Policy, PolicySource, Principal, Request, decide};
use serde_json::{Map, Value, json};

use crate::lines::lines;
use crate::text::ascii_json;
use crate::{Breadth, Line, Observations};

/// The most characters of a managed policy, white space left out. Evidence: IAM's quotas.
const POLICY_CHARACTERS_MAX: usize = 6_144;
/// The most characters of the patterns of one statement, and of its actions, so that one fits into a policy. Only a
/// single pattern can be longer.
const PATTERN_CHARACTERS_MAX: usize = 4_000;
const ACTION_CHARACTERS_MAX: usize = 1_800;
/// What quotation marks and a comma take up.
const QUOTES: usize = 3;

/// What would have allowed what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Mostly one; several where one would be too large. None if nothing was seen.
    pub policies: Vec<SuggestedPolicy>,
}

/// One policy, small enough to be a managed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedPolicy {
    /// Its text.
    pub document: String,
    /// Its statements in their order.
    pub statements: Vec<SuggestedStatement>,
}

/// One statement, with what it is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedStatement {
    /// Its Sid.
    pub sid: String,
    /// What it allows, line by line.
    pub lines: Vec<Line>,
}

/// Why nothing is suggested.
#[derive(Debug, thiserror::Error)]
pub enum SuggestionError {
    /// A resource or action is so long or odd that the policy would not allow it.
    #[error("no policy was found that allows {action} on {resource}")]
    NotAllowed {
        /// The action.
        action: String,
        /// The resource.
        resource: String,
    },
}

/// The least policies that allow all that was seen, for a principal of this account.
///
/// # Errors
/// Something that was seen cannot be written into a policy.
pub fn suggest(
    account: AccountId,
    seen: &Observations,
    breadth: Breadth,
) -> Result<Suggestion, SuggestionError> {
    let mut policies: Vec<SuggestedPolicy> = Vec::new();
    let mut statements = Vec::new();
    let mut number = 0_usize;
    for lines in statements_of(lines(seen, breadth)) {
        number += 1;
        let statement = SuggestedStatement {
            sid: format!("Seen{number}"),
            lines,
        };
        statements.push(statement);
        if characters(&statements) > POLICY_CHARACTERS_MAX
            && statements.len() > 1
            && let Some(last) = statements.pop()
        {
            policies.push(policy(std::mem::replace(&mut statements, vec![last])));
        }
    }
    if !statements.is_empty() {
        policies.push(policy(statements));
    }
    check(account, seen, &policies)?;
    Ok(Suggestion { policies })
}

/// Actions that are needed on the same patterns share a statement.
fn statements_of(lines: Vec<Line>) -> Vec<Vec<Line>> {
    let mut by_action: BTreeMap<(Option<String>, String), Vec<Line>> = BTreeMap::new();
    for line in lines {
        let what = (line.passed_to.clone(), line.action.clone());
        by_action.entry(what).or_default().push(line);
    }
    let mut by_patterns: BTreeMap<_, Vec<&[Line]>> = BTreeMap::new();
    for ((passed_to, action), lines) in &by_action {
        for lines in parts(lines, PATTERN_CHARACTERS_MAX, |line| &line.resource) {
            let patterns: Vec<String> = lines.iter().map(|line| line.resource.clone()).collect();
            // Actions of two services never share one: that is easier to read.
            let service = action.split(':').next().unwrap_or_default().to_owned();
            let key = (passed_to.clone(), [vec![service], patterns].concat());
            by_patterns.entry(key).or_default().push(lines);
        }
    }
    let mut statements: Vec<Vec<Line>> = by_patterns
        .values()
        .flat_map(|actions| parts(actions, ACTION_CHARACTERS_MAX, |lines| first_action(lines)))
        .map(|actions| actions.iter().copied().flatten().cloned().collect())
        .collect();
    statements.sort_by(|one, other| key_of(one).cmp(&key_of(other)));
    statements
}

fn first_action(lines: &[Line]) -> &str {
    lines.first().map_or("", |line| &line.action)
}

/// A list in parts of which each takes up so many characters at most, unless it is one thing alone.
fn parts<T>(list: &[T], characters_max: usize, text: impl Fn(&T) -> &str) -> Vec<&[T]> {
    let mut parts = Vec::new();
    let (mut start, mut characters) = (0, 0_usize);
    for (index, one) in list.iter().enumerate() {
        let written = ascii_json(&Value::from(text(one)).to_string()).len() + QUOTES;
        if characters + written > characters_max && index > start {
            parts.extend(list.get(start..index));
            (start, characters) = (index, 0);
        }
        characters += written;
    }
    parts.extend(list.get(start..).filter(|rest| !rest.is_empty()));
    parts
}

fn key_of(lines: &[Line]) -> Option<(&str, &str)> {
    lines
        .first()
        .map(|line| (line.action.as_str(), line.resource.as_str()))
}

fn policy(statements: Vec<SuggestedStatement>) -> SuggestedPolicy {
    let document = document(&statements);
    SuggestedPolicy {
        document: ascii_json(&serde_json::to_string_pretty(&document).unwrap_or_default()),
        statements,
    }
}

fn characters(statements: &[SuggestedStatement]) -> usize {
    // No text in it has white space that counts, but in names, where AWS counts it no more than elsewhere.
    let text = ascii_json(&document(statements).to_string());
    text.chars().filter(|letter| !letter.is_whitespace()).count()
}

fn document(statements: &[SuggestedStatement]) -> Value {
    let statements: Vec<Value> = statements.iter().map(statement).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn statement(statement: &SuggestedStatement) -> Value {
    let of = |text: fn(&Line) -> &str| -> Value {
        let texts: BTreeSet<&str> = statement.lines.iter().map(text).collect();
        match texts.first() {
            Some(only) if texts.len() == 1 => (*only).into(),
            _ => texts.into_iter().collect(),
        }
    };
    let mut object = Map::new();
    object.insert("Sid".to_owned(), statement.sid.as_str().into());
    object.insert("Effect".to_owned(), "Allow".into());
    object.insert("Action".to_owned(), of(|line| &line.action));
    object.insert("Resource".to_owned(), of(|line| &line.resource));
    let passed_to = statement.lines.first().and_then(|line| line.passed_to.as_deref());
    if let Some(service) = passed_to {
        let condition = json!({ "StringEquals": { "iam:PassedToService": service } });
        object.insert("Condition".to_owned(), condition);
    }
    Value::Object(object)
}

/// Decides everything that was seen under what is suggested.
fn check(
    account: AccountId,
    seen: &Observations,
    policies: &[SuggestedPolicy],
) -> Result<(), SuggestionError> {
    let attached: Vec<Attached> = policies
        .iter()
        .filter_map(|policy| Document::parse(&policy.document).ok())
        .map(|document| Attached {
            policy: Arc::new(Policy::compile(&document)),
            source: PolicySource::Inline {
                owner: "".into(),
                name: "suggested".into(),
            },
        })
        .collect();
    let principal = Principal::User {
        account,
        arn: format!("arn:aws:iam::{account}:user/somebody").into(),
        id: None,
    };
    for (one, _) in seen.iter() {
        let mut context = Context::new();
        if let Some(service) = &one.passed_to {
            context.insert("iam:PassedToService", service.clone());
        }
        let request = Request {
            principal: &principal,
            action: &one.action,
            resource: &one.resource,
            resource_account: Some(account),
            wildcard_only_action: one.resource == "*",
            partly_known: one.partly_known,
            context: &context,
        };
        let layers = Layers {
            identity: &attached,
            ..Layers::default()
        };
        // Keys of KMS have policies of their own, which say that those of the account count.
        let is_allowed = decide(&request, &layers).is_allowed() || one.action.starts_with("kms:");
        if !is_allowed {
            return Err(SuggestionError::NotAllowed {
                action: one.action.clone(),
                resource: one.resource.clone(),
            });
        }
    }
    Ok(())
}
