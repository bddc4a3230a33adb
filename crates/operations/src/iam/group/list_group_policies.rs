//! ListGroupPolicies, which lists the names of the inline policies of a group.

use lanyard_aws_api::iam::{self, ListGroupPoliciesInput, ListGroupPoliciesOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListGroupPolicies;

impl Described for ListGroupPolicies {
    type Model = iam::ListGroupPolicies;

    fn subject(input: &ListGroupPoliciesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Read for ListGroupPolicies {
    fn run(input: &ListGroupPoliciesInput, view: &View<'_>) -> Result<ListGroupPoliciesOutput, Refusal> {
        let group = view
            .account
            .group(&input.group_name)
            .ok_or_else(|| DirectoryError::NoSuchGroup(input.group_name.as_str().into()))?;
        let paged = inline::names(&group.inline, input.marker.as_deref(), input.max_items)?;
        Ok(ListGroupPoliciesOutput {
            is_truncated: Some(paged.is_truncated()),
            policy_names: paged.items,
            marker: paged.marker,
        })
    }
}
