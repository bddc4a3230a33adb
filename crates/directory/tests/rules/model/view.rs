//! What a model and an account hold, as lines of text that can be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lanyard_directory::{Account, Attachment, Group, InlinePolicy, KeyOwner, OwnerKind, Role, Tags, User};
use lanyard_names::PolicyArn;

use super::naive::{Entity, Model};

impl Model {
    /// What the model holds.
    pub fn shown(&self) -> Vec<String> {
        let mut lines = self.entities();
        for (index, group) in self.groups.iter().enumerate() {
            let Some(group) = group else { continue };
            let members: Vec<&str> = sorted(&self.users)
                .into_iter()
                .filter(|user| user.groups.contains(&index))
                .map(|user| user.name.as_str())
                .collect();
            lines.push(format!("members of {}: {members:?}", group.name));
        }
        let policies = || self.policies.iter().flatten();
        for policy in policies() {
            lines.push(format!(
                "policy {} {:?} default v{}",
                policy.name, policy.versions, policy.default
            ));
        }
        let versions: usize = policies().map(|policy| policy.versions.len()).sum();
        lines.push(format!("versions {versions}"));
        lines.extend(self.usage());
        lines.sort();
        lines
    }

    fn lists(&self) -> [(&'static str, &Vec<Option<Entity>>); 3] {
        [
            ("User", &self.users),
            ("Group", &self.groups),
            ("Role", &self.roles),
        ]
    }

    fn entities(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, list) in self.lists() {
            for entity in list.iter().flatten() {
                let mut groups: Vec<&str> = entity
                    .groups
                    .iter()
                    .map(|index| self.groups[*index].as_ref().unwrap().name.as_str())
                    .collect();
                groups.sort_by_key(|name| name.to_ascii_lowercase());
                lines.push(line(kind, entity, &groups));
            }
        }
        lines
    }

    fn usage(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut used: BTreeSet<&String> = BTreeSet::new();
        for (kind, list) in self.lists() {
            for entity in list.iter().flatten() {
                used.extend(entity.attached.iter().chain(&entity.boundary));
                for arn in &entity.attached {
                    lines.push(format!("{arn} attached to {kind} {}", entity.name));
                }
                if let Some(arn) = &entity.boundary {
                    lines.push(format!("{arn} bounds {kind} {}", entity.name));
                }
            }
        }
        for arn in used {
            let (attachments, boundaries) = self.users_of(arn);
            lines.push(format!("usage {arn} {attachments} {boundaries}"));
        }
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
    crate::partial_lists::check(account);
    let mut lines = Vec::new();
    for user in account.users(None) {
        lines.push(user_line(account, user));
    }
    for group in account.groups(None) {
        lines.extend(group_lines(account, group));
    }
    for role in account.roles(None) {
        lines.push(role_line(account, role));
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
        lines.extend(usage_lines(account, arn));
    }
    lines.sort();
    lines
}

fn user_line(account: &Account, user: &Arc<User>) -> String {
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
    assert_eq!(account.access_keys_of(KeyOwner::User(user.id)).len(), entity.keys);
    let groups = account.groups_of(user);
    let groups: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    line("User", &entity, &groups)
}

fn group_lines(account: &Account, group: &Arc<Group>) -> [String; 2] {
    assert_eq!(account.group(group.name.as_str()), Some(group));
    assert_eq!(account.group_by_id(group.id), Some(group));
    let entity = Entity {
        name: group.name.to_string(),
        inline: texts(&group.inline),
        attached: group.attached.iter().map(ToString::to_string).collect(),
        ..Entity::default()
    };
    let members: Vec<&str> = account
        .members(group.id, None)
        .map(|user| user.name.as_str())
        .collect();
    assert_eq!(account.member_count(group.id) as usize, members.len());
    [
        line("Group", &entity, &[]),
        format!("members of {}: {members:?}", group.name),
    ]
}

fn role_line(account: &Account, role: &Arc<Role>) -> String {
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
    line("Role", &entity, &[])
}

fn usage_lines(account: &Account, arn: &PolicyArn) -> Vec<String> {
    let mut lines = Vec::new();
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
    lines
}

fn texts(inline: &[Arc<InlinePolicy>]) -> BTreeMap<String, String> {
    inline
        .iter()
        .map(|policy| (policy.name.to_string(), policy.document.text().to_owned()))
        .collect()
}

fn tags(tags: &Tags) -> BTreeMap<String, String> {
    tags.iter()
        .map(|tag| (tag.key.to_string(), tag.value.to_string()))
        .collect()
}
