//! ListInstanceProfiles. Decided on the path prefix; shows them with their roles and without tags.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_aws_api::iam::{self, ListInstanceProfilesInput, ListInstanceProfilesOutput};
use lanyard_directory::{Account, InstanceProfile};
use lanyard_names::AccountId;

use super::profile;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::{Page, Paged};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListInstanceProfiles;

impl Described for ListInstanceProfiles {
    type Model = iam::ListInstanceProfiles;

    fn concerned(input: &ListInstanceProfilesInput, account: &Account) -> BTreeSet<AccountId> {
        page_of(input, account).map_or_else(
            |_| BTreeSet::new(),
            |paged| profile::accounts_shown(paged.items, account),
        )
    }

    fn subject(input: &ListInstanceProfilesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_prefix(
            Self::ACTION,
            "instance-profile",
            input.path_prefix.as_deref(),
            view,
        )
        .into())
    }
}

impl Read for ListInstanceProfiles {
    fn run(
        input: &ListInstanceProfilesInput,
        view: &View<'_>,
    ) -> Result<ListInstanceProfilesOutput, Refusal> {
        let paged = page_of(input, view.account)?.map(|profile| profile::listed(profile, view));
        Ok(ListInstanceProfilesOutput {
            is_truncated: Some(paged.is_truncated()),
            instance_profiles: paged.items,
            marker: paged.marker,
        })
    }
}

fn page_of<'a>(
    input: &ListInstanceProfilesInput,
    account: &'a Account,
) -> Result<Paged<&'a Arc<InstanceProfile>>, Refusal> {
    let page = Page::asked(input.marker.as_deref(), input.max_items)?;
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let profiles = account.instance_profiles_under(prefix, page.after());
    Ok(page.cut(profiles, |profile| profile.name.as_str()))
}
