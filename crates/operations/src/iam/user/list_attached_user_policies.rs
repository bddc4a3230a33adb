//! ListAttachedUserPolicies, which lists the managed policies attached to a user.

use lanyard_aws_api::iam::{self, ListAttachedUserPoliciesInput, ListAttachedUserPoliciesOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListAttachedUserPolicies;

impl Described for ListAttachedUserPolicies {
    type Model = iam::ListAttachedUserPolicies;

    fn subject(input: &ListAttachedUserPoliciesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Read for ListAttachedUserPolicies {
    fn run(
        input: &ListAttachedUserPoliciesInput,
        view: &View<'_>,
    ) -> Result<ListAttachedUserPoliciesOutput, Refusal> {
        let user = view
            .account
            .user(&input.user_name)
            .ok_or_else(|| DirectoryError::NoSuchUser(input.user_name.as_str().into()))?;
        let prefix = input.path_prefix.as_deref();
        let paged = attachments::list(&user.attached, prefix, input.marker.as_deref(), input.max_items)?;
        Ok(ListAttachedUserPoliciesOutput {
            is_truncated: Some(paged.is_truncated()),
            attached_policies: Some(paged.items),
            marker: paged.marker,
        })
    }
}
