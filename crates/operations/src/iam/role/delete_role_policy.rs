//! DeleteRolePolicy, which deletes an inline policy of a role.

use lanyard_aws_api::iam::{self, DeleteRolePolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteRolePolicy;

impl Described for DeleteRolePolicy {
    type Model = iam::DeleteRolePolicy;

    fn subject(input: &DeleteRolePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for DeleteRolePolicy {
    fn run(input: &DeleteRolePolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        inline::delete(Owner::Role(&input.role_name), &input.policy_name, change)
    }
}
