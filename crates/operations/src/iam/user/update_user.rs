//! UpdateUser. Decided on the user as it is and, when it is renamed or moved, on the user as it will be.

use lanyard_aws_api::iam::{self, UpdateUserInput};
use lanyard_directory::UserUpdate;
use lanyard_names::{EntityPath, UserName};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject, placed};
use crate::view::View;

pub(crate) struct UpdateUser;

impl Described for UpdateUser {
    type Model = iam::UpdateUser;

    // Evidence: the public API reference asks for permission on both the source and the target.
    fn subject(input: &UpdateUserInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let now = Ask::on_user(Self::ACTION, &input.user_name, view);
        if input.new_path.is_none() && input.new_user_name.is_none() {
            return Ok(now.into());
        }
        let user = view.account.user(&input.user_name);
        let path = input
            .new_path
            .as_deref()
            .or_else(|| user.map(|user| user.path.as_str()));
        // The name that stays is spelt as it was given, however the request spells it.
        let kept = user.map_or(&*input.user_name, |user| user.name.as_str());
        let name = input.new_user_name.as_deref().unwrap_or(kept);
        let mut then = Ask::on(Self::ACTION, placed("user", path, name, view), view);
        then.keys = now.keys.clone();
        Ok(Subject::all([now, then]))
    }
}

impl Write for UpdateUser {
    fn run(input: &UpdateUserInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let name = input.new_user_name.as_deref().map(UserName::parse).transpose();
        let path = input.new_path.as_deref().map(EntityPath::parse).transpose();
        let update = UserUpdate {
            name: name.map_err(parameter::user_name)?,
            path: path.map_err(parameter::invalid_path)?,
        };
        change.edit.update_user(&input.user_name, update)?;
        Ok(())
    }
}
