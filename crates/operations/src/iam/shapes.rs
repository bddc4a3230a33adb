//! Records of the directory in the shapes of the API.
//!
//! Members that AWS leaves out of an answer are left out here; which ones differs between `Get…`, `List…` and
//! `Create…`, so there is a function for each. Evidence: recorded responses of AWS, and the notes on each
//! list operation in the public API reference.

use lanyard_aws_api::iam as api;
use lanyard_directory::{
    AccessKey, Account, Group, InlinePolicy, KeyStatus, ManagedPolicy, PolicyVersion, Role, Tags, User,
};
use lanyard_names::{PolicyArn, arn};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::view::{OtherAccounts, View};

/// RFC 3986: only its unreserved characters stand for themselves in a document that is sent.
const DOCUMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A policy document as answers carry it: percent-encoded, so that whatever is in it survives.
pub(crate) fn document(text: &str) -> String {
    utf8_percent_encode(text, DOCUMENT).to_string()
}

/// Tags as the API has them; `None` when there are none, since AWS then leaves the member out.
pub(crate) fn tags(tags: &Tags) -> Option<Vec<api::Tag>> {
    (!tags.is_empty()).then(|| listed_tags(tags))
}

/// Tags in the answer that something was made with them: in the order of the request, unlike later. Evidence:
/// recorded answers, for managed policies and providers.
pub(crate) fn given_tags(tags: Option<&[api::Tag]>) -> Option<Vec<api::Tag>> {
    tags.filter(|tags| !tags.is_empty()).map(<[_]>::to_vec)
}

/// Tags as a list that may be empty.
pub(crate) fn listed_tags(tags: &Tags) -> Vec<api::Tag> {
    tags.iter()
        .map(|tag| api::Tag {
            key: tag.key.as_str().to_owned(),
            value: tag.value.as_str().to_owned(),
        })
        .collect()
}

/// A permissions boundary as the API has it.
pub(crate) fn boundary(arn: Option<&PolicyArn>) -> Option<api::AttachedPermissionsBoundary> {
    arn.map(|arn| api::AttachedPermissionsBoundary {
        permissions_boundary_type: Some(api::PermissionsBoundaryAttachmentType::Policy),
        permissions_boundary_arn: Some(arn.as_str().to_owned()),
    })
}

/// A user as lists show it: without boundary and tags.
pub(crate) fn listed_user(user: &User) -> api::User {
    api::User {
        path: user.path.as_str().to_owned(),
        user_name: user.name.as_str().to_owned(),
        user_id: user.id.to_string(),
        arn: user.arn().to_string(),
        create_date: user.created,
        password_last_used: None,
        permissions_boundary: None,
        tags: None,
    }
}

/// A user as `GetUser` and `CreateUser` show it.
pub(crate) fn user(user: &User) -> api::User {
    api::User {
        permissions_boundary: boundary(user.boundary.as_ref()),
        tags: tags(&user.tags),
        ..listed_user(user)
    }
}

/// The root user in the shape of a user. Evidence: public examples of `aws iam get-user` with root credentials.
pub(crate) fn root_user(account: &Account) -> api::User {
    api::User {
        path: String::new(),
        user_name: String::new(),
        user_id: account.id().to_string(),
        arn: arn::root(account.id()),
        create_date: account.info().created,
        password_last_used: None,
        permissions_boundary: None,
        tags: None,
    }
}

/// A group, everywhere.
pub(crate) fn group(group: &Group) -> api::Group {
    api::Group {
        path: group.path.as_str().to_owned(),
        group_name: group.name.as_str().to_owned(),
        group_id: group.id.to_string(),
        arn: group.arn().to_string(),
        create_date: group.created,
    }
}

