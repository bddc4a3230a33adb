//! GetInstanceProfile. Here alone, tags that are not there are an empty list. Evidence: a recorded response.

use std::collections::BTreeSet;

use lanyard_aws_api::iam::{self, GetInstanceProfileInput, GetInstanceProfileOutput};
use lanyard_directory::Account;
use lanyard_names::AccountId;

use super::profile;
use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetInstanceProfile;

impl Described for GetInstanceProfile {
    type Model = iam::GetInstanceProfile;

    fn concerned(input: &GetInstanceProfileInput, account: &Account) -> BTreeSet<AccountId> {
        profile::accounts_shown(account.instance_profile(&input.instance_profile_name), account)
    }

    fn subject(input: &GetInstanceProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(profile::ask(Self::ACTION, &input.instance_profile_name, view).into())
    }
}

impl Read for GetInstanceProfile {
    fn run(input: &GetInstanceProfileInput, view: &View<'_>) -> Result<GetInstanceProfileOutput, Refusal> {
        let profile = profile::find(&input.instance_profile_name, view.account)?;
        Ok(GetInstanceProfileOutput {
            instance_profile: iam::InstanceProfile {
                tags: Some(shapes::listed_tags(&profile.tags)),
                ..profile::listed(profile, view)
            },
        })
    }
}
