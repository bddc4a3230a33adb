//! The naive model and the steps that run on it and on the real thing.

use std::collections::{BTreeMap, BTreeSet};

use lanyard_directory::{Account, Attachment, DirectoryError, KeyOwner, OwnerKind};

use super::steps::{self, Kind, Step};
use crate::world::{ADMIN, READ_ONLY, World};

/// The name of the variant.
pub fn kind(refusal: &DirectoryError) -> String {
    let text = format!("{refusal:?}");
    let end = text.find([' ', '(', '{']).unwrap_or(text.len());
    match refusal {
        DirectoryError::DeleteConflict(conflict) => format!("DeleteConflict {conflict:?}"),
        DirectoryError::QuotaExceeded { quota, .. } => format!("QuotaExceeded {quota:?}"),
        _ => text[..end].to_owned(),
    }
}

type Outcome = Result<(), String>;

fn refuse<T>(kind: &str) -> Result<T, String> {
    Err(kind.to_owned())
}

/// A user, group or role.
#[derive(Clone, Debug, Default)]
pub struct Entity {
    pub name: String,
    pub inline: BTreeMap<String, String>,
    pub attached: BTreeSet<String>,
    pub boundary: Option<String>,
    pub tags: BTreeMap<String, String>,
    /// Indexes of groups, which do not move when a group is renamed.
    pub groups: BTreeSet<usize>,
    pub keys: usize,
}

#[derive(Clone, Debug, Default)]
struct Managed {
    name: String,
    versions: Vec<(u32, String)>,
    default: u32,
    next: u32,
}

/// Everything in lists; a deleted entity leaves a hole.
#[derive(Clone, Debug, Default)]
pub struct Model {
    users: Vec<Option<Entity>>,
    groups: Vec<Option<Entity>>,
    roles: Vec<Option<Entity>>,
    policies: Vec<Option<Managed>>,
}

fn find<'a>(list: &'a [Option<Entity>], name: &str) -> Option<(usize, &'a Entity)> {
    let mut all = list
        .iter()
        .enumerate()
        .filter_map(|(index, entity)| Some((index, entity.as_ref()?)));
    all.find(|(_, entity)| entity.name.eq_ignore_ascii_case(name))
}

impl Model {
    fn list(&mut self, kind: Kind) -> &mut Vec<Option<Entity>> {
        match kind {
            Kind::User => &mut self.users,
            Kind::Group => &mut self.groups,
            Kind::Role => &mut self.roles,
        }
    }

    fn entity(&mut self, kind: Kind, name: &str) -> Result<(usize, &mut Entity), String> {
        let list = self.list(kind);
        match find(list, name).map(|(index, _)| index) {
            Some(index) => Ok((index, list[index].as_mut().unwrap())),
            None => refuse(&format!("NoSuch{kind:?}")),
        }
    }

    fn policy(&mut self, name: &str) -> Result<(usize, &mut Managed), String> {
        let mut all = self.policies.iter_mut().enumerate();
        let found =
            all.find_map(|(index, policy)| Some((index, policy.as_mut()?)).filter(|(_, p)| p.name == name));
        found.ok_or_else(|| "NoSuchPolicy".to_owned())
    }

    fn arn(&mut self, policy: &str, world: &World) -> Result<String, String> {
        match policy {
            "admin" => Ok(ADMIN.to_owned()),
            "read" => Ok(READ_ONLY.to_owned()),
            own if self.policy(own).is_ok() => Ok(world.own_policy(own).to_string()),
            _ => refuse("PolicyNotFoundToAttach"),
        }
    }

    fn users_of(&self, arn: &str) -> (usize, usize) {
        let all = || self.users.iter().chain(&self.groups).chain(&self.roles).flatten();
        (
            all().filter(|entity| entity.attached.contains(arn)).count(),
            all()
                .filter(|entity| entity.boundary.as_deref() == Some(arn))
                .count(),
        )
    }

