//! ListRolePolicies, which lists the names of the inline policies of a role.

use lanyard_aws_api::iam::{self, ListRolePoliciesInput, ListRolePoliciesOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListRolePolicies;

impl Described for ListRolePolicies {
    type Model = iam::ListRolePolicies;

    fn subject(input: &ListRolePoliciesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Read for ListRolePolicies {
    fn run(input: &ListRolePoliciesInput, view: &View<'_>) -> Result<ListRolePoliciesOutput, Refusal> {
        let role = view
            .account
            .role(&input.role_name)
            .ok_or_else(|| DirectoryError::NoSuchRole(input.role_name.as_str().into()))?;
        let paged = inline::names(&role.inline, input.marker.as_deref(), input.max_items)?;
        Ok(ListRolePoliciesOutput {
            is_truncated: Some(paged.is_truncated()),
            policy_names: paged.items,
            marker: paged.marker,
        })
    }
}
