//! What a summary can be about.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_directory::{Account, DirectoryError, Group, Role, User};
use lanyard_names::arn::{Arn, EntityArn};
use lanyard_names::{AccountId, PolicyArn};
use lanyard_policy_words::Summary;

use super::documents::{add_attached, add_boundary, add_inline, words};
use crate::error::Refusal;
use crate::subject::{Ask, Subject};
use crate::view::{OtherAccounts, View};

/// What an ARN names.
pub(super) enum Entity {
    User(AccountId, String),
    Group(AccountId, String),
    Role(AccountId, String),
    Policy(PolicyArn),
    DelegationRequest(String),
    Other,
}

const OF_USERS: [&str; 5] = [
    "iam:GetUser",
    "iam:ListUserPolicies",
    "iam:GetUserPolicy",
    "iam:ListAttachedUserPolicies",
    "iam:ListGroupsForUser",
];
const OF_GROUPS: [&str; 4] = [
    "iam:GetGroup",
    "iam:ListGroupPolicies",
    "iam:GetGroupPolicy",
    "iam:ListAttachedGroupPolicies",
];
const OF_ROLES: [&str; 4] = [
    "iam:GetRole",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
];
const OF_POLICIES: [&str; 2] = ["iam:GetPolicy", "iam:GetPolicyVersion"];

impl Entity {
    pub(super) fn named(arn: &str) -> Self {
        match EntityArn::parse(arn) {
            Ok(EntityArn::User { account, name, .. }) => Self::User(account, name.as_str().to_owned()),
            Ok(EntityArn::Group { account, name, .. }) => Self::Group(account, name.as_str().to_owned()),
            Ok(EntityArn::Role { account, name, .. }) => Self::Role(account, name.as_str().to_owned()),
            Ok(EntityArn::Policy { .. }) => PolicyArn::parse(arn).map_or(Self::Other, Self::Policy),
            _ => delegation_request(arn).map_or(Self::Other, Self::DelegationRequest),
        }
    }

    /// The accounts whose users and roles the entity's trust policy names.
    pub(super) fn concerned(&self, account: &Account) -> BTreeSet<AccountId> {
        match self {
            Self::Role(_, name) => account
                .role(name)
                .map_or_else(BTreeSet::new, |role| role.trust.accounts_bound(account.id())),
            _ => BTreeSet::new(),
        }
    }

    /// The summary itself first; then what reads each policy that goes into it.
    pub(super) fn subject(&self, action: &'static str, arn: &str, view: &View<'_>) -> Subject {
        let on = |action| Ask::on(action, arn.to_owned(), view);
        let mut asks = match self {
            Self::User(account, _) => self.asks(action, &OF_USERS, *account, arn, view),
            Self::Group(account, _) => self.asks(action, &OF_GROUPS, *account, arn, view),
            Self::Role(account, _) => self.asks(action, &OF_ROLES, *account, arn, view),
            Self::Policy(_) => std::iter::once(action)
                .chain(OF_POLICIES)
                .map(|action| Ask::on_policy(action, arn, view))
                .collect(),
            Self::DelegationRequest(_) | Self::Other => vec![on(action)],
        };
        for group in self.groups(arn, view) {
            let group_arn = group.arn().to_string();
            asks.extend(OF_GROUPS.map(|action| Ask::on(action, group_arn.clone(), view)));
        }
        let read_version = |policy: &PolicyArn| Ask::on_policy("iam:GetPolicyVersion", policy.as_str(), view);
        asks.extend(self.managed_policies(arn, view).iter().map(read_version));
        Subject::all(asks)
    }

    fn asks(
        &self,
        action: &'static str,
        reading: &[&'static str],
        account: AccountId,
        arn: &str,
        view: &View<'_>,
    ) -> Vec<Ask> {
        let tags = match self {
            Self::User(_, name) => user(name, arn, view).map(|user| &user.tags),
            Self::Role(_, name) => role(name, arn, view).map(|role| &role.tags),
            _ => None,
        };
        let ask = |action: &&'static str| {
            let mut ask = Ask::on(action, arn.to_owned(), view);
            ask.resource_account = account;
            match tags {
                Some(tags) => ask.resource_tags(tags),
                None => ask,
            }
        };
        std::iter::once(&action).chain(reading).map(ask).collect()
    }

