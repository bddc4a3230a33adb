//! TagPolicy. Keys of tags of policies differ by case.

use lanyard_aws_api::iam::{self, TagPolicyInput};
use lanyard_directory::Taggable;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct TagPolicy;

impl Described for TagPolicy {
    type Model = iam::TagPolicy;

    fn subject(input: &TagPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view)
            .request_tags(Some(&input.tags))
            .into())
    }
}

impl Write for TagPolicy {
    fn run(input: &TagPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::put(
            Taggable::Policy(&parameter::policy_arn(&input.policy_arn)?),
            &input.tags,
            change,
        )
    }
}
