//! Whether the requests that a statement is about carry the keys that it has conditions on.
//!
//! To AWS a key that a request does not carry is missing: a condition on it fails, or, negated, always holds. Either
//! way the statement does not do for that action what it says. Only actions that are named in full are looked at for
//! single keys, as AWS does; with tags, a pattern counts if no action that it matches supports them.
//!
//! Nothing is said where the catalogue may be short: of a key that no action is listed with (keys of role sessions
//! come with all requests), of actions with unknown resource types, and under `IfExists` and `Null`, which ask for
//! nothing to be there.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use lanyard_catalogue::{Action, ConditionKey, catalogue};
use lanyard_policy::operator::{Comparison, Operator};

use super::glob::{covers, has_wildcard};
use crate::IssueCode;
use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::view::{Condition, Document, Element, Statement, Text};

/// More pairs of key and action are not looked at in one statement: no policy that AWS takes has so many.
const PAIRS_MAX: usize = 10_000;

/// The same where an action can be a pattern, which takes longer to compare.
const PATTERN_PAIRS_MAX: usize = 2_000;

/// What keys begin with that more actions carry than the reference lists.
///
/// Evidence: AWS managed policies that grant subscriptions and agreements for single products with them.
const INCOMPLETE: &str = "aws-marketplace:";

/// `UNSUPPORTED_ACTION_FOR_CONDITION_KEY`.
pub(super) fn actions_for_keys(statement: &Statement<'_>, _document: &Document<'_>, sink: &mut Sink) {
    let Some(element) = plain_actions(statement) else {
        return;
    };
    let actions: Vec<(&Text<'_>, &Action)> = element
        .values
        .iter()
        .filter(|action| !has_wildcard(action.text))
        .filter_map(|action| Some((action, catalogue().action(action.text)?)))
        .collect();
    let mut pairs = 0;
    for condition in statement
        .conditions
        .iter()
        .filter(|condition| requires_key(condition))
    {
        let Some(key) = key_with_actions(condition.key()) else {
            continue;
        };
        pairs += actions.len();
        if pairs > PAIRS_MAX {
            return;
        }
        let is_unsupported = |named: &Text<'_>, action: &Action| {
            !carries(action, condition.key()) && !comes_from_the_session(key, named.text)
        };
        let unsupported: Vec<&Text<'_>> = actions
            .iter()
            .filter(|(named, action)| is_unsupported(named, action))
            .map(|(named, _)| *named)
            .collect();
        if let Some(first) = unsupported.first() {
            let places: Vec<Place> = unsupported.iter().map(|action| Place::of(action.node)).collect();
            let details = unsupported_details(first.text, unsupported.len(), condition, statement);
            sink.report(IssueCode::UnsupportedActionForConditionKey, &places, details);
        }
    }
}

fn unsupported_details(
    action: &str,
    count: usize,
    condition: &Condition<'_>,
    statement: &Statement<'_>,
) -> String {
    let key = quoted(condition.key());
    let named = match count {
        1 => format!("Requests for {} do not carry {key}", quoted(action)),
        _ => format!(
            "Requests for {count} of the actions, such as {}, do not carry {key}",
            quoted(action)
        ),
    };
    let negated = condition.operator.is_some_and(|operator| operator.negated);
    let effect = match (negated, statement.denies()) {
        (true, true) => "so that they are always denied",
        (true, false) => "so that the condition does not restrict them",
        (false, true) => "so that they are never denied",
        (false, false) => "so that they are never allowed",
    };
    format!("{named}, {effect} by this statement. Give them a statement of their own.")
}

/// `Action`, not `NotAction`, of a statement.
fn plain_actions<'s, 'a>(statement: &'s Statement<'a>) -> Option<&'s Element<'a>> {
    statement.action.as_ref().filter(|element| !element.negated)
}

/// Whether a condition says something only of requests that have the key.
fn requires_key(condition: &Condition<'_>) -> bool {
    let says = |operator: Operator| !operator.if_exists && operator.comparison != Comparison::Null;
    condition.operator.is_some_and(says)
}

/// A key of a service that some action of it is known to carry.
fn key_with_actions(key: &str) -> Option<&'static ConditionKey> {
    let mut global = catalogue().global_condition_keys().iter();
    let is_incomplete = key
        .get(..INCOMPLETE.len())
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(INCOMPLETE));
    if is_incomplete || global.any(|global| global.is_named(key)) {
        return None;
    }
    let known = catalogue().condition_key(key)?;
    carried_keys().contains(known.name()).then_some(known)
}

/// The keys that actions of their own service carry; of claims, those that actions which take tokens carry.
fn carried_keys() -> &'static BTreeSet<&'static str> {
    static KEYS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut keys = BTreeSet::new();
        for service in catalogue().services() {
            let is_own = |key: &ConditionKey| {
                let prefix = prefix_of(key);
                prefix.eq_ignore_ascii_case(service.prefix())
                    || (is_claim_prefix(prefix) && service.prefix() == "sts")
            };
            let carried = service.actions().iter().flat_map(keys_of);
            keys.extend(carried.filter(|key| is_own(key)).map(|key| key.name()));
        }
        keys
    })
}