    /// The groups whose policies a user has.
    fn groups<'a>(&self, arn: &str, view: &View<'a>) -> Vec<&'a Arc<Group>> {
        match self {
            Self::User(_, name) => user(name, arn, view)
                .map(|user| view.account.groups_of(user))
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The managed policies that go into the summary, beside the one that it may be about.
    fn managed_policies(&self, arn: &str, view: &View<'_>) -> Vec<PolicyArn> {
        let (attached, boundary) = match self {
            Self::User(_, name) => user(name, arn, view)
                .map(|user| (user.attached.clone(), user.boundary.clone()))
                .unwrap_or_default(),
            Self::Group(_, name) => group(name, arn, view)
                .map(|group| (group.attached.clone(), None))
                .unwrap_or_default(),
            Self::Role(_, name) => role(name, arn, view)
                .map(|role| (role.attached.clone(), role.boundary.clone()))
                .unwrap_or_default(),
            Self::Policy(_) | Self::DelegationRequest(_) | Self::Other => Default::default(),
        };
        let of_groups = self.groups(arn, view).into_iter();
        let of_groups = of_groups.flat_map(|group| group.attached.iter().cloned());
        attached.into_iter().chain(boundary).chain(of_groups).collect()
    }

    pub(super) fn summary(&self, arn: &str, view: &View<'_>) -> Result<Summary, Refusal> {
        match self {
            Self::User(_, name) => {
                let user =
                    user(name, arn, view).ok_or_else(|| DirectoryError::NoSuchUser(name.as_str().into()))?;
                Ok(of_user(user, view))
            }
            Self::Group(_, name) => {
                let group = group(name, arn, view)
                    .ok_or_else(|| DirectoryError::NoSuchGroup(name.as_str().into()))?;
                Ok(of_group(group, view))
            }
            Self::Role(_, name) => {
                let role =
                    role(name, arn, view).ok_or_else(|| DirectoryError::NoSuchRole(name.as_str().into()))?;
                Ok(of_role(role, view))
            }
            Self::Policy(arn) => of_policy(arn, view),
            Self::DelegationRequest(id) => Err(Refusal::no_such_delegation_request(id)),
            Self::Other => Err(Refusal::nothing_to_summarize(arn)),
        }
    }
}

/// The id of a delegation request, by its ARN.
fn delegation_request(arn: &str) -> Option<String> {
    let arn = Arn::parse(arn).ok()?;
    let id = arn.resource.strip_prefix("delegation-request/")?;
    (arn.service == "iam" && !id.is_empty()).then(|| id.to_owned())
}

fn user<'a>(name: &str, arn: &str, view: &View<'a>) -> Option<&'a Arc<User>> {
    view.account.user(name).filter(|user| **user.arn() == *arn)
}

fn group<'a>(name: &str, arn: &str, view: &View<'a>) -> Option<&'a Arc<Group>> {
    view.account.group(name).filter(|group| **group.arn() == *arn)
}

fn role<'a>(name: &str, arn: &str, view: &View<'a>) -> Option<&'a Arc<Role>> {
    view.account.role(name).filter(|role| **role.arn() == *arn)
}

/// What the policies of others add.
const OTHERS: &str =
    "Policies of resources, such as buckets and the trust policies of roles, can allow and deny more.";

fn of_user(user: &User, view: &View<'_>) -> Summary {
    let account = view.account;
    let mut summary = Summary::new();
    summary.open(format!("The user {} of account {}.", user.name, account.id()));
    add_inline("", user.inline.iter().map(Arc::as_ref), &mut summary);
    add_attached("", &user.attached, account, &mut summary);
    for group in account.groups_of(user) {
        add_policies_of(group, &format!("group {}, ", group.name), view, &mut summary);
    }
    add_boundary(user.boundary.as_ref(), account, &mut summary);
    summary.close(OTHERS);
    summary
}

fn of_group(group: &Group, view: &View<'_>) -> Summary {
    let mut summary = Summary::new();
    let members = match view.account.member_count(group.id) {
        1 => "1 member has".to_owned(),
        members => format!("{members} members have"),
    };
    summary.open(format!(
        "The group {} of account {}: its {members} the following permissions.",
        group.name,
        view.account.id()
    ));
    add_policies_of(group, "", view, &mut summary);
    summary.close(OTHERS);
    summary
}

fn add_policies_of(group: &Group, owner: &str, view: &View<'_>, summary: &mut Summary) {
    add_inline(owner, group.inline.iter().map(Arc::as_ref), summary);
    add_attached(owner, &group.attached, view.account, summary);
}

fn of_role(role: &Role, view: &View<'_>) -> Summary {
    let account = view.account;
    let mut summary = Summary::new();
    summary.open(format!("The role {} of account {}.", role.name, account.id()));
    let trust = role.trust.rendered(account, &OtherAccounts(view.others));
    match words(&trust, &mut summary) {
        Some(trust) => summary.trust(trust),
        // Fails closed: as decisions take it.
        None => summary.open("Nobody may assume it, since its trust policy cannot be read."),
    }
    add_inline("", role.inline.iter().map(Arc::as_ref), &mut summary);
    add_attached("", &role.attached, account, &mut summary);
    add_boundary(role.boundary.as_ref(), account, &mut summary);
    summary.close(OTHERS);
    summary
}

fn of_policy(arn: &PolicyArn, view: &View<'_>) -> Result<Summary, Refusal> {
    let found = view.account.managed_policy_in_force(arn);
    let (version, text) = found.ok_or_else(|| DirectoryError::NoSuchPolicy(arn.as_str().into()))?;
    let mut summary = Summary::new();
    summary.open(format!("The managed policy {}, version {version}.", arn.name()));
    match words(&text, &mut summary) {
        Some(words) => summary.add(None, words),
        None => summary.add_unreadable(None),
    }
    summary.close("It counts for the users, groups and roles that it is attached to.");
    Ok(summary)
}