    pub fn run(&mut self, step: &Step, world: &World) -> Outcome {
        match step {
            Step::Create(kind, name) => self.create(*kind, name),
            Step::Rename(kind, old, new) => self.rename(*kind, old, new),
            Step::Delete(kind, name) => self.delete(*kind, name),
            Step::Join(group, user) => self.join(group, user),
            Step::Leave(group, user) => self.leave(group, user),
            Step::PutInline(kind, name, policy, text) => {
                let (_, entity) = self.entity(*kind, name)?;
                entity.inline.insert(policy.clone(), text.clone());
                Ok(())
            }
            Step::DeleteInline(kind, name, policy) => {
                let (_, entity) = self.entity(*kind, name)?;
                entity
                    .inline
                    .remove(policy)
                    .map(drop)
                    .ok_or_else(|| "NoSuchInlinePolicy".to_owned())
            }
            Step::Attach(kind, name, policy) => self.attach(*kind, name, policy, world),
            Step::Detach(kind, name, policy) => {
                let (_, entity) = self.entity(*kind, name)?;
                let arn = steps::arn(policy, world);
                if entity.attached.remove(arn.as_str()) {
                    Ok(())
                } else {
                    refuse("PolicyNotAttached")
                }
            }
            Step::SetBoundary(kind, name, policy) => {
                self.entity(*kind, name)?;
                let arn = self.arn(policy, world)?;
                self.entity(*kind, name)?.1.boundary = Some(arn);
                Ok(())
            }
            Step::DeleteBoundary(kind, name) => {
                let (_, entity) = self.entity(*kind, name)?;
                entity
                    .boundary
                    .take()
                    .map(drop)
                    .ok_or_else(|| "NoBoundary".to_owned())
            }
            Step::Tag(kind, name, key, value) => self.tag(*kind, name, key, value),
            Step::Untag(kind, name, key) => {
                let (_, entity) = self.entity(*kind, name)?;
                entity.tags.retain(|kept, _| !kept.eq_ignore_ascii_case(key));
                Ok(())
            }
            Step::AddKey(name) => {
                let (_, user) = self.entity(Kind::User, name)?;
                if user.keys == 2 {
                    return refuse("QuotaExceeded AccessKeysPerUser");
                }
                user.keys += 1;
                Ok(())
            }
            Step::DeleteKey(name) => {
                let (_, user) = self.entity(Kind::User, name)?;
                user.keys = user
                    .keys
                    .checked_sub(1)
                    .ok_or_else(|| "NoSuchAccessKey".to_owned())?;
                Ok(())
            }
            Step::CreatePolicy(name) => self.create_policy(name),
            Step::AddVersion(name, text, is_default) => self.add_version(name, text, *is_default),
            Step::SetDefault(name, version) => {
                let (_, policy) = self.policy(name)?;
                if !policy.versions.iter().any(|(kept, _)| kept == version) {
                    return refuse("NoSuchPolicyVersion");
                }
                policy.default = *version;
                Ok(())
            }
            Step::DeleteVersion(name, version) => self.delete_version(name, *version),
            Step::DeletePolicy(name) => self.delete_policy(name, world),
        }
    }

    fn create(&mut self, kind: Kind, name: &str) -> Outcome {
        let list = self.list(kind);
        if find(list, name).is_some() {
            return refuse(&format!("{kind:?}Exists"));
        }
        let limit = if kind == Kind::User { 3 } else { 2 };
        if list.iter().flatten().count() == limit {
            return refuse(&format!("QuotaExceeded {kind:?}sPerAccount"));
        }
        list.push(Some(Entity {
            name: name.to_owned(),
            ..Entity::default()
        }));
        Ok(())
    }

    fn rename(&mut self, kind: Kind, old: &str, new: &str) -> Outcome {
        let (index, _) = self.entity(kind, old)?;
        let list = self.list(kind);
        if find(list, new).is_some_and(|(holder, _)| holder != index) {
            return refuse(&format!("{kind:?}Exists"));
        }
        list[index].as_mut().unwrap().name = new.to_owned();
        Ok(())
    }

    fn delete(&mut self, kind: Kind, name: &str) -> Outcome {
        let (index, entity) = self.entity(kind, name)?;
        let entity = entity.clone();
        let has_members = self
            .users
            .iter()
            .flatten()
            .any(|user| user.groups.contains(&index));
        let conflicts = [
            (kind == Kind::Group && has_members, "GroupMembership"),
            (!entity.attached.is_empty(), "AttachedPolicies"),
            (!entity.inline.is_empty(), "InlinePolicies"),
            (!entity.groups.is_empty(), "GroupMembership"),
            (entity.keys > 0, "AccessKeys"),
        ];
        for (stands, conflict) in conflicts {
            if stands {
                return refuse(&format!("DeleteConflict {conflict}"));
            }
        }
        self.list(kind)[index] = None;
        Ok(())
    }

    fn join(&mut self, group: &str, user: &str) -> Outcome {
        let (group, _) = self.entity(Kind::Group, group)?;
        let (_, user) = self.entity(Kind::User, user)?;
        if !user.groups.contains(&group) && user.groups.len() == 1 {
            return refuse("QuotaExceeded GroupsPerUser");
        }
        user.groups.insert(group);
        Ok(())
    }

    fn leave(&mut self, group: &str, user: &str) -> Outcome {
        let (group, _) = self.entity(Kind::Group, group)?;
        let (_, user) = self.entity(Kind::User, user)?;
        if user.groups.remove(&group) {
            Ok(())
        } else {
            refuse("NotInGroup")
        }
    }

