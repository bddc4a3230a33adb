//! DeleteGroupPolicy, which deletes an inline policy of a group.

use lanyard_aws_api::iam::{self, DeleteGroupPolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteGroupPolicy;

impl Described for DeleteGroupPolicy {
    type Model = iam::DeleteGroupPolicy;

    fn subject(input: &DeleteGroupPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Write for DeleteGroupPolicy {
    fn run(input: &DeleteGroupPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        inline::delete(Owner::Group(&input.group_name), &input.policy_name, change)
    }
}
