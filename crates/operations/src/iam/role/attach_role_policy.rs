//! AttachRolePolicy, which attaches a managed policy to a role.

use lanyard_aws_api::iam::{self, AttachRolePolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::attachments;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct AttachRolePolicy;

impl Described for AttachRolePolicy {
    type Model = iam::AttachRolePolicy;

    fn subject(input: &AttachRolePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view)
            .policy_arn(&input.policy_arn)
            .into())
    }
}

impl Write for AttachRolePolicy {
    fn run(input: &AttachRolePolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        attachments::attach(Owner::Role(&input.role_name), &input.policy_arn, change)
    }
}
