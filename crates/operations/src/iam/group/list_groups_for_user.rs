//! ListGroupsForUser. Decided on the user.

use lanyard_aws_api::iam::{self, ListGroupsForUserInput, ListGroupsForUserOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListGroupsForUser;

impl Described for ListGroupsForUser {
    type Model = iam::ListGroupsForUser;

    fn subject(input: &ListGroupsForUserInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Read for ListGroupsForUser {
    fn run(input: &ListGroupsForUserInput, view: &View<'_>) -> Result<ListGroupsForUserOutput, Refusal> {
        let missing = || DirectoryError::NoSuchUser(input.user_name.as_str().into());
        let user = view.account.user(&input.user_name).ok_or_else(missing)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let groups = view.account.groups_of(user);
        let paged = page.cut_sorted(groups, |group| group.name.fold().to_string());
        Ok(ListGroupsForUserOutput {
            is_truncated: Some(paged.is_truncated()),
            groups: paged
                .items
                .into_iter()
                .map(|group| shapes::group(group))
                .collect(),
            marker: paged.marker,
        })
    }
}