fn prefix_of(key: &ConditionKey) -> &'static str {
    key.name().split_once(':').map_or("", |(prefix, _)| prefix)
}

/// Claims of SAML and OpenID Connect tokens stay with the session, so any later request can carry them.
fn comes_from_the_session(key: &ConditionKey, action: &str) -> bool {
    let is_of_sts = action
        .split_once(':')
        .is_some_and(|(service, _)| service.eq_ignore_ascii_case("sts"));
    is_claim_prefix(prefix_of(key)) && !is_of_sts
}

fn is_claim_prefix(prefix: &str) -> bool {
    prefix.contains('.') || prefix == "saml"
}

/// Whether requests for an action can carry a key.
fn carries(action: &Action, key: &str) -> bool {
    keys_of(action).any(|known| known.is_named(key))
}

fn keys_of(action: &Action) -> impl Iterator<Item = &'static ConditionKey> {
    let of_resources = action.resources().iter().flat_map(|resource| {
        let of_type = resource.resource_type().condition_keys();
        resource.condition_keys().iter().chain(of_type)
    });
    action.condition_keys().iter().chain(of_resources).copied()
}

/// The `…_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE` family, about `aws:ResourceTag`.
pub(super) fn resource_tags(statement: &Statement<'_>, _document: &Document<'_>, sink: &mut Sink) {
    let Some(element) = &statement.action else {
        return;
    };
    let mut seen = 0;
    for condition in statement
        .conditions
        .iter()
        .filter(|condition| is_positive_tag(condition))
    {
        if element.negated {
            not_action_with_tag(condition, statement, sink);
            continue;
        }
        seen += element.values.len();
        if seen > PATTERN_PAIRS_MAX {
            return;
        }
        let unsupported = services_without_tags(element, condition.key());
        if unsupported.is_empty() {
            continue;
        }
        let services = unsupported.into_iter().collect::<Vec<_>>().join(", ");
        let (code, details) = if statement.denies() {
            (
                IssueCode::DenyWithUnsupportedTagConditionKeyForService,
                format!(
                    "Actions of these services do not know tags of resources, so that this statement does not deny \
                     them: {services}."
                ),
            )
        } else {
            (
                IssueCode::AllowWithUnsupportedTagConditionKeyForService,
                format!(
                    "Actions of these services do not know tags of resources, so that this statement does not allow \
                     them: {services}."
                ),
            )
        };
        sink.at(code, &condition.member.name, details);
    }
}

fn is_positive_tag(condition: &Condition<'_>) -> bool {
    let is_tag = condition
        .key()
        .get(..16)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:ResourceTag/"));
    is_tag && requires_key(condition) && condition.operator.is_some_and(|operator| !operator.negated)
}

fn not_action_with_tag(condition: &Condition<'_>, statement: &Statement<'_>, sink: &mut Sink) {
    let (code, details) = if statement.denies() {
        (
            IssueCode::DenyNotActionWithUnsupportedTagConditionKeyForService,
            "Some of the actions meant by NotAction do not know tags of resources, so that they are not denied. List \
             what is denied.",
        )
    } else {
        (
            IssueCode::AllowNotActionWithUnsupportedTagConditionKeyForService,
            "Some of the actions meant by NotAction do not know tags of resources, so that they are not allowed. List \
             what is allowed.",
        )
    };
    sink.at(code, &condition.member.name, details);
}

/// The services of which something is named that does not know tags.
fn services_without_tags(element: &Element<'_>, key: &str) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for action in &element.values {
        let Some(service) = action
            .text
            .split_once(':')
            .and_then(|(prefix, _)| catalogue().service(prefix))
        else {
            continue;
        };
        if found.contains(service.prefix()) {
            continue;
        }
        let mut matching = catalogue()
            .actions_matching(action.text)
            .map(|(_, action)| action)
            .peekable();
        if matching.peek().is_some() && !matching.any(|action| carries(action, key)) {
            found.insert(service.prefix());
        }
    }
    found
}

/// `MISSING_ACTION_FOR_CONDITION_KEY`: setting a session's tags or source identity is an action of its own.
///
/// Reported only if no statement of the trust policy allows it, since then nobody can assume the role.
pub(super) fn missing_actions(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if !document.kind.is_role_trust() || !statement.allows() {
        return;
    }
    let assumes = |element: &Element<'_>| {
        element
            .values
            .iter()
            .any(|action| action.text.to_ascii_lowercase().starts_with("sts:assumerole"))
    };
    if !plain_actions(statement).is_some_and(assumes) {
        return;
    }
    for condition in statement
        .conditions
        .iter()
        .filter(|condition| requires_key(condition))
    {
        let is_positive = condition.operator.is_some_and(|operator| !operator.negated);
        let Some(needed) = action_that_sets(condition.key()).filter(|_| is_positive) else {
            continue;
        };
        if !document
            .statements
            .iter()
            .any(|other| allows_action(other, needed))
        {
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

fn action_that_sets(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    match key.as_str() {
        "sts:sourceidentity" => Some("sts:SetSourceIdentity"),
        "sts:transitivetagkeys" | "aws:tagkeys" => Some("sts:TagSession"),
        _ => key.starts_with("aws:requesttag/").then_some("sts:TagSession"),
    }
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
