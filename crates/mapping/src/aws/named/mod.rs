//! Members whose names say too little for the rules, by hand.

mod arns;
mod members;
mod untold;

use arns::ARNS;
use untold::{ELSEWHERE, UNKNOWN, WHOLE};

/// The members that stand for a placeholder.
pub(super) fn members(
    prefix: &str,
    resource_type: &str,
    placeholder: &str,
) -> Option<&'static [&'static str]> {
    let is_it = |entry: &&(&str, &str, &str, _)| {
        let is_type = entry.1 == resource_type || entry.1 == "*";
        is_type && (entry.0, entry.2) == (prefix, placeholder)
    };
    members::entries().find(is_it).map(|(.., members)| *members)
}

/// The members that hold the ARN of a type.
pub(super) fn arns(prefix: &str, resource_type: &str) -> Option<&'static [&'static str]> {
    let is_it = |entry: &&(&str, &str, _)| entry.0 == prefix && (entry.1 == resource_type || entry.1 == "*");
    ARNS.iter().find(is_it).map(|(.., members)| *members)
}

/// Every member of a service's tables that stands deeper in a request than its top.
pub(super) fn deeper(prefix: &str) -> impl Iterator<Item = &'static str> {
    let named = members::entries().map(|(known, .., members)| (*known, *members));
    let arns = ARNS.iter().map(|(known, _, members)| (*known, *members));
    let of_service = named.chain(arns).filter(move |(known, _)| *known == prefix);
    of_service
        .flat_map(|(_, members)| members.iter().copied())
        .filter(|member| member.contains('.'))
}

/// Whether a request is about all that there is of a type.
pub(super) fn is_whole(prefix: &str, resource_type: &str) -> bool {
    WHOLE.contains(&(prefix, resource_type))
}

/// Whether another service of the prefix alone has this type of the action.
pub(super) fn is_elsewhere(prefix: &str, operation: &str, resource_type: &str) -> bool {
    ELSEWHERE.contains(&(prefix, operation, resource_type))
}

/// Whether a part of an ARN is one that no request tells.
pub(super) fn is_unknown(prefix: &str, resource_type: &str, placeholder: &str) -> bool {
    UNKNOWN.contains(&(prefix, resource_type, placeholder))
}
