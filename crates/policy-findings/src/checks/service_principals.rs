//! Names of services as principals: `lambda.amazonaws.com`.

use lanyard_policy::operator::Comparison;

use crate::sink::Sink;
use crate::view::{Document, Statement, Text};
use crate::{IssueCode, PolicyType};

/// Keys whose values are service principals. Evidence: AWS documentation, global condition keys and IAM's own.
const KEYS: [&str; 7] = [
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "iam:awsservicename",
    "iam:passedtoservice",
];

pub(super) fn principal(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if document.kind.policy_type != PolicyType::Resource {
        return;
    }
    for value in statement.principal.iter().flat_map(|principal| &principal.values) {
        if value.key() == Some("Service")
            && !has_pattern(value.value.text)
            && labels(value.value.text).is_none()
        {
            report(value.value, "service.amazonaws.com", sink);
        }
    }
}

pub(super) fn conditions(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let is_string = condition.operator.is_some_and(|operator| {
            matches!(
                operator.comparison,
                Comparison::StringEquals | Comparison::StringLike
            )
        });
        let key = condition.key().to_ascii_lowercase();
        let regional = key == "kms:viaservice";
        if !is_string || !(regional || KEYS.contains(&key.as_str())) {
            continue;
        }
        for value in condition.values.iter().filter(|value| !has_pattern(value.text)) {
            match labels(value.text) {
                None | Some(1) if regional => report(*value, "service.Region.amazonaws.com", sink),
                None => report(*value, "service.amazonaws.com", sink),
                Some(_) => {}
            }
        }
    }
}

fn has_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.contains("${")
}

fn report(value: Text<'_>, format: &str, sink: &mut Sink) {
    let details = format!("The name of a service as a principal has the form {format}, in lower case.");
    sink.at(IssueCode::InvalidServicePrincipalFormat, value.node, details);
}

/// How many labels stand before the domain; `None`: it is no service principal.
fn labels(text: &str) -> Option<usize> {
    const DOMAINS: [&str; 6] = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazonaws.eu",
        // Of Alexa.
        ".amazon.com",
        ".c2s.ic.gov",
        ".sc2s.sgov.gov",
    ];
    let name = DOMAINS.iter().find_map(|domain| text.strip_suffix(domain))?;
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let valid = name
        .split('.')
        .all(|label| !label.is_empty() && label.bytes().all(allowed));
    valid.then(|| name.split('.').count())
}
