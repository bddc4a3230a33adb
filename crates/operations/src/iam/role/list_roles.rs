//! ListRoles. Decided on the path prefix; shows roles without tags, boundary and last use.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_aws_api::iam::{self, ListRolesInput, ListRolesOutput};
use lanyard_directory::{Account, Role};
use lanyard_names::AccountId;

use crate::error::Refusal;
use crate::iam::shapes;
use crate::operation::{Described, Read};
use crate::page::{Page, Paged};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListRoles;

impl Described for ListRoles {
    type Model = iam::ListRoles;

    fn concerned(input: &ListRolesInput, account: &Account) -> BTreeSet<AccountId> {
        let Ok(paged) = page_of(input, account) else {
            return BTreeSet::new();
        };
        paged
            .items
            .iter()
            .flat_map(|role| role.trust.accounts_bound(account.id()))
            .collect()
    }

    fn subject(input: &ListRolesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_prefix(Self::ACTION, "role", input.path_prefix.as_deref(), view).into())
    }
}

impl Read for ListRoles {
    fn run(input: &ListRolesInput, view: &View<'_>) -> Result<ListRolesOutput, Refusal> {
        let paged = page_of(input, view.account)?;
        Ok(ListRolesOutput {
            is_truncated: Some(paged.is_truncated()),
            roles: paged
                .items
                .into_iter()
                .map(|role| shapes::listed_role(role, view))
                .collect(),
            marker: paged.marker,
        })
    }
}

fn page_of<'a>(input: &ListRolesInput, account: &'a Account) -> Result<Paged<&'a Arc<Role>>, Refusal> {
    let page = Page::asked(input.marker.as_deref(), input.max_items)?;
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let roles = account.roles_under(prefix, page.after());
    Ok(page.cut(roles, |role| role.name.as_str()))
}
