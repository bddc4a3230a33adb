//! DeleteLoginProfile. Users have no console passwords yet: there is never a login profile.

use lanyard_aws_api::iam::{self, DeleteLoginProfileInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::none::of_user;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteLoginProfile;

impl Described for DeleteLoginProfile {
    type Model = iam::DeleteLoginProfile;

    fn subject(input: &DeleteLoginProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        of_user::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Write for DeleteLoginProfile {
    fn run(input: &DeleteLoginProfileInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        Err(of_user::no_login_profile(
            input.user_name.as_deref(),
            &change.view(),
        ))
    }
}
