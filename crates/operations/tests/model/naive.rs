//! The model: maps by names in lower case, and what AWS answers.

use std::collections::{BTreeMap, BTreeSet};

use super::steps::{DOCUMENTS, Kind, OF_AWS, Step, policy_arn};

const GROUPS_PER_USER: usize = 10;
const POLICIES_PER_PRINCIPAL: usize = 10;
const VERSIONS_PER_POLICY: usize = 5;
const TAGS_PER_PRINCIPAL: usize = 50;

/// What an answer tells: its first line, and the elements that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) line: String,
    pub(crate) shown: Vec<(&'static str, Vec<String>)>,
}

type Answered = Result<Told, Told>;

/// A user, group or role.
#[derive(Clone, Debug, Default)]
struct Entity {
    name: String,
    /// Which stays when it is renamed.
    id: usize,
    /// By their names in lower case: their first spelling, and what they say.
    inline: BTreeMap<String, (String, usize)>,
    attached: BTreeSet<String>,
    boundary: Option<String>,
    tags: BTreeMap<String, (String, String)>,
    groups: BTreeSet<usize>,
}

#[derive(Clone, Debug, Default)]
struct Managed {
    versions: BTreeMap<u32, usize>,
    default: u32,
    next: u32,
}

/// Everything, by names in lower case; managed policies by their names as they are.
#[derive(Debug, Default)]
pub(crate) struct Model {
    entities: [BTreeMap<String, Entity>; 3],
    policies: BTreeMap<String, Managed>,
    ids: usize,
}

impl Model {
    /// Takes a step and gives the answer.
    pub(crate) fn answer(&mut self, step: &Step) -> Told {
        let answered = match step {
            Step::Create(kind, name) => self.create(*kind, name),
            Step::Rename(kind, old, new) => self.rename(*kind, old, new),
            Step::Delete(kind, name) => self.delete(*kind, name),
            Step::Get(kind, name) => self.get(*kind, name),
            Step::Join(group, user) => self.join(group, user),
            Step::Leave(group, user) => self.leave(group, user),
            Step::ListGroupsOf(user) => self.groups_of(user),
            Step::PutInline(kind, name, policy, text) => self.entity(*kind, name).map(|entity| {
                let new = (policy.clone(), *text);
                let known = entity.inline.entry(policy.to_lowercase()).or_insert(new);
                known.1 = *text;
                Told::done()
            }),
            Step::GetInline(kind, name, policy) => self.get_inline(*kind, name, policy),
            Step::DeleteInline(kind, name, policy) => self.entity(*kind, name).and_then(|entity| {
                let removed = entity.inline.remove(&policy.to_lowercase()).map(|_| Told::done());
                removed.ok_or_else(|| Told::no_such_inline(*kind, policy))
            }),
            Step::ListInline(kind, name) => self
                .entity(*kind, name)
                .map(|entity| Told::done().showing("member", entity.inline.values().map(|(name, _)| name))),
            Step::Attach(kind, name, policy) => self.attach(*kind, name, policy),
            Step::Detach(kind, name, policy) => self.entity(*kind, name).and_then(|entity| {
                let arn = policy_arn(policy);
                let removed = entity.attached.remove(&arn).then(Told::done);
                removed.ok_or_else(|| Told::missing(&format!("Policy {arn} was not found.")))
            }),
            Step::ListAttached(kind, name) => self
                .entity(*kind, name)
                .map(|entity| Told::done().showing("PolicyArn", &entity.attached)),
            Step::SetBoundary(kind, name, policy) => self.set_boundary(*kind, name, policy),
            Step::DeleteBoundary(kind, name) => self.entity(*kind, name).and_then(|entity| {
                let removed = entity.boundary.take().map(|_| Told::done());
                removed.ok_or_else(|| Told::no_boundary(*kind, name))
            }),
            Step::Tag(kind, name, tags) => self.tag(*kind, name, tags),
            Step::Untag(kind, name, key) => self.entity(*kind, name).map(|entity| {
                entity.tags.remove(&key.to_lowercase());
                Told::done()
            }),
            Step::ListTags(kind, name) => self.entity(*kind, name).map(|entity| {
                let keys = entity.tags.values().map(|(key, _)| key);
                let values = entity.tags.values().map(|(_, value)| value);
                Told::done().showing("Key", keys).showing("Value", values)
            }),
            Step::CreatePolicy(name, text) => self.create_policy(name, *text),
            Step::AddVersion(name, text, is_default) => self.add_version(name, *text, *is_default),
            Step::GetVersion(name, version) => self.get_version(name, *version),
            Step::SetDefault(name, version) => self.set_default(name, *version),
            Step::DeleteVersion(name, version) => self.delete_version(name, *version),
            Step::ListVersions(name) => self.policy(name).map(|policy| {
                let versions = policy.versions.keys().map(|version| format!("v{version}"));
                Told::done().showing("VersionId", versions)
            }),
            Step::DeletePolicy(name) => self.delete_policy(name),
        };
        answered.unwrap_or_else(|refused| refused)
    }

