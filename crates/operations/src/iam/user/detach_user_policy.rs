//! DetachUserPolicy, which detaches a managed policy from a user.

use lanyard_aws_api::iam::{self, DetachUserPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DetachUserPolicy;

impl Described for DetachUserPolicy {
    type Model = iam::DetachUserPolicy;

    fn subject(input: &DetachUserPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_user(Self::ACTION, &input.user_name, view)
            .policy_arn(&input.policy_arn)
            .into())
    }
}

impl Write for DetachUserPolicy {
    fn run(input: &DetachUserPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        attachments::detach(Owner::User(&input.user_name), &input.policy_arn, change)
    }
}
