//! Keys of what a session is given when its role is assumed: tags and a source identity.

use super::glob::covers;
use super::supported_keys::{plain_actions, requires_key};
use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Element, Statement};

/// The actions that give a session something, and whether some statement allows them.
struct Allowed {
    source_identity: bool,
    tags: bool,
}

const SET_SOURCE_IDENTITY: &str = "sts:SetSourceIdentity";
const TAG_SESSION: &str = "sts:TagSession";

/// `MISSING_ACTION_FOR_CONDITION_KEY`: setting a session's tags or source identity is an action of its own.
///
/// Reported only if no statement of the trust policy allows it, since then nobody can assume the role.
pub(super) fn missing_actions(document: &Document<'_>, sink: &mut Sink) {
    if !document.kind.is_role_trust() {
        return;
    }
    let is_allowed = |action| {
        let mut statements = document.statements.iter();
        statements.any(|statement| allows_action(statement, action))
    };
    let allowed = Allowed {
        source_identity: is_allowed(SET_SOURCE_IDENTITY),
        tags: is_allowed(TAG_SESSION),
    };
    let assuming = document
        .statements
        .iter()
        .filter(|statement| statement.allows() && plain_actions(statement).is_some_and(assumes));
    for condition in assuming.flat_map(|statement| &statement.conditions) {
        let is_positive = condition.operator.is_some_and(|operator| !operator.negated);
        if !is_positive || !requires_key(condition) {
            continue;
        }
        if let Some(needed) = allowed.action_missing_for(condition.key()) {
            let details = format!(
                "A session can have a value of {} only if {needed} is allowed too.",
                quoted(condition.key())
            );
            sink.at(
                IssueCode::MissingActionForConditionKey,
                &condition.member.name,
                details,
            );
        }
    }
}

impl Allowed {
    /// The action that gives a session the value of a key, if nothing allows it.
    fn action_missing_for(&self, key: &str) -> Option<&'static str> {
        let key = key.to_ascii_lowercase();
        let is_tag = ["sts:transitivetagkeys", "aws:tagkeys"].contains(&key.as_str())
            || key.starts_with("aws:requesttag/");
        if key == "sts:sourceidentity" {
            (!self.source_identity).then_some(SET_SOURCE_IDENTITY)
        } else {
            (is_tag && !self.tags).then_some(TAG_SESSION)
        }
    }
}

fn assumes(element: &Element<'_>) -> bool {
    let starts = |action: &str| action.to_ascii_lowercase().starts_with("sts:assumerole");
    element.values.iter().any(|action| starts(action.text))
}

fn allows_action(statement: &Statement<'_>, action: &str) -> bool {
    let Some(element) = statement.action.as_ref().filter(|_| statement.allows()) else {
        return false;
    };
    let lowered = action.to_ascii_lowercase();
    let is_named = element
        .values
        .iter()
        .any(|value| covers(&value.text.to_ascii_lowercase(), &lowered));
    is_named != element.negated
}
