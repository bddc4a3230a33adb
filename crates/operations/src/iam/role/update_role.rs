//! UpdateRole, which changes the description and the longest session.

use lanyard_aws_api::iam::{self, UpdateRoleInput, UpdateRoleOutput};
use lanyard_directory::RoleUpdate;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UpdateRole;

impl Described for UpdateRole {
    type Model = iam::UpdateRole;

    fn subject(input: &UpdateRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_permissions_of_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for UpdateRole {
    fn run(input: &UpdateRoleInput, change: &mut Change<'_>) -> Result<UpdateRoleOutput, Refusal> {
        let update = RoleUpdate {
            description: input.description.as_deref().map(Change::shared),
            session_seconds_max: input
                .max_session_duration
                .and_then(|seconds| u32::try_from(seconds).ok()),
        };
        change.edit.update_role(&input.role_name, update)?;
        Ok(UpdateRoleOutput {})
    }
}
