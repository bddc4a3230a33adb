//! RemoveUserFromGroup. Decided on the group.

use lanyard_aws_api::iam::{self, RemoveUserFromGroupInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct RemoveUserFromGroup;

impl Described for RemoveUserFromGroup {
    type Model = iam::RemoveUserFromGroup;

    fn subject(input: &RemoveUserFromGroupInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Write for RemoveUserFromGroup {
    fn run(input: &RemoveUserFromGroupInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        change
            .edit
            .remove_user_from_group(&input.group_name, &input.user_name)?;
        Ok(())
    }
}
