//! The steps: few names in two cases, so that they meet often.

use lanyard_directory::{
    AccountEdit, DirectoryError, GroupUpdate, KeyHolder, KeyOwner, NewPolicyVersion, NoOtherAccounts, Owner,
    PrincipalName, Taggable, UserUpdate,
};
use lanyard_names::{EntityPath, GroupName, PolicyArn};
use proptest::prelude::*;
use proptest::sample::select;

use crate::world::{ADMIN, ALLOW, DENY, READ_ONLY, World, at, inline, policy_arn, tag, trust, user_name};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    User,
    Group,
    Role,
}

#[derive(Clone, Debug)]
pub enum Step {
    Create(Kind, String),
    Rename(Kind, String, String),
    Delete(Kind, String),
    Join(String, String),
    Leave(String, String),
    PutInline(Kind, String, String, String),
    DeleteInline(Kind, String, String),
    Attach(Kind, String, String),
    Detach(Kind, String, String),
    SetBoundary(Kind, String, String),
    DeleteBoundary(Kind, String),
    Tag(Kind, String, String, String),
    Untag(Kind, String, String),
    AddKey(String),
    DeleteKey(String),
    CreatePolicy(String),
    AddVersion(String, String, bool),
    SetDefault(String, u32),
    DeleteVersion(String, u32),
    DeletePolicy(String),
}

/// A list of steps, on an account that has some of everything.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let some = [
        Step::Create(Kind::User, "a".to_owned()),
        Step::Create(Kind::User, "b".to_owned()),
        Step::Create(Kind::Group, "a".to_owned()),
        Step::Create(Kind::Group, "b".to_owned()),
        Step::Create(Kind::Role, "a".to_owned()),
        Step::CreatePolicy("p".to_owned()),
    ];
    prop::collection::vec(step(), 1..80).prop_map(move |steps| some.iter().cloned().chain(steps).collect())
}

fn step() -> impl Strategy<Value = Step> {
    let text = |values: &'static [&'static str]| select(values).prop_map(str::to_owned);
    let name = move || text(&["a", "A", "b", "c"]);
    let every = || select(&[Kind::User, Kind::Group, Kind::Role][..]);
    let named = || select(&[Kind::User, Kind::Group][..]);
    let bound = || select(&[Kind::User, Kind::Role][..]);
    let policy = move || text(&["p", "q", "admin", "read"]);
    let own = move || text(&["p", "p", "P", "q"]);
    let document = move || text(&[ALLOW, DENY]);
    let key = move || text(&["k", "K", "l", "m"]);
    prop_oneof![
        4 => (every(), name()).prop_map(|(k, n)| Step::Create(k, n)),
        3 => (named(), name(), name()).prop_map(|(k, n, m)| Step::Rename(k, n, m)),
        2 => (every(), name()).prop_map(|(k, n)| Step::Delete(k, n)),
        4 => (name(), name()).prop_map(|(g, u)| Step::Join(g, u)),
        2 => (name(), name()).prop_map(|(g, u)| Step::Leave(g, u)),
        1 => (every(), name(), name(), document()).prop_map(|(k, n, p, t)| Step::PutInline(k, n, p, t)),
        1 => (every(), name(), name()).prop_map(|(k, n, p)| Step::DeleteInline(k, n, p)),
        4 => (every(), name(), policy()).prop_map(|(k, n, p)| Step::Attach(k, n, p)),
        2 => (every(), name(), policy()).prop_map(|(k, n, p)| Step::Detach(k, n, p)),
        2 => (bound(), name(), policy()).prop_map(|(k, n, p)| Step::SetBoundary(k, n, p)),
        1 => (bound(), name()).prop_map(|(k, n)| Step::DeleteBoundary(k, n)),
        1 => (bound(), name(), key(), name()).prop_map(|(k, n, t, v)| Step::Tag(k, n, t, v)),
        1 => (bound(), name(), key()).prop_map(|(k, n, t)| Step::Untag(k, n, t)),
        1 => name().prop_map(Step::AddKey),
        1 => name().prop_map(Step::DeleteKey),
        3 => own().prop_map(Step::CreatePolicy),
        2 => (own(), document(), any::<bool>()).prop_map(|(p, t, d)| Step::AddVersion(p, t, d)),
        1 => (own(), 1..5_u32).prop_map(|(p, v)| Step::SetDefault(p, v)),
        1 => (own(), 1..5_u32).prop_map(|(p, v)| Step::DeleteVersion(p, v)),
        1 => own().prop_map(Step::DeletePolicy),
    ]
}