    fn attach(&mut self, kind: Kind, name: &str, policy: &str, world: &World) -> Outcome {
        self.entity(kind, name)?;
        let arn = self.arn(policy, world)?;
        let (_, entity) = self.entity(kind, name)?;
        if !entity.attached.contains(&arn) && entity.attached.len() == 2 {
            return refuse(&format!("QuotaExceeded PoliciesPer{kind:?}"));
        }
        entity.attached.insert(arn);
        Ok(())
    }

    fn tag(&mut self, kind: Kind, name: &str, key: &str, value: &str) -> Outcome {
        let (_, entity) = self.entity(kind, name)?;
        let mut tags = entity.tags.clone();
        tags.retain(|kept, _| !kept.eq_ignore_ascii_case(key));
        tags.insert(key.to_owned(), value.to_owned());
        if tags.len() > 2 {
            return refuse("QuotaExceeded TagsPerResource");
        }
        entity.tags = tags;
        Ok(())
    }

    fn create_policy(&mut self, name: &str) -> Outcome {
        let mut all = self.policies.iter().flatten();
        if all.any(|policy| policy.name.eq_ignore_ascii_case(name)) {
            return refuse("PolicyExists");
        }
        if self.policies.iter().flatten().count() == 2 {
            return refuse("QuotaExceeded PoliciesPerAccount");
        }
        self.policies.push(Some(Managed {
            name: name.to_owned(),
            versions: vec![(1, crate::world::ALLOW.to_owned())],
            default: 1,
            next: 2,
        }));
        Ok(())
    }

    fn add_version(&mut self, name: &str, text: &str, is_default: bool) -> Outcome {
        let (_, policy) = self.policy(name)?;
        if policy.versions.len() == 2 {
            return refuse("QuotaExceeded VersionsPerPolicy");
        }
        policy.versions.push((policy.next, text.to_owned()));
        if is_default {
            policy.default = policy.next;
        }
        policy.next += 1;
        Ok(())
    }

    fn delete_version(&mut self, name: &str, version: u32) -> Outcome {
        let (_, policy) = self.policy(name)?;
        if !policy.versions.iter().any(|(kept, _)| *kept == version) {
            return refuse("NoSuchPolicyVersion");
        }
        if policy.default == version {
            return refuse("DeleteConflict VersionIsDefault");
        }
        policy.versions.retain(|(kept, _)| *kept != version);
        Ok(())
    }

    fn delete_policy(&mut self, name: &str, world: &World) -> Outcome {
        let (index, policy) = self.policy(name)?;
        let versions = policy.versions.len();
        let (attachments, boundaries) = self.users_of(world.own_policy(name).as_str());
        let conflicts = [
            (attachments > 0, "PolicyIsAttached"),
            (boundaries > 0, "PolicyIsBoundary"),
            (versions > 1, "PolicyHasVersions"),
        ];
        for (stands, conflict) in conflicts {
            if stands {
                return refuse(&format!("DeleteConflict {conflict}"));
            }
        }
        self.policies[index] = None;
        Ok(())
    }

    /// What the model holds, as text, in the order in which an account lists it.
    pub fn shown(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, list) in [
            ("User", &self.users),
            ("Group", &self.groups),
            ("Role", &self.roles),
        ] {
            for entity in sorted(list) {
                let mut groups: Vec<&str> = entity
                    .groups
                    .iter()
                    .map(|index| self.groups[*index].as_ref().unwrap().name.as_str())
                    .collect();
                groups.sort_by_key(|name| name.to_ascii_lowercase());
                lines.push(line(kind, entity, &groups));
            }
        }
        for (index, group) in self.groups.iter().enumerate() {
            let Some(group) = group else { continue };
            let members: Vec<&str> = sorted(&self.users)
                .into_iter()
                .filter(|user| user.groups.contains(&index))
                .map(|user| user.name.as_str())
                .collect();
            lines.push(format!("members of {}: {members:?}", group.name));
        }
        for policy in self.policies.iter().flatten() {
            lines.push(format!(
                "policy {} {:?} default v{}",
                policy.name, policy.versions, policy.default
            ));
        }
        lines.push(format!(
            "versions {}",
            self.policies
                .iter()
                .flatten()
                .map(|policy| policy.versions.len())
                .sum::<usize>()
        ));
        let mut used: BTreeSet<&String> = BTreeSet::new();
        for entity in self.users.iter().chain(&self.groups).chain(&self.roles).flatten() {
            used.extend(entity.attached.iter().chain(&entity.boundary));
        }
        for arn in used {
            let (attachments, boundaries) = self.users_of(arn);
            lines.push(format!("usage {arn} {attachments} {boundaries}"));
            for (kind, list) in [
                ("User", &self.users),
                ("Group", &self.groups),
                ("Role", &self.roles),
            ] {
                for entity in sorted(list) {
                    if entity.attached.contains(arn) {
                        lines.push(format!("{arn} attached to {kind} {}", entity.name));
                    }
                    if entity.boundary.as_ref() == Some(arn) {
                        lines.push(format!("{arn} bounds {kind} {}", entity.name));
                    }
                }
            }
        }
        lines.sort();
        lines
    }
}

