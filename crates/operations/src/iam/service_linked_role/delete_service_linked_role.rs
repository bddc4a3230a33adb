//! DeleteServiceLinkedRole, which gives the id of a task. Nothing here uses such a role, so the task is done with the answer.

use lanyard_aws_api::iam::{self, DeleteServiceLinkedRoleInput, DeleteServiceLinkedRoleOutput};
use uuid::Builder;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteServiceLinkedRole;

impl Described for DeleteServiceLinkedRole {
    type Model = iam::DeleteServiceLinkedRole;

    fn subject(input: &DeleteServiceLinkedRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view).into())
    }
}

impl Write for DeleteServiceLinkedRole {
    fn run(
        input: &DeleteServiceLinkedRoleInput,
        change: &mut Change<'_>,
    ) -> Result<DeleteServiceLinkedRoleOutput, Refusal> {
        let unique = Builder::from_random_bytes(*change.entropy)
            .into_uuid()
            .to_string();
        let task = change
            .edit
            .delete_service_linked_role(&input.role_name, &unique)?;
        Ok(DeleteServiceLinkedRoleOutput {
            deletion_task_id: task.to_string(),
        })
    }
}
