//! ListPolicyTags, in order of their keys. Policies of AWS have none.

use lanyard_aws_api::iam::{self, ListPolicyTagsInput, ListPolicyTagsOutput};
use lanyard_directory::Tags;

use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::parameter;
use crate::iam::policy::any;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct ListPolicyTags;

impl Described for ListPolicyTags {
    type Model = iam::ListPolicyTags;

    fn subject(input: &ListPolicyTagsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view).into())
    }
}

impl Read for ListPolicyTags {
    fn run(input: &ListPolicyTagsInput, view: &View<'_>) -> Result<ListPolicyTagsOutput, Refusal> {
        let arn = parameter::policy_arn(&input.policy_arn)?;
        let none = Tags::default();
        let found = any::tags(&arn, view.account)?.unwrap_or(&none);
        let paged = tags::list(found, input.marker.as_deref(), input.max_items)?;
        Ok(ListPolicyTagsOutput {
            is_truncated: Some(paged.is_truncated()),
            tags: paged.items,
            marker: paged.marker,
        })
    }
}
