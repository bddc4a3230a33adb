//! PutUserPermissionsBoundary. The condition key carries the boundary that is to be set.

use lanyard_aws_api::iam::{self, PutUserPermissionsBoundaryInput};
use lanyard_directory::PrincipalName;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::boundaries;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct PutUserPermissionsBoundary;

impl Described for PutUserPermissionsBoundary {
    type Model = iam::PutUserPermissionsBoundary;

    fn subject(input: &PutUserPermissionsBoundaryInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view)
            .boundary(Some(&input.permissions_boundary))
            .into())
    }
}

impl Write for PutUserPermissionsBoundary {
    fn run(input: &PutUserPermissionsBoundaryInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        boundaries::put(
            PrincipalName::User(&input.user_name),
            &input.permissions_boundary,
            change,
        )
    }
}
