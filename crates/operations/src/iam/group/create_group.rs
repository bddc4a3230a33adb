//! CreateGroup. Decided on the ARN that the group will have.

use lanyard_aws_api::iam::{self, CreateGroupInput, CreateGroupOutput};
use lanyard_directory::NewGroup;
use lanyard_names::{EntityPath, GroupName, IdKind};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::iam::shapes;
use crate::operation::{Described, Write};
use crate::subject::placed;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct CreateGroup;

impl Described for CreateGroup {
    type Model = iam::CreateGroup;

    fn subject(input: &CreateGroupInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let arn = placed("group", input.path.as_deref(), &input.group_name, view);
        Ok(Ask::on(Self::ACTION, arn, view).into())
    }
}

impl Write for CreateGroup {
    fn run(input: &CreateGroupInput, change: &mut Change<'_>) -> Result<CreateGroupOutput, Refusal> {
        let group = change.edit.create_group(NewGroup {
            id: change.new_id(IdKind::Group),
            name: GroupName::parse(&input.group_name).map_err(parameter::group_name)?,
            path: parameter::path(input.path.as_deref(), EntityPath::parse)?,
            created: change.now,
        })?;
        Ok(CreateGroupOutput {
            group: shapes::group(&group),
        })
    }
}
