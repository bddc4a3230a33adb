//! Whether condition keys exist.
//!
//! A key whose prefix has a dot is a claim of an OpenID Connect provider; which claims a provider makes is for it to
//! say, so nothing is reported there. Keys with a variable in their name are passed over.

use lanyard_catalogue::{ConditionKey, catalogue};

use super::known_keys::{Known, with_prefix};
use super::nearest::nearest;
use super::retired::is_retired;
use crate::IssueCode;
use crate::PolicyType;
use crate::sink::{Sink, quoted};
use crate::view::{Condition, Document, Statement};
use crate::work::Work;

/// Global keys that AWS's own policies use but its reference does not name.
///
/// Evidence: the managed policy of the service-linked role of IAM Identity Center, 2026, and the policy that new topics
/// of SNS have.
const UNDOCUMENTED: [&str; 2] = ["aws:PrincipalOrgMasterAccountId", "aws:SourceOwner"];

/// `INVALID_CONDITION_KEY_FORMAT`, `MISSING_TAG_KEY_IN_CONDITION`, `INVALID_GLOBAL_CONDITION_KEY`,
/// `INVALID_SERVICE_CONDITION_KEY`, `INVALID_SERVICE`, `UNSUPPORTED_GLOBAL_CONDITION_KEY` and
/// `DEPRECATED_GLOBAL_CONDITION_KEY`.
pub(super) fn existence(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        if sink.is_full() {
            return;
        }
        if !condition.key().contains("${") {
            key_exists(condition, document, sink);
        }
    }
}

fn key_exists(condition: &Condition<'_>, document: &Document<'_>, sink: &mut Sink) {
    let key = condition.key();
    let node = &condition.member.name;
    let (prefix, name) = key.split_once(':').unwrap_or_default();
    if prefix.is_empty() || name.is_empty() {
        let details = format!(
            "{} is no condition key: a key is written as service:name.",
            quoted(key)
        );
        return sink.at(IssueCode::InvalidConditionKeyFormat, node, details);
    }
    if key.eq_ignore_ascii_case("aws:ARN") {
        return old_arn_key(condition, document, sink);
    }
    let is_unknown = matches!(document.keys.find(key), Known::Unknown);
    if !is_unknown || UNDOCUMENTED.iter().any(|name| name.eq_ignore_ascii_case(key)) {
        return;
    }
    if let Some(template) = lacks_tag_key(key, prefix) {
        let details = format!(
            "Which tag? Its key belongs into the name: {}.",
            quoted(&format!("{template}tag-key"))
        );
        return sink.at(IssueCode::MissingTagKeyInCondition, node, details);
    }
    if prefix.eq_ignore_ascii_case("aws") {
        return sink.at(
            IssueCode::InvalidGlobalConditionKey,
            node,
            unknown_global_key(key, &document.work),
        );
    }
    if prefix.contains('.') || is_retired(prefix) {
        return;
    }
    if catalogue().service(prefix).is_some() || !with_prefix(prefix).is_empty() {
        return sink.at(
            IssueCode::InvalidServiceConditionKey,
            node,
            unknown_service_key(key, prefix, &document.work),
        );
    }
    let details = format!(
        "No service has condition keys that begin with {}.",
        quoted(prefix)
    );
    sink.at(IssueCode::InvalidService, node, details);
}

/// AWS has two checks for this key, one that calls it unsupported and names `aws:SourceArn` as another way, and one
/// that calls it deprecated. Which one applies when is not documented; a source of a call exists only for the
/// policies of resources.
fn old_arn_key(condition: &Condition<'_>, document: &Document<'_>, sink: &mut Sink) {
    let (code, details) = match document.kind.policy_type {
        PolicyType::Resource => (
            IssueCode::UnsupportedGlobalConditionKey,
            "aws:ARN does not work here. The caller's ARN is in aws:PrincipalArn, that of the resource a service \
             calls for in aws:SourceArn.",
        ),
        PolicyType::Identity | PolicyType::ServiceControl | PolicyType::ResourceControl => (
            IssueCode::DeprecatedGlobalConditionKey,
            "aws:PrincipalArn has taken the place of aws:ARN.",
        ),
    };
    sink.at(code, &condition.member.name, details);
}

/// The key without its tag, if it is one that needs a tag and has none.
fn lacks_tag_key(key: &str, prefix: &str) -> Option<&'static str> {
    let service = catalogue().service(prefix);
    let of_service = service.map_or(&[][..], |service| service.condition_keys());
    let known = catalogue().global_condition_keys().iter().chain(of_service);
    known.map(tag_prefix).find_map(|template| {
        let template = template?;
        let without_slash = template.strip_suffix('/')?;
        (key.eq_ignore_ascii_case(template) || key.eq_ignore_ascii_case(without_slash)).then_some(template)
    })
}

/// `aws:RequestTag/` of `aws:RequestTag/${TagKey}`.
fn tag_prefix(known: &'static ConditionKey) -> Option<&'static str> {
    let slash = known.name().find('/')?;
    let prefix = known.name().get(..=slash)?;
    (known.is_template() && prefix.to_ascii_lowercase().ends_with("tag/")).then_some(prefix)
}

fn unknown_global_key(key: &str, work: &Work) -> String {
    let known = catalogue().global_condition_keys().iter().map(ConditionKey::name);
    match nearest(key, known, work) {
        Some(near) => format!(
            "There is no global condition key {}; {} is close to it.",
            quoted(key),
            quoted(near)
        ),
        None => format!("There is no global condition key {}.", quoted(key)),
    }
}

fn unknown_service_key(key: &str, prefix: &str, work: &Work) -> String {
    let service = catalogue()
        .service(prefix)
        .map_or(prefix, |service| service.name());
    match nearest(key, with_prefix(prefix).iter().copied(), work) {
        Some(near) => format!(
            "{service} has no condition key {}; {} is close to it.",
            quoted(key),
            quoted(near)
        ),
        None => format!("{service} has no condition key {}.", quoted(key)),
    }
}
