//! ListAttachedRolePolicies, which lists the managed policies attached to a role.

use lanyard_aws_api::iam::{self, ListAttachedRolePoliciesInput, ListAttachedRolePoliciesOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListAttachedRolePolicies;

impl Described for ListAttachedRolePolicies {
    type Model = iam::ListAttachedRolePolicies;

    fn subject(input: &ListAttachedRolePoliciesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Read for ListAttachedRolePolicies {
    fn run(
        input: &ListAttachedRolePoliciesInput,
        view: &View<'_>,
    ) -> Result<ListAttachedRolePoliciesOutput, Refusal> {
        let role = view
            .account
            .role(&input.role_name)
            .ok_or_else(|| DirectoryError::NoSuchRole(input.role_name.as_str().into()))?;
        let prefix = input.path_prefix.as_deref();
        let paged = attachments::list(&role.attached, prefix, input.marker.as_deref(), input.max_items)?;
        Ok(ListAttachedRolePoliciesOutput {
            is_truncated: Some(paged.is_truncated()),
            attached_policies: Some(paged.items),
            marker: paged.marker,
        })
    }
}
