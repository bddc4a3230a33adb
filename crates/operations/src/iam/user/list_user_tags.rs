//! ListUserTags, which lists the tags of a user in order of their keys.

use lanyard_aws_api::iam::{self, ListUserTagsInput, ListUserTagsOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListUserTags;

impl Described for ListUserTags {
    type Model = iam::ListUserTags;

    fn subject(input: &ListUserTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Read for ListUserTags {
    fn run(input: &ListUserTagsInput, view: &View<'_>) -> Result<ListUserTagsOutput, Refusal> {
        let user = view
            .account
            .user(&input.user_name)
            .ok_or_else(|| DirectoryError::NoSuchUser(input.user_name.as_str().into()))?;
        let paged = tags::list(&user.tags, input.marker.as_deref(), input.max_items)?;
        Ok(ListUserTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}
