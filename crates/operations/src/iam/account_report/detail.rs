//! Users, groups, roles and managed policies with everything that gives them permissions.
//!
//! Lists that are empty are there, but for the inline policies of a user; descriptions of policies are not. Evidence:
//! recorded answers of AWS.

use std::sync::Arc;

use lanyard_aws_api::iam as api;
use lanyard_directory::{Account, AwsManagedPolicy, Group, InlinePolicy, ManagedPolicy, Role, User};
use lanyard_names::PolicyArn;

use crate::iam::instance_profile::profile;
use crate::iam::policy::any;
use crate::iam::shapes;
use crate::view::View;

/// A user with the names of its groups.
pub(crate) fn user(user: &User, account: &Account) -> api::UserDetail {
    let groups = account.groups_of(user).into_iter();
    api::UserDetail {
        path: Some(user.path.as_str().to_owned()),
        user_name: Some(user.name.as_str().to_owned()),
        user_id: Some(user.id.to_string()),
        arn: Some(user.arn().to_string()),
        create_date: Some(user.created),
        user_policy_list: (!user.inline.is_empty()).then(|| inline(&user.inline)),
        group_list: Some(groups.map(|group| group.name.as_str().to_owned()).collect()),
        attached_managed_policies: Some(attached(&user.attached)),
        permissions_boundary: shapes::boundary(user.boundary.as_ref()),
        tags: Some(shapes::listed_tags(&user.tags)),
    }
}

/// A group, without its members: they name it.
pub(crate) fn group(group: &Group) -> api::GroupDetail {
    api::GroupDetail {
        path: Some(group.path.as_str().to_owned()),
        group_name: Some(group.name.as_str().to_owned()),
        group_id: Some(group.id.to_string()),
        arn: Some(group.arn().to_string()),
        create_date: Some(group.created),
        group_policy_list: Some(inline(&group.inline)),
        attached_managed_policies: Some(attached(&group.attached)),
    }
}

/// A role with the instance profiles it is in, which show it in turn.
pub(crate) fn role(role: &Role, view: &View<'_>) -> api::RoleDetail {
    let shown = shapes::role(role, view);
    let profiles = view.account.instance_profiles_of(role.id, None);
    api::RoleDetail {
        path: Some(shown.path),
        role_name: Some(shown.role_name),
        role_id: Some(shown.role_id),
        arn: Some(shown.arn),
        create_date: Some(shown.create_date),
        assume_role_policy_document: shown.assume_role_policy_document,
        instance_profile_list: Some(profiles.map(|profile| profile::listed(profile, view)).collect()),
        role_policy_list: Some(inline(&role.inline)),
        attached_managed_policies: Some(attached(&role.attached)),
        permissions_boundary: shown.permissions_boundary,
        tags: Some(shapes::listed_tags(&role.tags)),
        role_last_used: shown.role_last_used,
    }
}

/// A policy of the account with all its versions, newest first.
pub(crate) fn policy(policy: &ManagedPolicy, account: &Account) -> api::ManagedPolicyDetail {
    let versions = policy.versions.iter().rev();
    let shown_version = |version| shapes::policy_version(version, version.id == policy.default_version, true);
    managed(
        shapes::policy(policy, account),
        versions.map(|version| shown_version(version)).collect(),
    )
}

/// A policy of AWS with the one version that is known of it.
pub(crate) fn aws_policy(policy: &AwsManagedPolicy, account: &Account) -> api::ManagedPolicyDetail {
    managed(
        any::of_aws(policy, account),
        vec![any::version_of_aws_with_document(policy)],
    )
}

/// How long the documents of inline policies are together.
pub(crate) fn inline_bytes(policies: &[Arc<InlinePolicy>]) -> usize {
    policies.iter().map(|policy| policy.document.text().len()).sum()
}

fn managed(policy: api::Policy, versions: Vec<api::PolicyVersion>) -> api::ManagedPolicyDetail {
    api::ManagedPolicyDetail {
        policy_name: policy.policy_name,
        policy_id: policy.policy_id,
        arn: policy.arn,
        path: policy.path,
        default_version_id: policy.default_version_id,
        attachment_count: policy.attachment_count,
        permissions_boundary_usage_count: policy.permissions_boundary_usage_count,
        is_attachable: policy.is_attachable,
        description: None,
        create_date: policy.create_date,
        update_date: policy.update_date,
        policy_version_list: Some(versions),
    }
}

fn inline(policies: &[Arc<InlinePolicy>]) -> Vec<api::PolicyDetail> {
    let shown = policies.iter().map(|policy| api::PolicyDetail {
        policy_name: Some(policy.name.as_str().to_owned()),
        policy_document: Some(shapes::document(policy.document.text())),
    });
    shown.collect()
}

fn attached(policies: &[PolicyArn]) -> Vec<api::AttachedPolicy> {
    policies.iter().map(shapes::attached).collect()
}
