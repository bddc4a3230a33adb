//! What there is to say about one file: its findings, and what the API would refuse it with.

use std::path::{Path, PathBuf};

use lanyard_policy::{DocumentKind, MalformedPolicy, validate};
use lanyard_policy_findings::{Finding, FindingType, PolicyKind, PolicyType, ResourceType, findings};
use serde_json::Value;

use crate::cli::{PolicyTypeWord, Severity};

/// What there is to say about one file.
pub(super) struct FileFindings {
    /// The file.
    pub(super) path: PathBuf,
    /// What its policy was taken for.
    pub(super) policy_type: PolicyTypeWord,
    /// Whether that was guessed.
    pub(super) guessed: bool,
    /// The text of the policy.
    pub(super) text: String,
    /// The findings, in the order of the text.
    pub(super) findings: Vec<Finding>,
    /// What the API would refuse the policy with, if IAM saves policies of the type.
    pub(super) malformed: Option<MalformedPolicy>,
}

/// What there is to say about a text. Its type is guessed if it is not stated.
pub(super) fn look_at(path: &Path, text: String, stated: Option<PolicyTypeWord>) -> FileFindings {
    let policy_type = stated.unwrap_or_else(|| guess(&text));
    let malformed = policy_type
        .saved_as()
        .and_then(|kind| validate(&text, kind).err());
    FileFindings {
        path: path.to_owned(),
        policy_type,
        guessed: stated.is_none(),
        findings: findings(&text, policy_type.kind()),
        malformed,
        text,
    }
}

impl FileFindings {
    /// Whether a finding is as grave as this.
    pub(super) fn fails(&self, fail_on: Severity) -> bool {
        let Some(mildest) = fail_on.mildest() else {
            return false;
        };
        // Types of findings are ordered from the gravest to the mildest.
        self.malformed.is_some()
            || self
                .findings
                .iter()
                .any(|finding| finding.finding_type <= mildest)
    }
}

impl Severity {
    fn mildest(self) -> Option<FindingType> {
        match self {
            Self::Error => Some(FindingType::Error),
            Self::SecurityWarning => Some(FindingType::SecurityWarning),
            Self::Warning => Some(FindingType::Warning),
            Self::Suggestion => Some(FindingType::Suggestion),
            Self::Never => None,
        }
    }
}

impl PolicyTypeWord {
    /// What findings are made for.
    pub(super) fn kind(self) -> PolicyKind {
        let of_resource = |resource_type| PolicyKind {
            policy_type: PolicyType::Resource,
            resource_type: Some(resource_type),
        };
        match self {
            Self::Identity | Self::Session => PolicyType::Identity.into(),
            Self::Resource => PolicyType::Resource.into(),
            Self::S3Bucket => of_resource(ResourceType::S3Bucket),
            Self::DynamodbTable => of_resource(ResourceType::DynamoDbTable),
            Self::Trust => PolicyKind::ROLE_TRUST,
            Self::Scp => PolicyType::ServiceControl.into(),
            Self::Rcp => PolicyType::ResourceControl.into(),
        }
    }

    /// What IAM or STS would check it as, if it is for one of them.
    fn saved_as(self) -> Option<DocumentKind> {
        match self {
            Self::Identity => Some(DocumentKind::Identity),
            Self::Session => Some(DocumentKind::SessionPolicy),
            Self::Trust => Some(DocumentKind::TrustPolicy),
            Self::Resource | Self::S3Bucket | Self::DynamodbTable | Self::Scp | Self::Rcp => None,
        }
    }

    /// For people.
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Identity => "an identity policy",
            Self::Session => "a session policy",
            Self::Resource => "a resource policy",
            Self::S3Bucket => "the policy of a bucket",
            Self::DynamodbTable => "the policy of a table",
            Self::Trust => "a trust policy",
            Self::Scp => "a service control policy",
            Self::Rcp => "a resource control policy",
        }
    }
}

/// What a policy seems to be for: with principals, for a resource, or for a role if it is about assuming one only.
fn guess(text: &str) -> PolicyTypeWord {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let statements = list(document.get("Statement"));
    let has_principal =
        |statement: &&Value| statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some();
    if !statements.iter().any(has_principal) {
        return PolicyTypeWord::Identity;
    }
    let assumes = |statement: &&Value| {
        let actions = list(statement.get("Action"));
        !actions.is_empty()
            && actions
                .iter()
                .all(|action| action.as_str().is_some_and(is_of_trust))
    };
    let has_resource =
        |statement: &&Value| statement.get("Resource").is_some() || statement.get("NotResource").is_some();
    if statements.iter().all(assumes) && !statements.iter().any(has_resource) {
        PolicyTypeWord::Trust
    } else {
        PolicyTypeWord::Resource
    }
}

/// What stands alone or in a list.
fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(item) => vec![item],
    }
}

fn is_of_trust(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    action.starts_with("sts:assumerole")
        || ["sts:tagsession", "sts:setsourceidentity", "sts:setcontext"].contains(&action.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: PolicyTypeWord) {
        assert_eq!(guess(text), expected, "{text}");
    }

    #[test]
    fn a_policy_without_principals_is_taken_for_an_identity_policy() {
        check(
            r#"{"Statement":[{"Action":"sts:AssumeRole","Resource":"*"}]}"#,
            PolicyTypeWord::Identity,
        );
        check("no policy at all", PolicyTypeWord::Identity);
        check("[]", PolicyTypeWord::Identity);
    }

    #[test]
    fn a_policy_with_principals_is_taken_for_a_resource_policy() {
        check(
            r#"{"Statement":[{"Action":"s3:*"},{"Principal":"*"}]}"#,
            PolicyTypeWord::Resource,
        );
        check(
            r#"{"Statement":{"NotPrincipal":"*","Action":"s3:*"}}"#,
            PolicyTypeWord::Resource,
        );
        check(
            r#"{"Statement":{"Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}"#,
            PolicyTypeWord::Resource,
        );
        check(
            r#"{"Statement":{"Principal":"*","Action":["sts:AssumeRole","s3:GetObject"]}}"#,
            PolicyTypeWord::Resource,
        );
    }

    #[test]
    fn one_about_assuming_a_role_alone_is_taken_for_a_trust_policy() {
        check(
            r#"{"Statement":{"Principal":"*","Action":["STS:assumerolewithsaml","sts:TagSession"]}}"#,
            PolicyTypeWord::Trust,
        );
    }
}
