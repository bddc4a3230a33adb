//! DetachGroupPolicy, which detaches a managed policy from a group.

use lanyard_aws_api::iam::{self, DetachGroupPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DetachGroupPolicy;

impl Described for DetachGroupPolicy {
    type Model = iam::DetachGroupPolicy;

    fn subject(input: &DetachGroupPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view)
            .policy_arn(&input.policy_arn)
            .into())
    }
}

impl Write for DetachGroupPolicy {
    fn run(input: &DetachGroupPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        attachments::detach(Owner::Group(&input.group_name), &input.policy_arn, change)
    }
}
