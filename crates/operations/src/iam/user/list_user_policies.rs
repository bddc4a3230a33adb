//! ListUserPolicies, which lists the names of the inline policies of a user.

use lanyard_aws_api::iam::{self, ListUserPoliciesInput, ListUserPoliciesOutput};
use lanyard_directory::DirectoryError;

use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListUserPolicies;

impl Described for ListUserPolicies {
    type Model = iam::ListUserPolicies;

    fn subject(input: &ListUserPoliciesInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Read for ListUserPolicies {
    fn run(input: &ListUserPoliciesInput, view: &View<'_>) -> Result<ListUserPoliciesOutput, Refusal> {
        let user = view
            .account
            .user(&input.user_name)
            .ok_or_else(|| DirectoryError::NoSuchUser(input.user_name.as_str().into()))?;
        let paged = inline::names(&user.inline, input.marker.as_deref(), input.max_items)?;
        Ok(ListUserPoliciesOutput {
            is_truncated: Some(paged.is_truncated()),
            policy_names: paged.items,
            marker: paged.marker,
        })
    }
}
