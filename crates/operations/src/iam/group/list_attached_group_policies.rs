//! ListAttachedGroupPolicies, which lists the managed policies attached to a group.

use lanyard_aws_api::iam::{self, ListAttachedGroupPoliciesInput, ListAttachedGroupPoliciesOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListAttachedGroupPolicies;

impl Described for ListAttachedGroupPolicies {
    type Model = iam::ListAttachedGroupPolicies;

    fn subject(input: &ListAttachedGroupPoliciesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Read for ListAttachedGroupPolicies {
    fn run(
        input: &ListAttachedGroupPoliciesInput,
        view: &View<'_>,
    ) -> Result<ListAttachedGroupPoliciesOutput, Refusal> {
        let group = view
            .account
            .group(&input.group_name)
            .ok_or_else(|| DirectoryError::NoSuchGroup(input.group_name.as_str().into()))?;
        let prefix = input.path_prefix.as_deref();
        let paged = attachments::list(&group.attached, prefix, input.marker.as_deref(), input.max_items)?;
        Ok(ListAttachedGroupPoliciesOutput {
            is_truncated: Some(paged.is_truncated()),
            attached_policies: Some(paged.items),
            marker: paged.marker,
        })
    }
}
