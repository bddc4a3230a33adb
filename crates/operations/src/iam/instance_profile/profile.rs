//! Which instance profile a request is about, and how answers show it.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_aws_api::iam as api;
use lanyard_directory::{Account, DirectoryError, InstanceProfile, Role};
use lanyard_names::AccountId;

use crate::error::Refusal;
use crate::iam::shapes;
use crate::subject::{Ask, unplaced};
use crate::view::View;

/// An action on an instance profile, which may not exist.
pub(crate) fn ask(action: &'static str, name: &str, view: &View<'_>) -> Ask {
    match view.account.instance_profile(name) {
        Some(profile) => Ask::on(action, profile.arn().to_string(), view).resource_tags(&profile.tags),
        None => Ask::on(action, unplaced("instance-profile", name, view), view),
    }
}

/// The instance profile of a name.
pub(crate) fn find<'a>(name: &str, account: &'a Account) -> Result<&'a Arc<InstanceProfile>, Refusal> {
    account
        .instance_profile(name)
        .ok_or_else(|| DirectoryError::NoSuchInstanceProfile(name.into()).into())
}

/// The accounts whose principals the roles of instance profiles trust: their names are shown with the roles.
pub(crate) fn accounts_shown<'a>(
    profiles: impl IntoIterator<Item = &'a Arc<InstanceProfile>>,
    account: &Account,
) -> BTreeSet<AccountId> {
    profiles
        .into_iter()
        .filter_map(|profile| role(profile, account))
        .flat_map(|role| role.trust.accounts_bound(account.id()))
        .collect()
}

/// An instance profile as lists show it: without tags.
pub(crate) fn listed(profile: &InstanceProfile, view: &View<'_>) -> api::InstanceProfile {
    api::InstanceProfile {
        path: profile.path.as_str().to_owned(),
        instance_profile_name: profile.name.as_str().to_owned(),
        instance_profile_id: profile.id.to_string(),
        arn: profile.arn().to_string(),
        create_date: profile.created,
        roles: role(profile, view.account)
            .map(|role| shown_role(role, view))
            .into_iter()
            .collect(),
        tags: None,
    }
}

fn role<'a>(profile: &InstanceProfile, account: &'a Account) -> Option<&'a Arc<Role>> {
    profile.role.and_then(|id| account.role_by_id(id))
}

/// A role in an instance profile. Evidence: recorded responses, which have neither its longest session nor its
/// description.
fn shown_role(role: &Role, view: &View<'_>) -> api::Role {
    api::Role {
        description: None,
        max_session_duration: None,
        ..shapes::listed_role(role, view)
    }
}