    fn entity(&mut self, kind: Kind, name: &str) -> Result<&mut Entity, Told> {
        let found = self.entities[kind as usize].get_mut(&name.to_lowercase());
        found.ok_or_else(|| Told::no_such(kind, name))
    }

    fn policy(&mut self, name: &str) -> Result<&mut Managed, Told> {
        let found = self.policies.get_mut(name);
        found.ok_or_else(|| Told::missing(&format!("Policy {} was not found.", policy_arn(name))))
    }

    fn all(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter().flat_map(BTreeMap::values)
    }

    fn create(&mut self, kind: Kind, name: &str) -> Answered {
        self.ids += 1;
        let entity = Entity {
            name: name.to_owned(),
            id: self.ids,
            ..Entity::default()
        };
        let place = &mut self.entities[kind as usize];
        if place.contains_key(&name.to_lowercase()) {
            return Err(Told::exists(&format!(
                "{kind:?} with name {name} already exists."
            )));
        }
        place.insert(name.to_lowercase(), entity);
        Ok(Told::done())
    }

    fn rename(&mut self, kind: Kind, old: &str, new: &str) -> Answered {
        self.entity(kind, old)?;
        let is_taken = self.entities[kind as usize].contains_key(&new.to_lowercase());
        if is_taken && !old.eq_ignore_ascii_case(new) {
            return Err(Told::exists(&format!("{kind:?} with name {new} already exists.")));
        }
        let place = &mut self.entities[kind as usize];
        let mut entity = place.remove(&old.to_lowercase()).unwrap();
        entity.name = new.to_owned();
        place.insert(new.to_lowercase(), entity);
        Ok(Told::done())
    }

    fn delete(&mut self, kind: Kind, name: &str) -> Answered {
        let entity = self.entity(kind, name)?.clone();
        let is_in_group =
            !entity.groups.is_empty() || self.all().any(|user| user.groups.contains(&entity.id));
        // Of a group its members are told of first, of a user its groups last.
        let mut conflicts = vec![
            (
                !entity.attached.is_empty(),
                "entity, must detach all policies first.",
            ),
            (!entity.inline.is_empty(), "entity, must delete policies first."),
        ];
        let groups = (is_in_group, "entity, must remove users from group first.");
        conflicts.insert(if kind == Kind::Group { 0 } else { 2 }, groups);
        if let Some((_, what)) = conflicts.into_iter().find(|(stands, _)| *stands) {
            return Err(Told::conflict(what));
        }
        self.entities[kind as usize].remove(&name.to_lowercase());
        Ok(Told::done())
    }

    fn get(&mut self, kind: Kind, name: &str) -> Answered {
        let entity = self.entity(kind, name)?.clone();
        let told = Told::done().showing("PermissionsBoundaryArn", entity.boundary);
        Ok(match kind {
            Kind::User => told.showing("UserName", [entity.name]),
            Kind::Role => told.showing("RoleName", [entity.name]),
            Kind::Group => {
                let members = self.all().filter(|user| user.groups.contains(&entity.id));
                let members: Vec<String> = members.map(|user| user.name.clone()).collect();
                told.showing("GroupName", [entity.name])
                    .showing("UserName", members)
            }
        })
    }

    fn join(&mut self, group: &str, user: &str) -> Answered {
        self.entity(Kind::User, user)?;
        let group = self.entity(Kind::Group, group)?.id;
        let user = self.entity(Kind::User, user)?;
        if !user.groups.contains(&group) && user.groups.len() == GROUPS_PER_USER {
            return Err(Told::beyond("GroupsPerUser", GROUPS_PER_USER));
        }
        user.groups.insert(group);
        Ok(Told::done())
    }

    fn leave(&mut self, group: &str, user: &str) -> Answered {
        self.entity(Kind::User, user)?;
        let group = self.entity(Kind::Group, group)?.id;
        self.entity(Kind::User, user)?.groups.remove(&group);
        Ok(Told::done())
    }

    fn groups_of(&mut self, user: &str) -> Answered {
        let groups = self.entity(Kind::User, user)?.groups.clone();
        let names = self.all().filter(|group| groups.contains(&group.id));
        let names: Vec<String> = names.map(|group| group.name.clone()).collect();
        Ok(Told::done().showing("GroupName", names))
    }

    fn get_inline(&mut self, kind: Kind, name: &str, policy: &str) -> Answered {
        let entity = self.entity(kind, name)?;
        let (_, text) = entity
            .inline
            .get(&policy.to_lowercase())
            .ok_or_else(|| Told::no_such_inline(kind, policy))?;
        Ok(Told::done().showing_document("PolicyDocument", DOCUMENTS[*text]))
    }

