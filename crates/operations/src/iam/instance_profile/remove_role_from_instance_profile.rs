//! RemoveRoleFromInstanceProfile. Decided on the instance profile alone.

use lanyard_aws_api::iam::{self, RemoveRoleFromInstanceProfileInput};

use super::profile;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct RemoveRoleFromInstanceProfile;

impl Described for RemoveRoleFromInstanceProfile {
    type Model = iam::RemoveRoleFromInstanceProfile;

    fn subject(input: &RemoveRoleFromInstanceProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(profile::ask(Self::ACTION, &input.instance_profile_name, view).into())
    }
}

impl Write for RemoveRoleFromInstanceProfile {
    fn run(input: &RemoveRoleFromInstanceProfileInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let profile = &input.instance_profile_name;
        Ok(change
            .edit
            .remove_role_from_instance_profile(profile, &input.role_name)?)
    }
}
