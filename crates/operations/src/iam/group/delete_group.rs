//! DeleteGroup. Refused while it has users or policies.

use lanyard_aws_api::iam::{self, DeleteGroupInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteGroup;

impl Described for DeleteGroup {
    type Model = iam::DeleteGroup;

    fn subject(input: &DeleteGroupInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_group(Self::ACTION, &input.group_name, view).into())
    }
}

impl Write for DeleteGroup {
    fn run(input: &DeleteGroupInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        change.edit.delete_group(&input.group_name)?;
        Ok(())
    }
}
