//! DeleteUser. Refused while anything still hangs on the user.

use lanyard_aws_api::iam::{self, DeleteUserInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct DeleteUser;

impl Described for DeleteUser {
    type Model = iam::DeleteUser;

    fn subject(input: &DeleteUserInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl Write for DeleteUser {
    fn run(input: &DeleteUserInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        change.edit.delete_user(&input.user_name)?;
        Ok(())
    }
}
