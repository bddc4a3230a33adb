//! AttachGroupPolicy, which attaches a managed policy to a group.

use lanyard_aws_api::iam::{self, AttachGroupPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct AttachGroupPolicy;

impl Described for AttachGroupPolicy {
    type Model = iam::AttachGroupPolicy;

    fn subject(input: &AttachGroupPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view)
            .policy_arn(&input.policy_arn)
            .into())
    }
}

impl Write for AttachGroupPolicy {
    fn run(input: &AttachGroupPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        attachments::attach(Owner::Group(&input.group_name), &input.policy_arn, change)
    }
}
