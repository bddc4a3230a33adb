//! DeleteUserPolicy, which deletes an inline policy of a user.

use lanyard_aws_api::iam::{self, DeleteUserPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteUserPolicy;

impl Described for DeleteUserPolicy {
    type Model = iam::DeleteUserPolicy;

    fn subject(input: &DeleteUserPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Write for DeleteUserPolicy {
    fn run(input: &DeleteUserPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        inline::delete(Owner::User(&input.user_name), &input.policy_name, change)
    }
}