/// The ARN of a policy, whether or not it exists.
pub fn arn(policy: &str, world: &World) -> PolicyArn {
    match policy {
        "admin" => policy_arn(ADMIN),
        "read" => policy_arn(READ_ONLY),
        own => world.own_policy(own),
    }
}

fn owner(kind: Kind, name: &str) -> Owner<'_> {
    match kind {
        Kind::User => Owner::User(name),
        Kind::Group => Owner::Group(name),
        Kind::Role => Owner::Role(name),
    }
}

fn principal(kind: Kind, name: &str) -> PrincipalName<'_> {
    match kind {
        Kind::Role => PrincipalName::Role(name),
        _ => PrincipalName::User(name),
    }
}

fn taggable(kind: Kind, name: &str) -> Taggable<'_> {
    match kind {
        Kind::Role => Taggable::Role(name),
        _ => Taggable::User(name),
    }
}

/// Where something of a name moves: the model does not look at it, the indexes do.
fn path_of(name: &str) -> EntityPath {
    let text = match name.bytes().map(usize::from).sum::<usize>() % 3 {
        0 => "/",
        1 => "/a/",
        _ => "/a/b/",
    };
    EntityPath::parse(text).unwrap()
}

impl Step {
    /// Runs the step on the real thing.
    pub fn apply(&self, edit: &mut AccountEdit, world: &World) -> Result<(), DirectoryError> {
        match self {
            Self::Create(Kind::User, name) => edit.create_user(world.new_user(name)).map(drop),
            Self::Create(Kind::Group, name) => edit.create_group(world.new_group(name)).map(drop),
            Self::Create(Kind::Role, name) => edit
                .create_role(world.new_role(name, &trust("*")), &NoOtherAccounts)
                .map(drop),
            Self::Rename(Kind::User, old, new) => edit
                .update_user(
                    old,
                    UserUpdate {
                        name: Some(user_name(new)),
                        path: Some(path_of(new)),
                    },
                )
                .map(drop),
            Self::Rename(_, old, new) => {
                let name = Some(GroupName::parse(new).unwrap());
                let path = Some(path_of(new));
                edit.update_group(old, GroupUpdate { name, path }).map(drop)
            }
            Self::Delete(Kind::User, name) => edit.delete_user(name).map(drop),
            Self::Delete(Kind::Group, name) => edit.delete_group(name).map(drop),
            Self::Delete(Kind::Role, name) => edit.delete_role(name).map(drop),
            Self::Join(group, user) => edit.add_user_to_group(group, user),
            Self::Leave(group, user) => edit.remove_user_from_group(group, user),
            Self::PutInline(kind, name, policy, text) => {
                edit.put_inline_policy(owner(*kind, name), inline(policy), text)
            }
            Self::DeleteInline(kind, name, policy) => edit.delete_inline_policy(owner(*kind, name), policy),
            Self::Attach(kind, name, policy) => edit.attach_policy(owner(*kind, name), &arn(policy, world)),
            Self::Detach(kind, name, policy) => edit.detach_policy(owner(*kind, name), &arn(policy, world)),
            Self::SetBoundary(kind, name, policy) => {
                edit.set_boundary(principal(*kind, name), &arn(policy, world))
            }
            Self::DeleteBoundary(kind, name) => edit.delete_boundary(principal(*kind, name)),
            Self::Tag(kind, name, key, value) => edit.tag(taggable(*kind, name), vec![tag(key, value)]),
            Self::Untag(kind, name, key) => edit.untag(taggable(*kind, name), &[key]),
            Self::AddKey(name) => edit
                .create_access_key(KeyHolder::User(name), world.new_key())
                .map(drop),
            Self::DeleteKey(name) => {
                let key = edit
                    .view()
                    .user(name)
                    .and_then(|user| Some(edit.view().access_keys_of(KeyOwner::User(user.id)).first()?.id));
                let id = key.map_or("none".to_owned(), |id| id.to_string());
                edit.delete_access_key(KeyHolder::User(name), &id)
            }
            Self::CreatePolicy(name) => edit.create_policy(world.new_policy(name, ALLOW)).map(drop),
            Self::AddVersion(name, text, is_default) => {
                let new = NewPolicyVersion {
                    text: text.as_str().into(),
                    is_default: *is_default,
                    created: at(1),
                };
                edit.create_policy_version(&world.own_policy(name), new).map(drop)
            }
            Self::SetDefault(name, version) => {
                edit.set_default_policy_version(&world.own_policy(name), &format!("v{version}"))
            }
            Self::DeleteVersion(name, version) => {
                edit.delete_policy_version(&world.own_policy(name), &format!("v{version}"))
            }
            Self::DeletePolicy(name) => edit.delete_policy(&world.own_policy(name)).map(drop),
        }
    }
}