    fn is_there(&self, policy: &str) -> bool {
        OF_AWS.contains(&policy) || self.policies.contains_key(policy)
    }

    fn attach(&mut self, kind: Kind, name: &str, policy: &str) -> Answered {
        let (arn, is_there) = (policy_arn(policy), self.is_there(policy));
        let entity = self.entity(kind, name)?;
        if !is_there {
            return Err(Told::not_attachable(&format!("Policy {arn}")));
        }
        if !entity.attached.contains(&arn) && entity.attached.len() == POLICIES_PER_PRINCIPAL {
            return Err(Told::beyond(
                &format!("PoliciesPer{kind:?}"),
                POLICIES_PER_PRINCIPAL,
            ));
        }
        entity.attached.insert(arn);
        Ok(Told::done())
    }

    fn set_boundary(&mut self, kind: Kind, name: &str, policy: &str) -> Answered {
        let (arn, is_there) = (policy_arn(policy), self.is_there(policy));
        let entity = self.entity(kind, name)?;
        if !is_there {
            return Err(Told::not_attachable(&format!("Scope ARN: {arn}")));
        }
        entity.boundary = Some(arn);
        Ok(Told::done())
    }

    fn tag(&mut self, kind: Kind, name: &str, given: &[(String, String)]) -> Answered {
        let entity = self.entity(kind, name)?;
        let mut tags = entity.tags.clone();
        let mut keys = BTreeSet::new();
        for (key, value) in given {
            if !keys.insert(key.to_lowercase()) {
                return Err(Told::duplicate_keys());
            }
            tags.insert(key.to_lowercase(), (key.clone(), value.clone()));
        }
        if tags.len() > TAGS_PER_PRINCIPAL {
            return Err(Told::too_many_tags());
        }
        entity.tags = tags;
        Ok(Told::done())
    }

    fn create_policy(&mut self, name: &str, text: usize) -> Answered {
        if self.policies.keys().any(|kept| kept.eq_ignore_ascii_case(name)) {
            return Err(Told::exists(&format!(
                "A policy called {name} already exists. Duplicate names are not allowed."
            )));
        }
        let policy = Managed {
            versions: BTreeMap::from([(1, text)]),
            default: 1,
            next: 2,
        };
        self.policies.insert(name.to_owned(), policy);
        Ok(Told::done()
            .showing("AttachmentCount", ["0"])
            .showing("DefaultVersionId", ["v1"]))
    }

    fn add_version(&mut self, name: &str, text: usize, is_default: bool) -> Answered {
        let policy = self.policy(name)?;
        if policy.versions.len() == VERSIONS_PER_POLICY {
            return Err(Told::too_many_versions());
        }
        let version = policy.next;
        policy.next += 1;
        policy.versions.insert(version, text);
        if is_default {
            policy.default = version;
        }
        Ok(Told::done()
            .showing("VersionId", [format!("v{version}")])
            .showing("IsDefaultVersion", [is_default.to_string()]))
    }

    /// The version of a policy. Without the policy, it is the version that is missing.
    fn version(&mut self, name: &str, version: u32) -> Result<(&mut Managed, usize), Told> {
        let found = self.policies.get_mut(name);
        let found =
            found.and_then(|policy| policy.versions.get(&version).copied().map(|text| (policy, text)));
        found.ok_or_else(|| Told::not_attachable(&format!("Policy {} version v{version}", policy_arn(name))))
    }

    fn get_version(&mut self, name: &str, version: u32) -> Answered {
        let (policy, text) = self.version(name, version)?;
        let is_default = (policy.default == version).to_string();
        Ok(Told::done()
            .showing_document("Document", DOCUMENTS[text])
            .showing("IsDefaultVersion", [is_default]))
    }

    fn set_default(&mut self, name: &str, version: u32) -> Answered {
        self.version(name, version)?.0.default = version;
        Ok(Told::done())
    }

    fn delete_version(&mut self, name: &str, version: u32) -> Answered {
        let (policy, _) = self.version(name, version)?;
        if policy.default == version {
            return Err(Told::conflict("the default version of a policy."));
        }
        policy.versions.remove(&version);
        Ok(Told::done())
    }

    fn delete_policy(&mut self, name: &str) -> Answered {
        let versions = self.policy(name)?.versions.len();
        let arn = policy_arn(name);
        let is_used =
            |entity: &Entity| entity.attached.contains(&arn) || entity.boundary.as_deref() == Some(&*arn);
        if self.all().any(is_used) {
            return Err(Told::conflict("a policy attached to entities."));
        }
        if versions > 1 {
            return Err(Told::has_versions());
        }
        self.policies.remove(name);
        Ok(Told::done())
    }
}