fn sorted(list: &[Option<Entity>]) -> Vec<&Entity> {
    let mut entities: Vec<&Entity> = list.iter().flatten().collect();
    entities.sort_by_key(|entity| entity.name.to_ascii_lowercase());
    entities
}

fn line(kind: &str, entity: &Entity, groups: &[&str]) -> String {
    format!(
        "{kind} {} inline {:?} attached {:?} boundary {:?} tags {:?} groups {groups:?} keys {}",
        entity.name, entity.inline, entity.attached, entity.boundary, entity.tags, entity.keys
    )
}

/// What an account holds, read through every index it has.
pub fn shown(account: &Account) -> Vec<String> {
    crate::gathering::check_gathered(account);
    let mut lines = Vec::new();
    for user in account.users(None) {
        assert_eq!(account.user(user.name.as_str()), Some(user));
        assert_eq!(account.user_by_id(user.id), Some(user));
        assert!(user.arn().ends_with(user.name.as_str()));
        let entity = Entity {
            name: user.name.to_string(),
            inline: texts(&user.inline),
            attached: user.attached.iter().map(ToString::to_string).collect(),
            boundary: user.boundary.as_ref().map(ToString::to_string),
            tags: tags(&user.tags),
            groups: BTreeSet::new(),
            keys: account.access_key_count(KeyOwner::User(user.id)),
        };
        let groups = account.groups_of(user);
        let groups: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(account.access_keys_of(KeyOwner::User(user.id)).len(), entity.keys);
        lines.push(line("User", &entity, &groups));
    }
    for group in account.groups(None) {
        assert_eq!(account.group(group.name.as_str()), Some(group));
        assert_eq!(account.group_by_id(group.id), Some(group));
        let entity = Entity {
            name: group.name.to_string(),
            inline: texts(&group.inline),
            attached: group.attached.iter().map(ToString::to_string).collect(),
            ..Entity::default()
        };
        lines.push(line("Group", &entity, &[]));
        let members: Vec<&str> = account
            .members(group.id, None)
            .map(|user| user.name.as_str())
            .collect();
        assert_eq!(account.member_count(group.id) as usize, members.len());
        lines.push(format!("members of {}: {members:?}", group.name));
    }
    for role in account.roles(None) {
        assert_eq!(account.role(role.name.as_str()), Some(role));
        assert_eq!(account.role_by_id(role.id), Some(role));
        let entity = Entity {
            name: role.name.to_string(),
            inline: texts(&role.inline),
            attached: role.attached.iter().map(ToString::to_string).collect(),
            boundary: role.boundary.as_ref().map(ToString::to_string),
            tags: tags(&role.tags),
            ..Entity::default()
        };
        lines.push(line("Role", &entity, &[]));
    }
    for policy in account.policies(None) {
        assert_eq!(account.policy(&policy.arn), Some(policy));
        assert_eq!(account.policy_by_id(policy.id), Some(policy));
        let versions: Vec<(u32, String)> = policy
            .versions
            .iter()
            .map(|version| (version.id.number(), version.document.text().to_owned()))
            .collect();
        lines.push(format!(
            "policy {} {versions:?} default {}",
            policy.name(),
            policy.default_version
        ));
    }
    lines.push(format!("versions {}", account.policy_version_count()));
    for (arn, usage) in account.policies_in_use() {
        assert_eq!(account.usage(arn), usage);
        lines.push(format!("usage {arn} {} {}", usage.attachments, usage.boundaries));
        for (attachment, verb) in [
            (Attachment::Permissions, "attached to"),
            (Attachment::Boundary, "bounds"),
        ] {
            for (kind, id) in account.entities_using(arn, attachment, None) {
                let (kind, name) = match kind {
                    OwnerKind::User => ("User", account.user_by_id(id).unwrap().name.to_string()),
                    OwnerKind::Group => ("Group", account.group_by_id(id).unwrap().name.to_string()),
                    OwnerKind::Role => ("Role", account.role_by_id(id).unwrap().name.to_string()),
                };
                lines.push(format!("{arn} {verb} {kind} {name}"));
            }
        }
    }
    lines.sort();
    lines
}

fn texts(inline: &[std::sync::Arc<lanyard_directory::InlinePolicy>]) -> BTreeMap<String, String> {
    inline
        .iter()
        .map(|policy| (policy.name.to_string(), policy.document.text().to_owned()))
        .collect()
}

fn tags(tags: &lanyard_directory::Tags) -> BTreeMap<String, String> {
    tags.iter()
        .map(|tag| (tag.key.to_string(), tag.value.to_string()))
        .collect()
}
