//! TagRole. Tags of the same keys, in whatever case, are replaced.

use lanyard_aws_api::iam::{self, TagRoleInput};
use lanyard_directory::Taggable;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct TagRole;

impl Described for TagRole {
    type Model = iam::TagRole;

    fn subject(input: &TagRoleInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_role(Self::ACTION, &input.role_name, view)
            .request_tags(Some(&input.tags))
            .into())
    }
}

impl Write for TagRole {
    fn run(input: &TagRoleInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::put(Taggable::Role(&input.role_name), &input.tags, change)
    }
}
