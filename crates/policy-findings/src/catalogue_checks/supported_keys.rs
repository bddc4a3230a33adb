//! Whether the requests that a statement is about carry the keys that it has conditions on.
//!
//! To AWS a key that a request does not carry is missing: a condition on it fails, or, negated, always holds. Either
//! way the statement does not do for that action what it says. Only actions that are named in full are looked at for
//! single keys, as AWS does; with tags, a pattern counts if no action that it matches supports them.
//!
//! Nothing is said where the catalogue may be short: of a key that no action is listed with (keys of role sessions
//! come with all requests), of actions with unknown resource types, and under `IfExists` and `Null`, which ask for
//! nothing to be there.

use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use lanyard_catalogue::{Action, ConditionKey, Service, catalogue};
use lanyard_policy::operator::{Comparison, Operator};

use super::action_patterns::matching;
use super::glob::has_wildcard;
use super::known_keys::is_global;
use crate::IssueCode;
use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::view::{Condition, Document, Element, Statement, Text};
use crate::work::Work;

/// What asking whether an action carries a key costs besides comparing it with each of the action's.
const STEPS_EACH: usize = 16;

/// What keys begin with that more actions carry than the reference lists.
///
/// Evidence: AWS managed policies that grant subscriptions and agreements for single products with them.
const INCOMPLETE: &str = "aws-marketplace:";

/// `UNSUPPORTED_ACTION_FOR_CONDITION_KEY`.
pub(super) fn actions_for_keys(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(element) = plain_actions(statement) else {
        return;
    };
    if !statement.conditions.iter().any(requires_key) {
        return;
    }
    let actions: Vec<(&Text<'_>, &Action)> = element
        .values
        .iter()
        .filter(|action| !has_wildcard(action.text))
        .filter_map(|action| Some((action, catalogue().action(action.text)?)))
        .collect();
    for condition in statement
        .conditions
        .iter()
        .filter(|condition| requires_key(condition))
    {
        let Some(key) = key_with_actions(condition.key(), document) else {
            continue;
        };
        let is_unsupported = |named: &Text<'_>, action: &Action| {
            !carries(action, key, &document.work)
                && !comes_from_the_session(key, named.text)
                && !comes_with_the_role(key, named.text, &document.work)
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
pub(super) fn plain_actions<'s, 'a>(statement: &'s Statement<'a>) -> Option<&'s Element<'a>> {
    statement.action.as_ref().filter(|element| !element.negated)
}

/// Whether a condition says something only of requests that have the key.
pub(super) fn requires_key(condition: &Condition<'_>) -> bool {
    let says = |operator: Operator| !operator.if_exists && operator.comparison != Comparison::Null;
    condition.operator.is_some_and(says)
}

/// A key of a service that some action of it is known to carry.
fn key_with_actions(key: &str, document: &Document<'_>) -> Option<&'static ConditionKey> {
    let is_incomplete = key
        .get(..INCOMPLETE.len())
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(INCOMPLETE));
    let known = document.keys.find(key).key()?;
    let is_of_actions = !is_incomplete && !is_global(known) && carried_keys().contains(known.name());
    is_of_actions.then_some(known)
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

/// Tags, source identity and contexts of a session are set by the request that assumes the role, so whatever that
/// carries is there when they are asked for.
fn comes_with_the_role(key: &ConditionKey, action: &str, work: &Work) -> bool {
    const SET_ALONG: [&str; 3] = ["sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"];
    const ASSUMING: [&str; 3] = [
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
    ];
    let is_set_along = SET_ALONG.iter().any(|known| known.eq_ignore_ascii_case(action));
    let mut assuming = ASSUMING.iter().filter_map(|action| catalogue().action(action));
    is_set_along && assuming.any(|assuming| carries(assuming, key, work))
}

fn is_claim_prefix(prefix: &str) -> bool {
    prefix.contains('.') || prefix == "saml"
}

/// Whether requests for an action can carry a key. In doubt they do.
fn carries(action: &Action, key: &ConditionKey, work: &Work) -> bool {
    let mut known = keys_of(action);
    !work.take(STEPS_EACH) || known.any(|known| !work.take(1) || known.name() == key.name())
}

fn keys_of(action: &Action) -> impl Iterator<Item = &'static ConditionKey> {
    let of_resources = action.resources().iter().flat_map(|resource| {
        let of_type = resource.resource_type().condition_keys();
        resource.condition_keys().iter().chain(of_type)
    });
    action.condition_keys().iter().chain(of_resources).copied()
}

/// The `…_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE` family, about `aws:ResourceTag`.
pub(super) fn resource_tags(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(element) = &statement.action else {
        return;
    };
    let mut tags = statement
        .conditions
        .iter()
        .filter(|condition| is_positive_tag(condition))
        .peekable();
    if tags.peek().is_none() {
        return;
    }
    if element.negated {
        return tags.for_each(|condition| not_action_with_tag(condition, statement, sink));
    }
    let unsupported = services_without_tags(element, &document.work);
    if unsupported.is_empty() {
        return;
    }
    let services = unsupported.into_iter().collect::<Vec<_>>().join(", ");
    let (code, verb) = if statement.denies() {
        (IssueCode::DenyWithUnsupportedTagConditionKeyForService, "deny")
    } else {
        (IssueCode::AllowWithUnsupportedTagConditionKeyForService, "allow")
    };
    for condition in tags {
        let details = format!(
            "Actions of these services do not know tags of resources, so that this statement does not {verb} them: \
             {services}."
        );
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
fn services_without_tags(element: &Element<'_>, work: &Work) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for action in &element.values {
        let Some((prefix, name)) = action.text.split_once(':') else {
            continue;
        };
        let Some(service) = catalogue().service(prefix) else {
            continue;
        };
        if found.contains(service.prefix()) {
            continue;
        }
        let mut meant = matching(service, name, work).peekable();
        let is_any = meant.peek().is_some();
        let knows_tags = meant.any(|action| with_tags().contains(&(service.prefix(), action.name())));
        if is_any && !knows_tags && work.steps_left() > 0 {
            found.insert(service.prefix());
        }
    }
    found
}

/// The actions whose requests carry tags of resources, with their services.
fn with_tags() -> &'static HashSet<(&'static str, &'static str)> {
    static ACTIONS: OnceLock<HashSet<(&'static str, &'static str)>> = OnceLock::new();
    ACTIONS.get_or_init(|| {
        let of_service = |service: &'static Service| {
            let carrying = service.actions().iter().filter(|action| {
                let mut keys = keys_of(action);
                keys.any(|key| key.name() == "aws:ResourceTag/${TagKey}")
            });
            carrying.map(|action| (service.prefix(), action.name()))
        };
        catalogue().services().iter().flat_map(of_service).collect()
    })
}
