//! The naive model and the steps that run on it and on the real thing.

use std::collections::{BTreeMap, BTreeSet};

use lanyard_directory::DirectoryError;

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

impl Entity {
    /// How the name of an inline policy is spelt, whose case does not count.
    fn inline_name(&self, name: &str) -> Option<String> {
        let mut names = self.inline.keys();
        names.find(|kept| kept.eq_ignore_ascii_case(name)).cloned()
    }
}

#[derive(Clone, Debug, Default)]
pub struct Managed {
    pub name: String,
    pub versions: Vec<(u32, String)>,
    pub default: u32,
    next: u32,
}

/// Everything in lists; a deleted entity leaves a hole.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub users: Vec<Option<Entity>>,
    pub groups: Vec<Option<Entity>>,
    pub roles: Vec<Option<Entity>>,
    pub policies: Vec<Option<Managed>>,
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

    /// How often a policy is attached, and how often it bounds.
    pub fn users_of(&self, arn: &str) -> (usize, usize) {
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
                let kept = entity.inline_name(policy).unwrap_or_else(|| policy.clone());
                entity.inline.insert(kept, text.clone());
                Ok(())
            }
            Step::DeleteInline(kind, name, policy) => {
                let (_, entity) = self.entity(*kind, name)?;
                match entity.inline_name(policy) {
                    Some(kept) => entity.inline.remove(&kept),
                    None => return refuse("NoSuchInlinePolicy"),
                };
                Ok(())
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
                let arn = self
                    .arn(policy, world)
                    .map_err(|_| "BoundaryNotFound".to_owned())?;
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
                let (_, policy) = self.policy(name).map_err(|_| "NoSuchPolicyVersion".to_owned())?;
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
        self.entity(Kind::User, user)?;
        let (group, _) = self.entity(Kind::Group, group)?;
        let (_, user) = self.entity(Kind::User, user)?;
        if !user.groups.contains(&group) && user.groups.len() == 1 {
            return refuse("QuotaExceeded GroupsPerUser");
        }
        user.groups.insert(group);
        Ok(())
    }

    fn leave(&mut self, group: &str, user: &str) -> Outcome {
        self.entity(Kind::User, user)?;
        let (group, _) = self.entity(Kind::Group, group)?;
        let (_, user) = self.entity(Kind::User, user)?;
        user.groups.remove(&group);
        Ok(())
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
        let (_, policy) = self.policy(name).map_err(|_| "NoSuchPolicyVersion".to_owned())?;
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
}
