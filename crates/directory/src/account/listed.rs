//! Lists that show a part of what there is: under a path, or in use. They are in order of name too, and cost what
//! they show.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use lanyard_names::{FoldedName, PolicyArn, UniqueId};

use super::by_path::{ByPath, merged};
use super::{Account, Attachment, AttachmentKey};
use crate::error::OwnerKind;
use crate::record::{Group, InstanceProfile, ManagedPolicy, Role, User};

impl Account {
    /// The users under a path prefix in order of name, beginning after a name.
    pub fn users_under<'a: 'b, 'b>(
        &'a self,
        prefix: &'b str,
        after: Option<&'b str>,
    ) -> impl Iterator<Item = &'a Arc<User>> + use<'a, 'b> {
        let all = move || {
            self.users(after)
                .filter(move |user| user.path.starts_with(prefix))
        };
        list(&self.users_by_path, prefix, after, |id| self.user_by_id(id), all)
    }

    /// The groups under a path prefix in order of name, beginning after a name.
    pub fn groups_under<'a: 'b, 'b>(
        &'a self,
        prefix: &'b str,
        after: Option<&'b str>,
    ) -> impl Iterator<Item = &'a Arc<Group>> + use<'a, 'b> {
        let all = move || {
            self.groups(after)
                .filter(move |group| group.path.starts_with(prefix))
        };
        list(
            &self.groups_by_path,
            prefix,
            after,
            |id| self.group_by_id(id),
            all,
        )
    }

    /// The roles under a path prefix in order of name, beginning after a name.
    pub fn roles_under<'a: 'b, 'b>(
        &'a self,
        prefix: &'b str,
        after: Option<&'b str>,
    ) -> impl Iterator<Item = &'a Arc<Role>> + use<'a, 'b> {
        let all = move || {
            self.roles(after)
                .filter(move |role| role.path.starts_with(prefix))
        };
        list(&self.roles_by_path, prefix, after, |id| self.role_by_id(id), all)
    }

    /// The customer managed policies under a path prefix in order of name, beginning after a name.
    pub fn policies_under<'a: 'b, 'b>(
        &'a self,
        prefix: &'b str,
        after: Option<&'b str>,
    ) -> impl Iterator<Item = &'a Arc<ManagedPolicy>> + use<'a, 'b> {
        let all = move || {
            self.policies(after)
                .filter(move |policy| policy.path().starts_with(prefix))
        };
        list(
            &self.policies_by_path,
            prefix,
            after,
            |id| self.policy_by_id(id),
            all,
        )
    }

    /// The instance profiles under a path prefix in order of name, beginning after a name.
    pub fn instance_profiles_under<'a: 'b, 'b>(
        &'a self,
        prefix: &'b str,
        after: Option<&'b str>,
    ) -> impl Iterator<Item = &'a Arc<InstanceProfile>> + use<'a, 'b> {
        let all = move || {
            self.instance_profiles(after)
                .filter(move |profile| profile.path.starts_with(prefix))
        };
        let of_id = |id| self.instance_profile_by_id(id);
        list(&self.instance_profiles_by_path, prefix, after, of_id, all)
    }

    /// The customer managed policies that somebody uses, in order of name, beginning after a name.
    pub fn own_policies_used(&self, after: Option<&str>) -> impl Iterator<Item = &PolicyArn> {
        used(&self.own_policies_used, after)
    }

    /// The managed policies of AWS that somebody here uses, in order of name, beginning after a name.
    pub fn aws_policies_used(&self, after: Option<&str>) -> impl Iterator<Item = &PolicyArn> {
        used(&self.aws_policies_used, after)
    }

    /// How many managed policies, of this account and of AWS, somebody here uses.
    #[must_use]
    pub fn policies_used_count(&self) -> usize {
        self.usage.len()
    }

    /// The entities of one kind that use a managed policy in one of some ways, in order of name, beginning after a
    /// name; each comes once.
    pub fn entities_of_kind_using<'a>(
        &'a self,
        arn: &'a PolicyArn,
        ways: &[Attachment],
        kind: OwnerKind,
        after: Option<&str>,
    ) -> impl Iterator<Item = UniqueId> + use<'a> {
        let one = |way: &Attachment| {
            let way = *way;
            let start = AttachmentKey {
                arn: arn.clone(),
                attachment: way,
                kind,
                name: FoldedName::of(after.unwrap_or_default()),
            };
            self.attachments
                .range((Bound::Excluded(start), Bound::Unbounded))
                .take_while(move |(key, _)| key.kind == kind && key.attachment == way && key.arn == *arn)
                .map(|(key, id)| (&key.name, *id))
        };
        merged(ways.iter().map(one).collect()).map(|(_, id)| id)
    }
}

/// What is under a path prefix: by the index, or if that does not help, `all` that fit.
fn list<'a: 'b, 'b, T: 'a, All: Iterator<Item = &'a Arc<T>> + 'b>(
    index: &'a ByPath,
    prefix: &'b str,
    after: Option<&'b str>,
    of_id: impl Fn(UniqueId) -> Option<&'a Arc<T>> + 'b,
    all: impl FnOnce() -> All,
) -> Box<dyn Iterator<Item = &'a Arc<T>> + 'b> {
    let found = (prefix.len() > 1).then(|| index.under(prefix, after)).flatten();
    match found {
        Some(ids) => Box::new(ids.filter_map(of_id)),
        None => Box::new(all()),
    }
}

fn used<'a>(
    policies: &'a OrdMap<FoldedName, PolicyArn>,
    after: Option<&str>,
) -> impl Iterator<Item = &'a PolicyArn> + use<'a> {
    let start = after.map_or(Bound::Unbounded, |name| Bound::Excluded(FoldedName::of(name)));
    policies.range((start, Bound::Unbounded)).map(|(_, arn)| arn)
}
