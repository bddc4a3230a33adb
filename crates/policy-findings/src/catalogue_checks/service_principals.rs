//! Services as principals of resource policies: whom they act for has to be restricted, by keys that they send.
//!
//! Trust policies are left alone: a service assumes the role that its own configuration names, and many services send
//! no source when they do.
//!
//! Evidence: AWS documentation, policy check reference and the confused deputy problem.

use lanyard_policy::operator::Comparison;

use crate::sink::{Sink, quoted};
use crate::view::{Condition, Document, PrincipalElement, Statement};
use crate::{IssueCode, PolicyType};

/// Keys that say for whom a service acts.
const SOURCES: [&str; 4] = [
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

/// Keys that were used for that before there were better ones.
const OLD_SOURCES: [&str; 1] = ["aws:Referer"];

/// Keys about users and roles, which requests of services do not carry.
const OF_IDENTITIES: [&str; 5] = [
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:userid",
    "aws:username",
];

/// `RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL`, `RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL` and
/// `UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL`.
pub(super) fn restrictions(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let is_resource_policy = document.kind.policy_type == PolicyType::Resource;
    if !is_resource_policy || document.kind.is_role_trust() || !statement.allows() || assumes_role(statement)
    {
        return;
    }
    let Some(principal) = statement
        .principal
        .as_ref()
        .filter(|principal| !principal.negated)
    else {
        return;
    };
    let Some(service) = principal
        .values
        .iter()
        .find(|value| value.key() == Some("Service"))
    else {
        return;
    };
    if only_services(principal) {
        unsupported_keys(statement, sink);
    }
    if condition_on(statement, &SOURCES).is_some() {
        return;
    }
    let (code, details) = match condition_on(statement, &OLD_SOURCES) {
        Some(old) => (
            IssueCode::RecommendedConditionKeyForServicePrincipal,
            format!(
                "{} does not say reliably for whom {} acts. Use aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or \
                 aws:SourceOrgPaths.",
                quoted(old.key()),
                quoted(service.value.text)
            ),
        ),
        None => (
            IssueCode::RestrictAccessToServicePrincipal,
            format!(
                "{} may do this for anybody who uses the service. Say for whom: add a condition on aws:SourceArn, \
                 aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths.",
                quoted(service.value.text)
            ),
        ),
    };
    sink.at(code, service.value.node, details);
}

/// A trust policy that was not said to be one.
fn assumes_role(statement: &Statement<'_>) -> bool {
    let is_of_sts = |action: &str| {
        action
            .get(..4)
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"))
    };
    statement
        .action
        .as_ref()
        .is_some_and(|element| element.values.iter().all(|action| is_of_sts(action.text)))
}

fn only_services(principal: &PrincipalElement<'_>) -> bool {
    principal
        .values
        .iter()
        .all(|value| value.key() == Some("Service"))
}

fn condition_on<'s, 'a>(statement: &'s Statement<'a>, keys: &[&str]) -> Option<&'s Condition<'a>> {
    let is_named =
        |condition: &&Condition<'_>| keys.iter().any(|key| condition.key().eq_ignore_ascii_case(key));
    statement.conditions.iter().find(is_named)
}

/// Keys that must be there for the statement to allow anything, but are not.
fn unsupported_keys(statement: &Statement<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let must_be_there = condition.operator.is_some_and(|operator| {
            !operator.negated && !operator.if_exists && operator.comparison != Comparison::Null
        });
        let key = condition.key();
        let is_tag = key
            .get(..17)
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:PrincipalTag/"));
        let is_of_identities = OF_IDENTITIES.iter().any(|known| known.eq_ignore_ascii_case(key));
        if must_be_there && (is_tag || is_of_identities) {
            let details = format!(
                "{} is about users and roles. Requests of services do not carry it, so that this statement allows \
                 nothing.",
                quoted(key)
            );
            sink.at(
                IssueCode::UnsupportedConditionKeyForServicePrincipal,
                &condition.member.name,
                details,
            );
        }
    }
}
