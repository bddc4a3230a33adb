//! GetLoginProfile. Users have no console passwords yet: there is never a login profile.

use lanyard_aws_api::iam::{self, GetLoginProfileInput, GetLoginProfileOutput};

use crate::error::Refusal;
use crate::iam::none::of_user;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetLoginProfile;

impl Described for GetLoginProfile {
    type Model = iam::GetLoginProfile;

    fn subject(input: &GetLoginProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        of_user::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Read for GetLoginProfile {
    fn run(input: &GetLoginProfileInput, view: &View<'_>) -> Result<GetLoginProfileOutput, Refusal> {
        Err(of_user::no_login_profile(input.user_name.as_deref(), view))
    }
}
