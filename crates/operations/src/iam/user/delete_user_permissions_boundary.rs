//! DeleteUserPermissionsBoundary, which widens what the user may do.

use lanyard_aws_api::iam::{self, DeleteUserPermissionsBoundaryInput};
use lanyard_directory::PrincipalName;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::boundaries;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteUserPermissionsBoundary;

impl Described for DeleteUserPermissionsBoundary {
    type Model = iam::DeleteUserPermissionsBoundary;

    fn subject(input: &DeleteUserPermissionsBoundaryInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Write for DeleteUserPermissionsBoundary {
    fn run(input: &DeleteUserPermissionsBoundaryInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        boundaries::delete(PrincipalName::User(&input.user_name), change)
    }
}
