//! GetGroup, which shows a group and a page of the users in it.

use lanyard_aws_api::iam::{self, GetGroupInput, GetGroupOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetGroup;

impl Described for GetGroup {
    type Model = iam::GetGroup;

    fn subject(input: &GetGroupInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Read for GetGroup {
    fn run(input: &GetGroupInput, view: &View<'_>) -> Result<GetGroupOutput, Refusal> {
        let missing = || DirectoryError::NoSuchGroup(input.group_name.as_str().into());
        let group = view.account.group(&input.group_name).ok_or_else(missing)?;
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let paged = page.cut(view.account.members(group.id, page.after()), |user| {
            user.name.as_str()
        });
        Ok(GetGroupOutput {
            group: shapes::group(group),
            is_truncated: Some(paged.is_truncated()),
            users: paged
                .items
                .into_iter()
                .map(|user| shapes::listed_user(user))
                .collect(),
            marker: paged.marker,
        })
    }
}
