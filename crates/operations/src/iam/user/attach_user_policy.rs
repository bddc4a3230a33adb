//! AttachUserPolicy, which attaches a managed policy to a user.

use lanyard_aws_api::iam::{self, AttachUserPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct AttachUserPolicy;

impl Described for AttachUserPolicy {
    type Model = iam::AttachUserPolicy;

    fn subject(input: &AttachUserPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_user(Self::ACTION, &input.user_name, view)
            .policy_arn(&input.policy_arn)
            .into())
    }
}

impl Write for AttachUserPolicy {
    fn run(input: &AttachUserPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        attachments::attach(Owner::User(&input.user_name), &input.policy_arn, change)
    }
}
