//! DeleteRole. Its sessions die with it: they are bound to its unique id.

use lanyard_aws_api::iam::{self, DeleteRoleInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteRole;

impl Described for DeleteRole {
    type Model = iam::DeleteRole;

    fn subject(input: &DeleteRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for DeleteRole {
    fn run(input: &DeleteRoleInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        change.edit.delete_role(&input.role_name)?;
        Ok(())
    }
}
