//! GetLoginProfile. Never the password, nor its hash.

use lanyard_aws_api::iam::{self, GetLoginProfileInput, GetLoginProfileOutput};
use lanyard_directory::DirectoryError;

use super::password;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct GetLoginProfile;

impl Described for GetLoginProfile {
    type Model = iam::GetLoginProfile;

    fn subject(input: &GetLoginProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        password::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Read for GetLoginProfile {
    fn run(input: &GetLoginProfileInput, view: &View<'_>) -> Result<GetLoginProfileOutput, Refusal> {
        if input.user_name.is_none() && view.caller.is_root() {
            // The root user has no password here.
            return Err(DirectoryError::NoSuchLoginProfile(Box::default()).into());
        }
        let name = view.user_or_caller(input.user_name.as_deref())?;
        let (name, profile) = password::existing(name, view.account)?;
        Ok(GetLoginProfileOutput {
            login_profile: password::shape(name, profile),
        })
    }
}