/// A role as lists show it: with its longest session, without tags, boundary and last use.
pub(crate) fn listed_role(role: &Role, view: &View<'_>) -> api::Role {
    api::Role {
        path: role.path.as_str().to_owned(),
        role_name: role.name.as_str().to_owned(),
        role_id: role.id.to_string(),
        arn: role.arn().to_string(),
        create_date: role.created,
        assume_role_policy_document: Some(document(
            &role.trust.rendered(view.account, &OtherAccounts(view.others)),
        )),
        description: role.description.as_deref().map(str::to_owned),
        max_session_duration: i32::try_from(role.session_seconds_max).ok(),
        permissions_boundary: None,
        tags: None,
        role_last_used: None,
        source_role_template: None,
    }
}

/// A role as `CreateRole` shows it: with tags and boundary, without its longest session and its description.
pub(crate) fn created_role(role: &Role, view: &View<'_>) -> api::Role {
    api::Role {
        description: None,
        max_session_duration: None,
        permissions_boundary: boundary(role.boundary.as_ref()),
        tags: tags(&role.tags),
        ..listed_role(role, view)
    }
}

/// A role as `UpdateRoleDescription` shows it: as lists do, without its longest session.
pub(crate) fn described_role(role: &Role, view: &View<'_>) -> api::Role {
    api::Role {
        max_session_duration: None,
        ..listed_role(role, view)
    }
}

/// A role as `GetRole` shows it: with everything. A role that was never used has an empty last use.
pub(crate) fn role(role: &Role, view: &View<'_>) -> api::Role {
    let used = view.role_last_used(role.id);
    api::Role {
        description: role.description.as_deref().map(str::to_owned),
        max_session_duration: i32::try_from(role.session_seconds_max).ok(),
        role_last_used: Some(api::RoleLastUsed {
            last_used_date: used.as_ref().map(|used| used.at),
            region: used.map(|used| used.region.to_string()),
        }),
        ..created_role(role, view)
    }
}

/// A customer managed policy as `GetPolicy` and `CreatePolicy` show it, without its description, which only
/// `GetPolicy` adds.
pub(crate) fn policy(policy: &ManagedPolicy, account: &Account) -> api::Policy {
    let usage = account.usage(&policy.arn);
    api::Policy {
        policy_name: Some(policy.name().to_owned()),
        policy_id: Some(policy.id.to_string()),
        arn: Some(policy.arn.as_str().to_owned()),
        path: Some(policy.path().to_owned()),
        default_version_id: Some(policy.default_version.to_string()),
        attachment_count: i32::try_from(usage.attachments).ok(),
        permissions_boundary_usage_count: i32::try_from(usage.boundaries).ok(),
        is_attachable: Some(true),
        description: None,
        create_date: Some(policy.created),
        update_date: Some(policy.updated),
        tags: tags(&policy.tags),
    }
}

/// A policy version, with its document where the operation shows it.
pub(crate) fn policy_version(
    version: &PolicyVersion,
    is_default: bool,
    with_document: bool,
) -> api::PolicyVersion {
    api::PolicyVersion {
        document: with_document.then(|| document(version.document.text())),
        version_id: Some(version.id.to_string()),
        is_default_version: Some(is_default),
        create_date: Some(version.created),
    }
}

/// An inline policy's document.
pub(crate) fn inline_document(policy: &InlinePolicy) -> String {
    document(policy.document.text())
}

/// An attached managed policy.
pub(crate) fn attached(arn: &PolicyArn) -> api::AttachedPolicy {
    api::AttachedPolicy {
        policy_name: Some(arn.name().to_owned()),
        policy_arn: Some(arn.as_str().to_owned()),
    }
}

/// An access key as lists show it.
pub(crate) fn access_key(key: &AccessKey, user_name: Option<&str>) -> api::AccessKeyMetadata {
    api::AccessKeyMetadata {
        user_name: user_name.map(str::to_owned),
        access_key_id: Some(key.id.to_string()),
        status: Some(key_status(key.status)),
        create_date: Some(key.created),
    }
}

/// A key's status.
pub(crate) fn key_status(status: KeyStatus) -> api::StatusType {
    match status {
        KeyStatus::Active => api::StatusType::Active,
        KeyStatus::Inactive => api::StatusType::Inactive,
    }
}
