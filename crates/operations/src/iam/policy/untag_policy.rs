//! UntagPolicy. Keys that are not there are ignored.

use lanyard_aws_api::iam::{self, UntagPolicyInput};
use lanyard_directory::Taggable;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UntagPolicy;

impl Described for UntagPolicy {
    type Model = iam::UntagPolicy;

    fn subject(input: &UntagPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_policy(Self::ACTION, &input.policy_arn, view)
            .tag_keys(&input.tag_keys)
            .into())
    }
}

impl Write for UntagPolicy {
    fn run(input: &UntagPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::remove(
            Taggable::Policy(&parameter::policy_arn(&input.policy_arn)?),
            &input.tag_keys,
            change,
        )
    }
}
