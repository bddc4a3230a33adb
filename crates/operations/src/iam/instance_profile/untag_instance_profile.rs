//! UntagInstanceProfile. Keys that the instance profile does not have are passed over.

use lanyard_aws_api::iam::{self, UntagInstanceProfileInput};
use lanyard_directory::Taggable;

use super::profile;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::family::tags;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UntagInstanceProfile;

impl Described for UntagInstanceProfile {
    type Model = iam::UntagInstanceProfile;

    fn subject(input: &UntagInstanceProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let ask = profile::ask(Self::ACTION, &input.instance_profile_name, view);
        Ok(ask.tag_keys(&input.tag_keys).into())
    }
}

impl Write for UntagInstanceProfile {
    fn run(input: &UntagInstanceProfileInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let what = Taggable::InstanceProfile(&input.instance_profile_name);
        tags::remove(what, &input.tag_keys, change)
    }
}
