//! TagUser. Tags of the same keys, in whatever case, are replaced.

use lanyard_aws_api::iam::{self, TagUserInput};
use lanyard_directory::Taggable;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct TagUser;

impl Described for TagUser {
    type Model = iam::TagUser;

    fn subject(input: &TagUserInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view)
            .request_tags(Some(&input.tags))
            .into())
    }
}

impl Write for TagUser {
    fn run(input: &TagUserInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::put(Taggable::User(&input.user_name), &input.tags, change)
    }
}
