//! What resource control policies cannot have, and what they should not lack.

use crate::IssueCode;
use crate::PolicyType;
use crate::sink::Sink;
use crate::view::{Condition, Document, Statement};
use lanyard_policy::operator::Comparison;

fn is_checked(document: &Document<'_>) -> bool {
    document.kind.policy_type == PolicyType::ResourceControl
}

pub(super) fn syntax(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if !is_checked(document) {
        return;
    }
    if let Some(principal) = &statement.principal
        && (principal.negated || principal.member.value.string() != Some("*"))
    {
        let details = "The Principal of a resource control policy is always \"*\".";
        sink.at(
            IssueCode::RcpSyntaxErrorPrincipal,
            &principal.member.name,
            details,
        );
    }
    if let Some(action) = statement.action.as_ref().filter(|action| action.negated) {
        let details = "A resource control policy cannot have NotAction: list what it is about with Action.";
        sink.at(IssueCode::RcpSyntaxErrorNotaction, &action.member.name, details);
    }
    let on_everything = statement
        .resource
        .as_ref()
        .is_none_or(|resource| !resource.negated && resource.values.iter().all(|value| value.text == "*"));
    if let Some(effect) = statement.effect.filter(|effect| effect.text == "Allow")
        && !(on_everything && statement.conditions.is_empty())
    {
        let details = "A statement that allows in a resource control policy is for all principals and resources \
                       (\"*\") and has no condition.";
        sink.at(IssueCode::RcpSyntaxErrorAllow, effect.node, details);
    }
}

/// A resource control policy that denies meets people, roles and AWS's services alike. A condition on one kind
/// holds or fails for the others as well, unless it asks for the kind first.
pub(super) fn related_keys(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    /// Keys of principals other than services.
    const PRINCIPAL: [&str; 4] = [
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
    ];
    /// Keys of requests by services.
    const SOURCE: [&str; 4] = [
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
    ];
    if !is_checked(document) || !statement.denies() {
        return;
    }
    let asks = |comparison, key: &str, value: &str| {
        statement
            .conditions
            .iter()
            .any(|condition| is(condition, comparison, key, value))
    };
    let spares_services = asks(Comparison::Bool, "aws:PrincipalIsAWSService", "false");
    let spares_others = asks(Comparison::Bool, "aws:PrincipalIsAWSService", "true");
    let has_source = asks(Comparison::Null, "aws:SourceAccount", "false")
        || asks(Comparison::Null, "aws:SourceArn", "false");
    for condition in &statement.conditions {
        if condition
            .operator
            .is_none_or(|operator| operator.comparison == Comparison::Null)
        {
            continue;
        }
        let key = condition.key().to_ascii_lowercase();
        let node = &condition.member.name;
        if PRINCIPAL.contains(&key.as_str()) && !spares_services {
            let details = format!(
                "{} is no key of AWS's services, which act for you too. To spare them, add BoolIfExists with \
                 aws:PrincipalIsAWSService: false.",
                condition.key()
            );
            sink.at(IssueCode::RcpMissingRelatedPrincipalConditionKey, node, details);
        }
        if SOURCE.contains(&key.as_str()) && !spares_others {
            let details = format!(
                "{} is a key of AWS's services only. To spare your own principals, add BoolIfExists with \
                 aws:PrincipalIsAWSService: true.",
                condition.key()
            );
            sink.at(
                IssueCode::RcpMissingRelatedServicePrincipalConditionKey,
                node,
                details,
            );
        }
        if key.starts_with("aws:sourceorg") && SOURCE.contains(&key.as_str()) && !has_source {
            let details = format!(
                "Not every request of a service has {}. To spare the others, add Null with aws:SourceAccount: \
                 false or aws:SourceArn: false.",
                condition.key()
            );
            sink.at(IssueCode::RcpMissingServiceConditionKeyNullCheck, node, details);
        }
    }
}

fn is(condition: &Condition<'_>, comparison: Comparison, key: &str, value: &str) -> bool {
    condition
        .operator
        .is_some_and(|operator| operator.comparison == comparison)
        && condition.key().eq_ignore_ascii_case(key)
        && condition
            .values
            .iter()
            .any(|found| found.text.eq_ignore_ascii_case(value))
}
