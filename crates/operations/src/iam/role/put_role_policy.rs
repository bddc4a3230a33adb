//! PutRolePolicy. The document replaces the inline policy of the same name.

use lanyard_aws_api::iam::{self, PutRolePolicyInput};
use lanyard_directory::Owner;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::inline;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct PutRolePolicy;

impl Described for PutRolePolicy {
    type Model = iam::PutRolePolicy;

    fn subject(input: &PutRolePolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for PutRolePolicy {
    fn run(input: &PutRolePolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        inline::put(
            Owner::Role(&input.role_name),
            &input.policy_name,
            &input.policy_document,
            change,
        )
    }
}
