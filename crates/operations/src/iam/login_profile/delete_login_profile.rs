//! DeleteLoginProfile. The user cannot sign in by a password afterwards; access keys go on working.

use lanyard_aws_api::iam::{self, DeleteLoginProfileInput};
use lanyard_directory::DirectoryError;

use super::password;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteLoginProfile;

impl Described for DeleteLoginProfile {
    type Model = iam::DeleteLoginProfile;

    fn subject(input: &DeleteLoginProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        password::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl Write for DeleteLoginProfile {
    fn run(input: &DeleteLoginProfileInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let view = change.view();
        if input.user_name.is_none() && view.caller.is_root() {
            // The root user has no password here.
            return Err(DirectoryError::NoSuchLoginProfile(Box::default()).into());
        }
        let name = view.user_or_caller(input.user_name.as_deref())?.to_owned();
        Ok(change.edit.delete_login_profile(&name)?)
    }
}
