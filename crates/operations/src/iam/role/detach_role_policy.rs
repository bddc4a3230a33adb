//! DetachRolePolicy, which detaches a managed policy from a role.

use lanyard_aws_api::iam::{self, DetachRolePolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DetachRolePolicy;

impl Described for DetachRolePolicy {
    type Model = iam::DetachRolePolicy;

    fn subject(input: &DetachRolePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view)
            .policy_arn(&input.policy_arn)
            .into())
    }
}

impl Write for DetachRolePolicy {
    fn run(input: &DetachRolePolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        attachments::detach(Owner::Role(&input.role_name), &input.policy_arn, change)
    }
}
