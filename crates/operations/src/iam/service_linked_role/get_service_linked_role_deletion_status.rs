//! GetServiceLinkedRoleDeletionStatus. Decided on the ARN that the role had, which the id of the task tells. A task that is
//! known has succeeded; the latest ones are, also after a restart.

use lanyard_aws_api::iam::{
    self, DeletionTaskStatusType, GetServiceLinkedRoleDeletionStatusInput,
    GetServiceLinkedRoleDeletionStatusOutput,
};
use uuid::Uuid;

use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct GetServiceLinkedRoleDeletionStatus;

impl Described for GetServiceLinkedRoleDeletionStatus {
    type Model = iam::GetServiceLinkedRoleDeletionStatus;

    fn subject(input: &GetServiceLinkedRoleDeletionStatusInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let arn = match Task::read(&input.deletion_task_id) {
            Some(Task { service, role }) => {
                placed("role", Some(&format!("/aws-service-role/{service}/")), role, view)
            }
            None => placed("role", Some("/aws-service-role/"), "", view),
        };
        Ok(Ask::on(Self::ACTION, arn, view).into())
    }
}

impl Read for GetServiceLinkedRoleDeletionStatus {
    fn run(
        input: &GetServiceLinkedRoleDeletionStatusInput,
        view: &View<'_>,
    ) -> Result<GetServiceLinkedRoleDeletionStatusOutput, Refusal> {
        let id = &input.deletion_task_id;
        if Task::read(id).is_none() {
            return Err(Refusal::invalid_deletion_task());
        }
        if !view.account.is_role_deletion(id) {
            return Err(Refusal::no_such_deletion_task());
        }
        Ok(GetServiceLinkedRoleDeletionStatusOutput {
            status: DeletionTaskStatusType::Succeeded,
            reason: None,
        })
    }
}

/// What the id of a task tells: `task/aws-service-role/SERVICE/ROLE/UUID`.
struct Task<'a> {
    service: &'a str,
    role: &'a str,
}

impl<'a> Task<'a> {
    fn read(id: &'a str) -> Option<Self> {
        let mut parts = id.strip_prefix("task/aws-service-role/")?.split('/');
        let (service, role) = (parts.next()?, parts.next()?);
        Uuid::try_parse(parts.next()?).ok()?;
        let is_whole = parts.next().is_none() && !service.is_empty() && !role.is_empty();
        is_whole.then_some(Self { service, role })
    }
}
