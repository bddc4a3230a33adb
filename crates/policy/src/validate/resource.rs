//! Checks of `Resource` and `NotResource`.

use super::{Check, LEGACY};
use crate::MalformedPolicy;
use crate::json::TextRef;

/// What the path of an IAM resource may start with, as AWS's message lists it.
const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// What else it may be: the message is older than these, which AWS's own managed policies or the public service
/// authorization reference have.
const IAM_PATHS_NEWER: [&str; 3] = ["root", "delegation-request/", "role-template/"];

/// What of S3 lies in a region, which its message is also older than.
const S3_REGIONAL: [&str; 7] = [
    "accesspoint",
    "access-grants",
    "job/",
    "storage-lens",
    "async-request/",
    "object-lambda",
    "*",
];

impl Check<'_> {
    /// Checks the form of all resources. What is wrong with a resource is said only after other checks, so it is
    /// handed back; what cannot be read at all is said at once.
    pub(super) fn resource_formats(&self) -> Result<Option<MalformedPolicy>, MalformedPolicy> {
        let mut found: Option<MalformedPolicy> = None;
        for negated in [false, true] {
            let elements = self
                .statements()
                .filter_map(|statement| statement.resource)
                .filter(|resource| resource.negated == negated);
            for element in elements {
                let values = element.values.of(&self.document.values);
                // Of several that are wrong, AWS names the one that sorts first.
                let wrong = values
                    .iter()
                    .map(|value| (self.document.resolve(value), value))
                    .filter_map(|(text, value)| Some((text, value, problem(text)?)))
                    .min_by_key(|(text, _, _)| *text);
                if let Some((_, value, message)) = wrong {
                    found.get_or_insert_with(|| self.wrong(message, value));
                }
                if found.is_none() {
                    values.iter().try_for_each(|value| self.legacy(value))?;
                }
            }
        }
        Ok(found)
    }

    fn legacy(&self, value: &TextRef) -> Result<(), MalformedPolicy> {
        let text = self.document.resolve(value);
        let incomplete = text.matches(':').count() < 5 && text.contains("::");
        let without_service = text.split(':').nth(2).is_none_or(str::is_empty);
        if text != "*" && (incomplete || without_service) {
            return Err(self.wrong(LEGACY, value));
        }
        Ok(())
    }
}

fn problem(resource: &str) -> Option<String> {
    if resource == "*" {
        return None;
    }
    let Some((_, rest)) = resource.split_once(':') else {
        return Some(format!("Resource {resource} must be in ARN format or \"*\"."));
    };
    let (partition, rest) = match rest.split_once(':') {
        Some((partition, rest)) => (partition, Some(rest)),
        None => (rest, None),
    };
    // Differs from the collected texts, which know only `aws`: AWS's own managed policies also say `*`.
    if partition != "aws" && partition != "*" {
        let fields = described_fields(rest);
        return Some(format!(
            "Partition \"{partition}\" is not valid for resource \"arn:{partition}:{fields}\"."
        ));
    }
    let Some(rest) = rest else {
        return Some("Resource vendor must be fully qualified and cannot contain regexes.".to_owned());
    };
    let (service, rest) = rest.split_once(':').unwrap_or((rest, ""));
    if service.contains(['*', '?']) {
        return Some("Resource vendor must be fully qualified and cannot contain regexes.".to_owned());
    }
    let path = rest.splitn(3, ':').nth(2).unwrap_or_default();
    let starts_with = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
    let has_region = !rest.starts_with(':');
    match service {
        "iam" if has_region => Some(format!(
            "IAM resource {resource} cannot contain region information."
        )),
        "iam" if path == "*" || starts_with(&IAM_PATHS) || starts_with(&IAM_PATHS_NEWER) => None,
        "iam" => Some(format!(
            "IAM resource path must either be \"*\", root, or start with {}.",
            IAM_PATHS.join(", ")
        )),
        "s3" if has_region && !starts_with(&S3_REGIONAL) => {
            Some(format!("Resource {resource} can not contain region information."))
        }
        _ => None,
    }
}

/// The fields after the partition as AWS's message shows them: what is missing as a star.
fn described_fields(rest: Option<&str>) -> String {
    let mut fields = rest.unwrap_or_default().splitn(4, ':');
    let mut described = Vec::with_capacity(4);
    let service = fields.next().unwrap_or_default();
    let alone = service.is_empty() && !rest.unwrap_or_default().contains(':');
    described.push(if alone { "*" } else { service });
    described.extend((0..3).map(|_| fields.next().unwrap_or("*")));
    described.join(":")
}
