//! What the policy of a certain resource cannot be about: actions and resources of other services or types, and keys
//! that are always the same there.
//!
//! Only the types of resources that AWS knows for this are checked. Of an action that the catalogue does not know,
//! nothing but its service is looked at.

use lanyard_catalogue::{Action, catalogue};

use super::glob::is_open;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement, Text};
use crate::{IssueCode, ResourceType};

/// What fits into the policy of a resource.
struct Fitting {
    service: &'static str,
    /// Types of resources of which one has to be an action's.
    resource_types: &'static [&'static str],
    /// What the last part of an ARN begins with, where that is always the same.
    arn_begins: Option<&'static str>,
    /// What it never begins with.
    arn_never_begins: Option<&'static str>,
}

/// What fits, where all actions and resources are of one service. Trust policies have no resource.
fn fitting(resource_type: ResourceType) -> Option<Fitting> {
    let s3_types: &[&str] = &[
        "accesspoint",
        "accesspointobject",
        "bucket",
        "multiregionaccesspoint",
        "multiregionaccesspointarn",
        "object",
    ];
    Some(match resource_type {
        ResourceType::RoleTrust => return None,
        ResourceType::S3Bucket => Fitting {
            service: "s3",
            resource_types: &["bucket", "object"],
            arn_begins: None,
            arn_never_begins: Some("accesspoint/"),
        },
        ResourceType::S3AccessPoint | ResourceType::S3MultiRegionAccessPoint => Fitting {
            service: "s3",
            resource_types: s3_types,
            arn_begins: Some("accesspoint/"),
            arn_never_begins: None,
        },
        ResourceType::S3ObjectLambdaAccessPoint => Fitting {
            service: "s3-object-lambda",
            resource_types: &[],
            arn_begins: Some("accesspoint/"),
            arn_never_begins: None,
        },
        ResourceType::DynamoDbTable => Fitting {
            service: "dynamodb",
            resource_types: &["table", "index", "stream"],
            arn_begins: Some("table/"),
            arn_never_begins: None,
        },
    })
}

/// `UNSUPPORTED_ACTION_IN_POLICY`.
pub(super) fn actions(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(resource_type) = document.kind.resource_type else {
        return;
    };
    let plain = statement.action.as_ref().filter(|element| !element.negated);
    for action in plain.iter().flat_map(|element| &element.values) {
        let is_supported = match fitting(resource_type) {
            Some(fitting) => fitting.supports(action.text),
            None => is_trust_action(action.text),
        };
        if !is_supported {
            let details = format!(
                "{} has no place in a policy of {}.",
                quoted(action.text),
                resource_type.as_str()
            );
            sink.at(IssueCode::UnsupportedActionInPolicy, action.node, details);
        }
    }
}

impl Fitting {
    fn supports(&self, action: &str) -> bool {
        let Some((prefix, name)) = action.split_once(':').filter(|(prefix, _)| !is_open(prefix)) else {
            return true;
        };
        if catalogue().service(prefix).is_none() {
            // That there is no such service is reported by another check.
            return true;
        }
        prefix.eq_ignore_ascii_case(self.service)
            && (is_open(name)
                || catalogue()
                    .action(action)
                    .is_none_or(|action| self.acts_on_it(action)))
    }

    fn acts_on_it(&self, action: &Action) -> bool {
        let mut types = action
            .resources()
            .iter()
            .map(|resource| resource.resource_type().name());
        self.resource_types.is_empty()
            || types.any(|name| {
                self.resource_types
                    .iter()
                    .any(|fitting| fitting.eq_ignore_ascii_case(name))
            })
    }

    fn fits(&self, arn: &str) -> bool {
        let mut fields = arn.splitn(6, ':');
        let Some(service) = fields.nth(2).filter(|service| !is_open(service)) else {
            return true;
        };
        if !service.eq_ignore_ascii_case(self.service) {
            return false;
        }
        let Some(resource) = fields.nth(2) else {
            return true;
        };
        let end = resource.find(['*', '?', '$']).unwrap_or(resource.len());
        let begins = resource.get(..end).unwrap_or_default();
        let could_begin =
            |with: &str| begins.starts_with(with) || (end < resource.len() && with.starts_with(begins));
        self.arn_begins.is_none_or(could_begin)
            && self
                .arn_never_begins
                .is_none_or(|never| !begins.starts_with(never))
    }
}

/// Whether an action can stand in a trust policy.
///
/// Evidence: AWS's answers to trust policies with other actions.
fn is_trust_action(action: &str) -> bool {
    let Some((prefix, name)) = action.split_once(':').filter(|(prefix, _)| !is_open(prefix)) else {
        return true;
    };
    if catalogue().service(prefix).is_none() || (prefix.eq_ignore_ascii_case("sts") && is_open(name)) {
        return true;
    }
    let is_other = ["TagSession", "SetSourceIdentity", "SetContext"]
        .iter()
        .any(|other| name.eq_ignore_ascii_case(other));
    let assumes = name
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case("AssumeRole"));
    prefix.eq_ignore_ascii_case("sts") && (is_other || assumes)
}

/// `UNSUPPORTED_RESOURCE_ARN_IN_POLICY`.
pub(super) fn resources(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let Some(resource_type) = document.kind.resource_type else {
        return;
    };
    let Some(fitting) = fitting(resource_type) else {
        return;
    };
    let is_arn = |resource: &&Text<'_>| resource.text.starts_with("arn:");
    for resource in statement
        .resource
        .iter()
        .flat_map(|element| &element.values)
        .filter(is_arn)
    {
        if !fitting.fits(resource.text) {
            let details = format!(
                "{} has no place in a policy of {}.",
                quoted(resource.text),
                resource_type.as_str()
            );
            sink.at(IssueCode::UnsupportedResourceArnInPolicy, resource.node, details);
        }
    }
}

/// `IRRELEVANT_CONDITION_KEY_IN_POLICY`: whose the bucket is, asked in its own policy.
pub(super) fn keys(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    let is_of_s3 = matches!(
        document.kind.resource_type,
        Some(ResourceType::S3Bucket | ResourceType::S3AccessPoint | ResourceType::S3MultiRegionAccessPoint)
    );
    if !is_of_s3 {
        return;
    }
    for condition in &statement.conditions {
        if condition.key().eq_ignore_ascii_case("s3:ResourceAccount") {
            let details = format!(
                "{} is always the account that this policy is in. It is of use in policies of users and roles.",
                quoted(condition.key())
            );
            sink.at(
                IssueCode::IrrelevantConditionKeyInPolicy,
                &condition.member.name,
                details,
            );
        }
    }
}
