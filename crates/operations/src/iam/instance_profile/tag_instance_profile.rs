//! TagInstanceProfile. Tags of the same keys are replaced.

use lanyard_aws_api::iam::{self, TagInstanceProfileInput};
use lanyard_directory::Taggable;

use super::profile;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct TagInstanceProfile;

impl Described for TagInstanceProfile {
    type Model = iam::TagInstanceProfile;

    fn subject(input: &TagInstanceProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let ask = profile::ask(Self::ACTION, &input.instance_profile_name, view);
        Ok(ask.request_tags(Some(&input.tags)).into())
    }
}

impl Write for TagInstanceProfile {
    fn run(input: &TagInstanceProfileInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let what = Taggable::InstanceProfile(&input.instance_profile_name);
        tags::put(what, &input.tags, change)
    }
}
