//! The principals of resource policies.

use crate::sink::{Sink, quoted};
use crate::tree::Value;
use crate::view::{Document, PrincipalValue, Statement};
use crate::{IssueCode, PolicyType};

/// In other types of policy that there are principals at all is reported, or that they are not `"*"`.
fn is_checked(document: &Document<'_>) -> bool {
    document.kind.policy_type == PolicyType::Resource
}

pub(super) fn structure(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(principal) = statement.principal.as_ref().filter(|_| is_checked(document)) else {
        return;
    };
    let value = &principal.member.value;
    let malformed = match &value.value {
        Value::String(text) => text != "*",
        // An empty list is reported as such.
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(_) | Value::Scalar(_) | Value::Null => false,
    };
    if malformed {
        let details = "Principals are \"*\" or an object such as {\"AWS\": \"123456789012\"}.";
        sink.at(IssueCode::InvalidPrincipalFormat, value, details);
    }
    for kind in value.members() {
        if !matches!(kind.name(), "AWS" | "Service" | "Federated" | "CanonicalUser") {
            let details = format!(
                "There is no kind of principal {}, only AWS, Service, Federated and CanonicalUser.",
                quoted(kind.name())
            );
            sink.at(IssueCode::InvalidPrincipalKey, &kind.name, details);
        }
    }
}

pub(super) fn values(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(principal) = statement.principal.as_ref().filter(|_| is_checked(document)) else {
        return;
    };
    for value in &principal.values {
        let Some(key) = value.key() else { continue };
        let federated_in_trust = key == "Federated" && document.kind.is_role_trust();
        if federated_in_trust {
            // What it must be is checked where trust policies are.
            continue;
        }
        wildcard(key, value, sink);
        if key == "AWS" {
            aws(value, sink);
        }
    }
    federated(statement, document, sink);
}

fn wildcard(key: &str, value: &PrincipalValue<'_>, sink: &mut Sink) {
    let everyone = key == "AWS" && value.value.text == "*";
    if let Some(at) = value.value.text.find(['*', '?']).filter(|_| !everyone) {
        let details = if key == "AWS" {
            "A principal is named in full or is \"*\": wildcards in names or ARNs match nothing.".to_owned()
        } else {
            format!(
                "Principals of the kind {} are named in full: there are no wildcards.",
                quoted(key)
            )
        };
        sink.part(
            IssueCode::UnsupportedWildcardInPrincipal,
            value.value.node,
            at..at + 1,
            details,
        );
    }
}

fn aws(value: &PrincipalValue<'_>, sink: &mut Sink) {
    let (text, node) = (value.value.text, value.value.node);
    if is_unique_id(text, "AROA") {
        let details = format!(
            "{} is the unique id of a role. Name the role by its ARN.",
            quoted(text)
        );
        sink.at(IssueCode::InvalidRoleReference, node, details);
    } else if is_unique_id(text, "AIDA") {
        let details = format!(
            "{} is the unique id of a user. Name the user by its ARN.",
            quoted(text)
        );
        sink.at(IssueCode::InvalidUserReference, node, details);
    } else if !text.contains(['*', '?']) && !is_account(text) && !text.starts_with("arn:") {
        let details = format!("{} is neither an ARN nor an account nor \"*\".", quoted(text));
        sink.at(IssueCode::InvalidPrincipalFormat, node, details);
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unique_id(text: &str, prefix: &str) -> bool {
    text.len() >= 16
        && text.starts_with(prefix)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Only trust policies know identity providers; without a resource type a policy may be one.
fn federated(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if document.kind.resource_type.is_none() || document.kind.is_role_trust() {
        return;
    }
    let kinds = statement
        .principal
        .iter()
        .flat_map(|principal| principal.member.value.members());
    for kind in kinds.filter(|kind| kind.name() == "Federated") {
        let details = "Identity providers are principals of role trust policies only.";
        sink.at(IssueCode::FederatedPrincipalNotSupported, &kind.name, details);
    }
}

pub(super) fn allow_with_not_principal(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(principal) = statement.principal.as_ref().filter(|_| is_checked(document)) else {
        return;
    };
    // In a trust policy it is an error of its own.
    if principal.negated && statement.allows() && !document.kind.is_role_trust() {
        let details = "Allow with NotPrincipal allows everybody else, anonymous callers too. Use Principal.";
        sink.at(IssueCode::AllowWithNotPrincipal, &principal.member.name, details);
    }
}
