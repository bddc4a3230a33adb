//! ListInstanceProfilesForRole. Decided on the role.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{self, ListInstanceProfilesForRoleInput, ListInstanceProfilesForRoleOutput};
use lanyard_directory::{Account, DirectoryError};
use lanyard_names::AccountId;

use super::profile;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListInstanceProfilesForRole;

impl Described for ListInstanceProfilesForRole {
    type Model = iam::ListInstanceProfilesForRole;

    fn concerned(input: &ListInstanceProfilesForRoleInput, account: &Account) -> BTreeSet<AccountId> {
        let role = account.role(&input.role_name);
        role.map_or_else(BTreeSet::new, |role| role.trust.accounts_bound(account.id()))
    }

    fn subject(input: &ListInstanceProfilesForRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Read for ListInstanceProfilesForRole {
    fn run(
        input: &ListInstanceProfilesForRoleInput,
        view: &View<'_>,
    ) -> Result<ListInstanceProfilesForRoleOutput, Refusal> {
        let missing = || DirectoryError::NoSuchRole(input.role_name.as_str().into());
        let role = view.account.role(&input.role_name).ok_or_else(missing)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let profiles = view.account.instance_profiles_of(role.id, page.after());
        let paged = page.cut(profiles, |profile| profile.name.as_str());
        let paged = paged.map(|profile| profile::listed(profile, view));
        Ok(ListInstanceProfilesForRoleOutput {
            is_truncated: Some(paged.is_truncated()),
            instance_profiles: paged.items,
            marker: paged.marker,
        })
    }
}
