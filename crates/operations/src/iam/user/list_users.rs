//! ListUsers. Decided on the path prefix; shows users without their tags and boundaries.

use lanyard_aws_api::iam::{self, ListUsersInput, ListUsersOutput};

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::Page;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListUsers;

impl Described for ListUsers {
    type Model = iam::ListUsers;

    fn subject(input: &ListUsersInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_prefix(Self::ACTION, "user", input.path_prefix.as_deref(), view).into())
    }
}

impl Read for ListUsers {
    fn run(input: &ListUsersInput, view: &View<'_>) -> Result<ListUsersOutput, Refusal> {
        let page = Page::asked(input.marker.as_deref(), input.max_items)?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let users = view.account.users_under(prefix, page.after());
        let paged = page.cut(users, |user| user.name.as_str());
        Ok(ListUsersOutput {
            is_truncated: Some(paged.is_truncated()),
            users: paged
                .items
                .into_iter()
                .map(|user| iam::User {
                    password_last_used: view.password_last_used(user.id),
                    ..shapes::listed_user(user)
                })
                .collect(),
            marker: paged.marker,
        })
    }
}
