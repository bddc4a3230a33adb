//! UpdateGroup. Decided on the group as it is and, when it is renamed or moved, as it will be.

use lanyard_aws_api::iam::{self, UpdateGroupInput};
use lanyard_directory::GroupUpdate;
use lanyard_names::{EntityPath, GroupName};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::parameter;
use crate::operation::{Described, Write};
use crate::subject::placed;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UpdateGroup;

impl Described for UpdateGroup {
    type Model = iam::UpdateGroup;

    fn subject(input: &UpdateGroupInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let now = Ask::on_group(Self::ACTION, &input.group_name, view);
        if input.new_path.is_none() && input.new_group_name.is_none() {
            return Ok(now.into());
        }
        let group = view.account.group(&input.group_name);
        let path = input
            .new_path
            .as_deref()
            .or_else(|| group.map(|group| group.path.as_str()));
        // The name that stays is spelt as it was given, however the request spells it.
        let kept = group.map_or(&*input.group_name, |group| group.name.as_str());
        let name = input.new_group_name.as_deref().unwrap_or(kept);
        let then = Ask::on(Self::ACTION, placed("group", path, name, view), view);
        Ok(Subject::all([now, then]))
    }
}

impl Write for UpdateGroup {
    fn run(input: &UpdateGroupInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let name = input.new_group_name.as_deref().map(GroupName::parse).transpose();
        let path = input.new_path.as_deref().map(EntityPath::parse).transpose();
        let update = GroupUpdate {
            name: name.map_err(parameter::group_name)?,
            path: path.map_err(parameter::invalid_path)?,
        };
        change.edit.update_group(&input.group_name, update)?;
        Ok(())
    }
}
