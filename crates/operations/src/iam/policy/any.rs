//! Managed policies of this account and of AWS, seen alike.

use lanyard_aws_api::iam as api;
use lanyard_directory::{Account, AwsManagedPolicy, DirectoryError, Tags, Usage};
use lanyard_names::PolicyArn;

use crate::error::Refusal;
use crate::iam::shapes;
use crate::page::{Page, Paged};

fn missing(arn: &PolicyArn) -> Refusal {
    DirectoryError::NoSuchPolicy(arn.as_str().into()).into()
}

fn missing_version(arn: &PolicyArn, version: &str) -> Refusal {
    DirectoryError::NoSuchPolicyVersion {
        arn: arn.as_str().into(),
        version: version.into(),
    }
    .into()
}

/// A policy as `GetPolicy` shows it, with its description, and with its tags even if it has none.
pub(crate) fn shown(arn: &PolicyArn, account: &Account) -> Result<api::Policy, Refusal> {
    if arn.is_aws_managed() {
        let policy = account.managed_policies().get(arn).ok_or_else(|| missing(arn))?;
        return Ok(api::Policy {
            tags: Some(Vec::new()),
            ..of_aws(&policy, account)
        });
    }
    let policy = account.policy(arn).ok_or_else(|| missing(arn))?;
    Ok(api::Policy {
        description: policy.description.as_deref().map(str::to_owned),
        tags: Some(shapes::listed_tags(&policy.tags)),
        ..shapes::policy(policy, account)
    })
}

/// A policy of AWS as lists and `GetPolicy` show it; how often it is attached is counted in this account.
pub(crate) fn of_aws(policy: &AwsManagedPolicy, account: &Account) -> api::Policy {
    let arn = policy.arn();
    let usage = usage_of_aws(policy, account);
    api::Policy {
        policy_name: Some(policy.name.to_owned()),
        policy_id: Some(policy.id().to_string()),
        arn: Some(arn),
        path: Some(policy.path.to_owned()),
        default_version_id: Some(policy.default_version.to_string()),
        attachment_count: i32::try_from(usage.attachments).ok(),
        permissions_boundary_usage_count: i32::try_from(usage.boundaries).ok(),
        is_attachable: Some(true),
        description: None,
        create_date: Some(policy.created),
        update_date: Some(policy.updated),
        tags: None,
    }
}

/// How often a policy of AWS is used in this account.
pub(crate) fn usage_of_aws(policy: &AwsManagedPolicy, account: &Account) -> Usage {
    PolicyArn::parse(&policy.arn())
        .map(|arn| account.usage(&arn))
        .unwrap_or_default()
}

/// A version of a policy with its document. Of the policies of AWS only the version in force is known. Without the
/// policy, it is the version that is missing. Evidence: a recorded answer.
pub(crate) fn version(
    arn: &PolicyArn,
    version: &str,
    account: &Account,
) -> Result<api::PolicyVersion, Refusal> {
    if arn.is_aws_managed() {
        let policy = account
            .managed_policies()
            .get(arn)
            .ok_or_else(|| missing_version(arn, version))?;
        if policy.default_version.to_string() != version {
            return Err(missing_version(arn, version));
        }
        return Ok(version_of_aws_with_document(&policy));
    }
    let policy = account.policy(arn).ok_or_else(|| missing_version(arn, version))?;
    let found = policy
        .version_named(version)
        .ok_or_else(|| missing_version(arn, version))?;
    Ok(shapes::policy_version(
        found,
        found.id == policy.default_version,
        true,
    ))
}

/// A page of the versions of a policy, newest first.
pub(crate) fn versions(
    arn: &PolicyArn,
    account: &Account,
    page: &Page,
) -> Result<Paged<api::PolicyVersion>, Refusal> {
    if arn.is_aws_managed() {
        let policy = account.managed_policies().get(arn).ok_or_else(|| missing(arn))?;
        return Ok(page.cut_sorted([version_of_aws(&policy)], |_| String::new()));
    }
    let policy = account.policy(arn).ok_or_else(|| missing(arn))?;
    let newest_first = policy.versions.iter().rev();
    let paged = page.cut_unsorted(newest_first, |version| version.id.to_string());
    Ok(paged.map(|version| shapes::policy_version(version, version.id == policy.default_version, false)))
}

/// The one version of a policy of AWS that is known, with its document.
pub(crate) fn version_of_aws_with_document(policy: &AwsManagedPolicy) -> api::PolicyVersion {
    api::PolicyVersion {
        document: Some(shapes::document(&policy.document())),
        ..version_of_aws(policy)
    }
}

fn version_of_aws(policy: &AwsManagedPolicy) -> api::PolicyVersion {
    api::PolicyVersion {
        document: None,
        version_id: Some(policy.default_version.to_string()),
        is_default_version: Some(true),
        create_date: Some(policy.updated),
    }
}

/// The tags of a policy; policies of AWS have none.
pub(crate) fn tags<'a>(arn: &PolicyArn, account: &'a Account) -> Result<Option<&'a Tags>, Refusal> {
    if arn.is_aws_managed() {
        account.managed_policies().get(arn).ok_or_else(|| missing(arn))?;
        return Ok(None);
    }
    Ok(Some(&account.policy(arn).ok_or_else(|| missing(arn))?.tags))
}
