//! ListEntitiesForPolicy: the users, groups and roles that a managed policy is attached to or is the boundary of.

use lanyard_aws_api::iam::{
    self, EntityType, ListEntitiesForPolicyInput, ListEntitiesForPolicyOutput, PolicyGroup, PolicyRole,
    PolicyUsageType, PolicyUser,
};
use lanyard_directory::{Account, Attachment, DirectoryError, OwnerKind};
use lanyard_names::{EntityPath, PolicyArn, UniqueId};

use crate::error::Refusal;
use crate::iam::parameter;
use crate::iam::policy::any;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListEntitiesForPolicy;

impl Described for ListEntitiesForPolicy {
    type Model = iam::ListEntitiesForPolicy;

    fn subject(input: &ListEntitiesForPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Read for ListEntitiesForPolicy {
    fn run(
        input: &ListEntitiesForPolicyInput,
        view: &View<'_>,
    ) -> Result<ListEntitiesForPolicyOutput, Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        // The policy must exist, of this account or of AWS. Evidence for the text: a recorded answer.
        if any::tags(&arn, view.account).is_err() {
            return Err(DirectoryError::PolicyNotFoundToAttach(arn.as_str().into()).into());
        }
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let after = after(&page)?;
        let entities = KINDS
            .iter()
            .filter(|kind| is_wanted(input, **kind))
            .flat_map(|kind| using(input, &arn, *kind, after, view.account))
            .filter(|entity| entity.path.starts_with(prefix));
        let paged = page.cut(entities, |entity| {
            format!("{}/{}", entity.kind.word(), entity.name)
        });
        let mut output = ListEntitiesForPolicyOutput {
            policy_groups: Some(Vec::new()),
            policy_users: Some(Vec::new()),
            policy_roles: Some(Vec::new()),
            is_truncated: Some(paged.is_truncated()),
            marker: paged.marker,
        };
        for entity in paged.items {
            entity.add_to(&mut output);
        }
        Ok(output)
    }
}

/// One entity that uses the policy.
struct Entity<'a> {
    kind: OwnerKind,
    id: UniqueId,
    name: &'a str,
    path: &'a EntityPath,
}

impl Entity<'_> {
    fn add_to(self, output: &mut ListEntitiesForPolicyOutput) {
        let (name, id) = (Some(self.name.to_owned()), Some(self.id.to_string()));
        match self.kind {
            OwnerKind::Group => {
                output.policy_groups.get_or_insert_default().push(PolicyGroup {
                    group_name: name,
                    group_id: id,
                });
            }
            OwnerKind::Role => {
                output.policy_roles.get_or_insert_default().push(PolicyRole {
                    role_name: name,
                    role_id: id,
                });
            }
            OwnerKind::User => {
                output.policy_users.get_or_insert_default().push(PolicyUser {
                    user_name: name,
                    user_id: id,
                });
            }
        }
    }
}

/// The kinds in the order in which they are listed.
const KINDS: [OwnerKind; 3] = [OwnerKind::Group, OwnerKind::Role, OwnerKind::User];

/// The kind and the name after which the page begins.
fn after(page: &Page) -> Result<Option<(OwnerKind, &str)>, Refusal> {
    let Some(after) = page.after() else {
        return Ok(None);
    };
    let (word, name) = after.split_once('/').unwrap_or_default();
    let kind = KINDS.into_iter().find(|kind| kind.word() == word);
    let kind = kind.ok_or_else(|| Refusal::validation("Invalid Marker."))?;
    Ok(Some((kind, name)))
}

/// Who of a kind uses the policy, in order of name, from where the page begins.
fn using<'a>(
    input: &ListEntitiesForPolicyInput,
    arn: &'a PolicyArn,
    kind: OwnerKind,
    after: Option<(OwnerKind, &'a str)>,
    account: &'a Account,
) -> impl Iterator<Item = Entity<'a>> + use<'a> {
    let ways = match input.policy_usage_filter {
        None => &[Attachment::Permissions, Attachment::Boundary][..],
        Some(PolicyUsageType::PermissionsPolicy) => &[Attachment::Permissions],
        Some(PolicyUsageType::PermissionsBoundary) => &[Attachment::Boundary],
    };
    let place = |kind| KINDS.iter().position(|listed| *listed == kind);
    let name = match after {
        Some((last, _)) if place(kind) < place(last) => None,
        Some((last, name)) if kind == last => Some(Some(name)),
        _ => Some(None),
    };
    name.into_iter()
        .flat_map(move |name| account.entities_of_kind_using(arn, ways, kind, name))
        .filter_map(move |id| entity(kind, id, account))
}

fn entity(kind: OwnerKind, id: UniqueId, account: &Account) -> Option<Entity<'_>> {
    let (name, path) = match kind {
        OwnerKind::Group => account
            .group_by_id(id)
            .map(|group| (group.name.as_str(), &group.path))?,
        OwnerKind::Role => account
            .role_by_id(id)
            .map(|role| (role.name.as_str(), &role.path))?,
        OwnerKind::User => account
            .user_by_id(id)
            .map(|user| (user.name.as_str(), &user.path))?,
    };
    Some(Entity { kind, id, name, path })
}

fn is_wanted(input: &ListEntitiesForPolicyInput, kind: OwnerKind) -> bool {
    match input.entity_filter {
        None => true,
        Some(EntityType::User) => kind == OwnerKind::User,
        Some(EntityType::Group) => kind == OwnerKind::Group,
        Some(EntityType::Role) => kind == OwnerKind::Role,
        // These two ask for managed policies rather than for who uses them: nobody is of that kind.
        Some(EntityType::LocalManagedPolicy | EntityType::AWSManagedPolicy) => false,
    }
}
