//! DeleteInstanceProfile. Its role must be taken out first.

use lanyard_aws_api::iam::{self, DeleteInstanceProfileInput};

use super::profile;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteInstanceProfile;

impl Described for DeleteInstanceProfile {
    type Model = iam::DeleteInstanceProfile;

    fn subject(input: &DeleteInstanceProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(profile::ask(Self::ACTION, &input.instance_profile_name, view).into())
    }
}

impl Write for DeleteInstanceProfile {
    fn run(input: &DeleteInstanceProfileInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        Ok(change
            .edit
            .delete_instance_profile(&input.instance_profile_name)?)
    }
}
