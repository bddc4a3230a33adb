//! What users, groups and roles have in common: inline policies and attached managed policies.

use std::sync::Arc;

use lanyard_names::PolicyArn;

use super::{AccountEdit, Owner};
use crate::error::{DirectoryError, OwnerKind};
use crate::quota::Quota;
use crate::record::{Group, InlinePolicy, Record, Role, User};

/// A copy of an owner's record, to be changed and put back.
pub(super) enum Carrier {
    User(User),
    Group(Group),
    Role(Role),
}

impl AccountEdit {
    /// A copy of the owner's record, if the account may change its policies.
    pub(super) fn carrier(&self, owner: Owner<'_>) -> Result<Carrier, DirectoryError> {
        Ok(match owner {
            Owner::User(name) => Carrier::User(User::clone(self.user(name)?)),
            Owner::Group(name) => Carrier::Group(Group::clone(self.group(name)?)),
            Owner::Role(name) => Carrier::Role(Role::clone(self.own_role(name)?)),
        })
    }
}

impl Carrier {
    pub(super) fn kind(&self) -> OwnerKind {
        match self {
            Self::User(_) => OwnerKind::User,
            Self::Group(_) => OwnerKind::Group,
            Self::Role(_) => OwnerKind::Role,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::User(user) => user.name.as_str(),
            Self::Group(group) => group.name.as_str(),
            Self::Role(role) => role.name.as_str(),
        }
    }

    pub(super) fn inline(&mut self) -> &mut Vec<Arc<InlinePolicy>> {
        match self {
            Self::User(user) => &mut user.inline,
            Self::Group(group) => &mut group.inline,
            Self::Role(role) => &mut role.inline,
        }
    }

    pub(super) fn attached(&mut self) -> &mut Vec<PolicyArn> {
        match self {
            Self::User(user) => &mut user.attached,
            Self::Group(group) => &mut group.attached,
            Self::Role(role) => &mut role.attached,
        }
    }

    pub(super) fn inline_quota(&self) -> Quota {
        match self {
            Self::User(_) => Quota::UserPolicySize,
            Self::Group(_) => Quota::GroupPolicySize,
            Self::Role(_) => Quota::RolePolicySize,
        }
    }

    pub(super) fn attached_quota(&self) -> Quota {
        match self {
            Self::User(_) => Quota::PoliciesPerUser,
            Self::Group(_) => Quota::PoliciesPerGroup,
            Self::Role(_) => Quota::PoliciesPerRole,
        }
    }

    pub(super) fn into_record(self) -> Record {
        match self {
            Self::User(user) => Record::User(Arc::new(user)),
            Self::Group(group) => Record::Group(Arc::new(group)),
            Self::Role(role) => Record::Role(Arc::new(role)),
        }
    }
}
