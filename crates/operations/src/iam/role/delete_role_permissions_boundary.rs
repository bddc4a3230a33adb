//! DeleteRolePermissionsBoundary, which widens what the role may do.

use lanyard_aws_api::iam::{self, DeleteRolePermissionsBoundaryInput};
use lanyard_directory::PrincipalName;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::boundaries;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteRolePermissionsBoundary;

impl Described for DeleteRolePermissionsBoundary {
    type Model = iam::DeleteRolePermissionsBoundary;

    fn subject(input: &DeleteRolePermissionsBoundaryInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for DeleteRolePermissionsBoundary {
    fn run(input: &DeleteRolePermissionsBoundaryInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        boundaries::delete(PrincipalName::Role(&input.role_name), change)
    }
}
