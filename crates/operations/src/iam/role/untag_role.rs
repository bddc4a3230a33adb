//! UntagRole. Keys that are not there are ignored.

use lanyard_aws_api::iam::{self, UntagRoleInput};
use lanyard_directory::Taggable;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UntagRole;

impl Described for UntagRole {
    type Model = iam::UntagRole;

    fn subject(input: &UntagRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view)
            .tag_keys(&input.tag_keys)
            .into())
    }
}

impl Write for UntagRole {
    fn run(input: &UntagRoleInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::remove(Taggable::Role(&input.role_name), &input.tag_keys, change)
    }
}
