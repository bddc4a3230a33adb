//! ListGroups. Decided on the path prefix.

use lanyard_aws_api::iam::{self, ListGroupsInput, ListGroupsOutput};

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListGroups;

impl Described for ListGroups {
    type Model = iam::ListGroups;

    fn subject(input: &ListGroupsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_prefix(Self::ACTION, "group", input.path_prefix.as_deref(), view).into())
    }
}

impl Read for ListGroups {
    fn run(input: &ListGroupsInput, view: &View<'_>) -> Result<ListGroupsOutput, Refusal> {
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let groups = view.account.groups_under(prefix, page.after());
        let paged = page.cut(groups, |group| group.name.as_str());
        Ok(ListGroupsOutput {
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
