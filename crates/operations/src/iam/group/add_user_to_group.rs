//! AddUserToGroup. Decided on the group; adding a user again changes nothing.

use lanyard_aws_api::iam::{self, AddUserToGroupInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct AddUserToGroup;

impl Described for AddUserToGroup {
    type Model = iam::AddUserToGroup;

    fn subject(input: &AddUserToGroupInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Write for AddUserToGroup {
    fn run(input: &AddUserToGroupInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        change
            .edit
            .add_user_to_group(&input.group_name, &input.user_name)?;
        Ok(())
    }
}
