//! ListInstanceProfilesForRole. There are no instance profiles yet.

use lanyard_aws_api::iam::{self, ListInstanceProfilesForRoleInput, ListInstanceProfilesForRoleOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListInstanceProfilesForRole;

impl Described for ListInstanceProfilesForRole {
    type Model = iam::ListInstanceProfilesForRole;

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
        view.account.role(&input.role_name).ok_or_else(missing)?;
        Page::asked(input.marker.as_deref(), input.max_items)?;
        Ok(ListInstanceProfilesForRoleOutput {
            instance_profiles: Vec::new(),
            is_truncated: Some(false),
            marker: None,
        })
    }
}
