//! PutRolePermissionsBoundary. The condition key carries the boundary that is to be set.

use lanyard_aws_api::iam::{self, PutRolePermissionsBoundaryInput};
use lanyard_directory::PrincipalName;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::boundaries;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct PutRolePermissionsBoundary;

impl Described for PutRolePermissionsBoundary {
    type Model = iam::PutRolePermissionsBoundary;

    fn subject(input: &PutRolePermissionsBoundaryInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view)
            .boundary(Some(&input.permissions_boundary))
            .into())
    }
}

impl Write for PutRolePermissionsBoundary {
    fn run(input: &PutRolePermissionsBoundaryInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        boundaries::put(
            PrincipalName::Role(&input.role_name),
            &input.permissions_boundary,
            change,
        )
    }
}
