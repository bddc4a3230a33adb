//! Whether actions exist, and whether one covers another.
//!
//! A pattern is wrong only if it matches nothing that is known. Actions of closed services are passed over, as is what
//! has a variable in it: another check reports that. That a statement lists an action that does not exist is an
//! error to AWS also where other actions of the list do exist.

use std::collections::HashMap;

use lanyard_catalogue::{Service, catalogue};

use super::action_patterns::exists;
use super::glob::{covers_within, has_wildcard};
use super::nearest::nearest;
use super::retired::is_retired;
use crate::IssueCode;
use crate::locate::Place;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement, Text};
use crate::work::Work;

/// `INVALID_ACTION`, `INVALID_SERVICE_IN_ACTION` and `WILDCARD_IN_SERVICE_NAME`.
pub(super) fn existence(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    for action in statement.action.iter().flat_map(|element| &element.values) {
        if sink.is_full() {
            return;
        }
        if !action.text.contains("${") && action.text.bytes().any(|byte| byte != b'*') {
            action_exists(action, document, sink);
        }
    }
}

fn action_exists(action: &Text<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some((prefix, name)) = action.text.split_once(':') else {
        let details = format!(
            "{} names no service: an action is written as service:name.",
            quoted(action.text)
        );
        return sink.at(IssueCode::InvalidAction, action.node, details);
    };
    if has_wildcard(prefix) {
        return sink.part(
            IssueCode::WildcardInServiceName,
            action.node,
            0..prefix.len(),
            "A wildcard in the name of a service also matches services that do not exist yet. Name each service.",
        );
    }
    let Some(service) = catalogue().service(prefix) else {
        if !is_retired(prefix) {
            sink.at(
                IssueCode::InvalidServiceInAction,
                action.node,
                unknown_service(prefix, &document.work),
            );
        }
        return;
    };
    if !exists(service, name, &document.work) {
        sink.at(
            IssueCode::InvalidAction,
            action.node,
            unknown_action(service, name, &document.work),
        );
    }
}

fn unknown_service(prefix: &str, work: &Work) -> String {
    let known = catalogue().services().iter().map(Service::prefix);
    match nearest(prefix, known, work) {
        Some(near) => format!(
            "No service has the prefix {}; {} is close to it.",
            quoted(prefix),
            quoted(near)
        ),
        None => format!("No service has the prefix {}.", quoted(prefix)),
    }
}

fn unknown_action(service: &Service, name: &str, work: &Work) -> String {
    if has_wildcard(name) {
        return format!("No action of {} matches {}.", service.name(), quoted(name));
    }
    let known = service.actions().iter().map(lanyard_catalogue::Action::name);
    match nearest(name, known, work) {
        Some(near) => {
            let near = format!("{}:{near}", service.prefix());
            format!(
                "{} has no action {}; {} is close to it.",
                service.name(),
                quoted(name),
                quoted(&near)
            )
        }
        None => format!("{} has no action {}.", service.name(), quoted(name)),
    }
}

/// `REDUNDANT_ACTION`: an action that another one of the same list covers whole.
pub(super) fn redundancy(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(element) = statement.action.as_ref().filter(|element| !element.negated) else {
        return;
    };
    let lowered: Vec<String> = element
        .values
        .iter()
        .map(|action| action.text.to_ascii_lowercase())
        .collect();
    let redundant = covered_by_others(&lowered, &document.work);
    let Some(&(first, by)) = redundant.first() else {
        return;
    };
    let text = |index: usize| quoted(element.values.get(index).map_or("", |action| action.text));
    let places: Vec<Place> = redundant
        .iter()
        .filter_map(|(index, _)| element.values.get(*index))
        .map(|action| Place::of(action.node))
        .collect();
    let is_same = lowered.get(first) == lowered.get(by);
    let details = match redundant.len() {
        1 if is_same => format!("{} is here more than once.", text(first)),
        1 => format!("{} is already covered by {}.", text(first), text(by)),
        count => format!(
            "{count} actions are already covered by others of the list, for example {} by {}.",
            text(first),
            text(by)
        ),
    };
    sink.report(IssueCode::RedundantAction, &places, details);
}

/// The actions that can go, each with one that covers it. Of several that say the same, the first stays.
fn covered_by_others(actions: &[String], work: &Work) -> Vec<(usize, usize)> {
    let mut first_of: HashMap<&str, usize> = HashMap::new();
    for (index, action) in actions.iter().enumerate() {
        first_of.entry(action).or_insert(index);
    }
    let patterns: Vec<usize> = (0..actions.len())
        .filter(|index| actions.get(*index).is_some_and(|action| has_wildcard(action)))
        .collect();
    let mut covered = Vec::new();
    for (index, action) in actions.iter().enumerate() {
        if let Some(&first) = first_of.get(action.as_str())
            && first != index
        {
            covered.push((index, first));
            continue;
        }
        if !work.take(patterns.len()) {
            break;
        }
        let by = patterns.iter().copied().find(|&other| {
            let pattern = actions.get(other).map_or("", String::as_str);
            other != index
                && covers_within(pattern, action, work)
                && (other < index || !covers_within(action, pattern, work))
        });
        covered.extend(by.map(|by| (index, by)));
    }
    covered
}
