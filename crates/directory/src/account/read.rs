//! Reading a snapshot: look-ups, lists in order, and who uses what.
//!
//! Lists are in order of name without regard to case, and can begin after any name, so that a page costs
//! what it shows and not what stands before it.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use lanyard_names::{AccessKeyId, AccountId, FoldedName, PolicyArn, UniqueId};
use lanyard_store::Revision;

use super::{Account, AttachmentKey};
use crate::error::OwnerKind;
use crate::managed::ManagedPolicies;
use crate::quota::Quota;
use crate::record::{AccessKey, AccountInfo, Group, KeyOwner, ManagedPolicy, Role, User};

/// How an entity uses a managed policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attachment {
    /// As a policy that grants or denies.
    Permissions,
    /// As its permissions boundary.
    Boundary,
}

/// How often a managed policy is used in an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// By how many users, groups and roles as a policy.
    pub attachments: u32,
    /// By how many users and roles as a boundary.
    pub boundaries: u32,
}

impl Account {
    /// The account's id.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.id
    }

    /// The revision this is a snapshot of.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The account itself.
    #[must_use]
    pub fn info(&self) -> &AccountInfo {
        &self.info
    }

    /// AWS's own managed policies.
    #[must_use]
    pub fn managed_policies(&self) -> &Arc<ManagedPolicies> {
        &self.managed
    }

    /// The limit in force.
    #[must_use]
    pub fn limit(&self, quota: Quota) -> u64 {
        self.info.quotas.limit(quota)
    }

    /// The user of a name, compared without regard to case.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&Arc<User>> {
        FoldedName::with(name, |folded| self.users.get(folded))
    }

    /// The user of a unique id.
    #[must_use]
    pub fn user_by_id(&self, id: UniqueId) -> Option<&Arc<User>> {
        self.users_by_id.get(&id)
    }

    /// All users in order of name, beginning after a name.
    pub fn users(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<User>> {
        from(&self.users, after)
    }

    /// How many users there are.
    #[must_use]
    pub fn user_count(&self) -> usize {
        self.users.len()
    }

    /// The group of a name, compared without regard to case.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&Arc<Group>> {
        FoldedName::with(name, |folded| self.groups.get(folded))
    }

    /// The group of a unique id.
    #[must_use]
    pub fn group_by_id(&self, id: UniqueId) -> Option<&Arc<Group>> {
        self.groups_by_id.get(&id)
    }

    /// All groups in order of name, beginning after a name.
    pub fn groups(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<Group>> {
        from(&self.groups, after)
    }

    /// How many groups there are.
    #[must_use]
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// The role of a name, compared without regard to case.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<&Arc<Role>> {
        FoldedName::with(name, |folded| self.roles.get(folded))
    }

    /// The role of a unique id.
    #[must_use]
    pub fn role_by_id(&self, id: UniqueId) -> Option<&Arc<Role>> {
        self.roles_by_id.get(&id)
    }

    /// All roles in order of name, beginning after a name.
    pub fn roles(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<Role>> {
        from(&self.roles, after)
    }

    /// How many roles there are.
    #[must_use]
    pub fn role_count(&self) -> usize {
        self.roles.len()
    }

    /// The customer managed policy of an ARN, which is compared exactly.
    #[must_use]
    pub fn policy(&self, arn: &PolicyArn) -> Option<&Arc<ManagedPolicy>> {
        self.policy_named(arn.name()).filter(|policy| policy.arn == *arn)
    }

    /// The customer managed policy of a name, compared without regard to case.
    #[must_use]
    pub fn policy_named(&self, name: &str) -> Option<&Arc<ManagedPolicy>> {
        FoldedName::with(name, |folded| self.policies.get(folded))
    }

    /// The customer managed policy of a unique id.
    #[must_use]
    pub fn policy_by_id(&self, id: UniqueId) -> Option<&Arc<ManagedPolicy>> {
        self.policies_by_id.get(&id)
    }

    /// All customer managed policies in order of name, beginning after a name.
    pub fn policies(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<ManagedPolicy>> {
        from(&self.policies, after)
    }

    /// How many customer managed policies there are.
    #[must_use]
    pub fn policy_count(&self) -> usize {
        self.policies.len()
    }

    /// How many versions all customer managed policies have together.
    #[must_use]
    pub fn policy_version_count(&self) -> u32 {
        self.policy_versions
    }

    /// The access key of an id.
    #[must_use]
    pub fn access_key(&self, id: AccessKeyId) -> Option<&Arc<AccessKey>> {
        self.access_keys.get(&id)
    }

    /// The access keys of a user or of the root user, oldest first.
    #[must_use]
    pub fn access_keys_of(&self, owner: KeyOwner) -> Vec<&Arc<AccessKey>> {
        let mut keys: Vec<_> = self
            .key_ids(owner)
            .iter()
            .filter_map(|id| self.access_keys.get(id))
            .collect();
        keys.sort_by_key(|key| (key.created, key.id));
        keys
    }

    /// How many access keys a user or the root user has.
    #[must_use]
    pub fn access_key_count(&self, owner: KeyOwner) -> usize {
        self.key_ids(owner).len()
    }

    /// The users in a group in order of name, beginning after a name.
    pub fn members(&self, group: UniqueId, after: Option<&str>) -> impl Iterator<Item = &Arc<User>> {
        let start = match after {
            Some(name) => Bound::Excluded((group, FoldedName::of(name))),
            None => Bound::Included((group, FoldedName::of(""))),
        };
        self.members
            .range((start, Bound::Unbounded))
            .take_while(move |((of, _), _)| *of == group)
            .filter_map(|(_, user)| self.users_by_id.get(user))
    }

    /// How many users are in a group.
    #[must_use]
    pub fn member_count(&self, group: UniqueId) -> u32 {
        self.member_counts.get(&group).copied().unwrap_or(0)
    }

    /// The groups a user is in, in order of name.
    #[must_use]
    pub fn groups_of(&self, user: &User) -> Vec<&Arc<Group>> {
        let mut groups: Vec<_> = user
            .groups
            .iter()
            .filter_map(|id| self.group_by_id(*id))
            .collect();
        groups.sort_by_key(|group| group.name.fold());
        groups
    }

    /// Who uses a managed policy, of this account or of AWS, in this way: kind and unique id, in order of
    /// kind (user, group, role) and name, beginning after a kind and name.
    pub fn entities_using(
        &self,
        arn: &PolicyArn,
        attachment: Attachment,
        after: Option<(OwnerKind, &str)>,
    ) -> impl Iterator<Item = (OwnerKind, UniqueId)> {
        let key = |kind, name| AttachmentKey {
            arn: arn.clone(),
            attachment,
            kind,
            name: FoldedName::of(name),
        };
        let start = match after {
            Some((kind, name)) => Bound::Excluded(key(kind, name)),
            None => Bound::Included(key(OwnerKind::User, "")),
        };
        let arn = arn.clone();
        self.attachments
            .range((start, Bound::Unbounded))
            .take_while(move |(key, _)| key.arn == arn && key.attachment == attachment)
            .map(|(key, id)| (key.kind, *id))
    }

    /// How often a managed policy, of this account or of AWS, is used here.
    #[must_use]
    pub fn usage(&self, arn: &PolicyArn) -> Usage {
        self.usage.get(arn).copied().unwrap_or_default()
    }

    /// The managed policies of AWS and of this account that are used here, in no order.
    pub fn policies_in_use(&self) -> impl Iterator<Item = (&PolicyArn, Usage)> {
        self.usage.iter().map(|(arn, usage)| (arn, *usage))
    }

    /// The present ARN of the user or role of a unique id.
    #[must_use]
    pub fn principal_arn(&self, id: UniqueId) -> Option<&Arc<str>> {
        let user = self.users_by_id.get(&id).map(|user| &user.arn);
        user.or_else(|| self.roles_by_id.get(&id).map(|role| &role.arn))
    }

    fn key_ids(&self, owner: KeyOwner) -> &[AccessKeyId] {
        self.keys_by_owner.get(&owner).map_or(&[], Vec::as_slice)
    }
}

/// The values of a map by name, beginning after a name.
pub(super) fn from<'a, T>(
    map: &'a OrdMap<FoldedName, Arc<T>>,
    after: Option<&str>,
) -> impl Iterator<Item = &'a Arc<T>> + use<'a, T> {
    let start = match after {
        Some(name) => Bound::Excluded(FoldedName::of(name)),
        None => Bound::Unbounded,
    };
    map.range((start, Bound::Unbounded)).map(|(_, value)| value)
}
