//! ListRoleTags, which lists the tags of a role in order of their keys.

use lanyard_aws_api::iam::{self, ListRoleTagsInput, ListRoleTagsOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListRoleTags;

impl Described for ListRoleTags {
    type Model = iam::ListRoleTags;

    fn subject(input: &ListRoleTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Read for ListRoleTags {
    fn run(input: &ListRoleTagsInput, view: &View<'_>) -> Result<ListRoleTagsOutput, Refusal> {
        let role = view
            .account
            .role(&input.role_name)
            .ok_or_else(|| DirectoryError::NoSuchRole(input.role_name.as_str().into()))?;
        let paged = tags::list(&role.tags, input.marker.as_deref(), input.max_items)?;
        Ok(ListRoleTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}
