//! UntagUser. Keys that are not there are ignored.

use lanyard_aws_api::iam::{self, UntagUserInput};
use lanyard_directory::Taggable;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UntagUser;

impl Described for UntagUser {
    type Model = iam::UntagUser;

    fn subject(input: &UntagUserInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view)
            .tag_keys(&input.tag_keys)
            .into())
    }
}

impl Write for UntagUser {
    fn run(input: &UntagUserInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        tags::remove(Taggable::User(&input.user_name), &input.tag_keys, change)
    }
}
