//! UpdateAccessKey, which makes a key active or inactive. An inactive key is refused at the very next request.

use lanyard_aws_api::iam::{self, UpdateAccessKeyInput};
use lanyard_directory::KeyStatus;

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::holder;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UpdateAccessKey;

impl Described for UpdateAccessKey {
    type Model = iam::UpdateAccessKey;

    fn subject(input: &UpdateAccessKeyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Write for UpdateAccessKey {
    fn run(input: &UpdateAccessKeyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let status = match input.status {
            iam::StatusType::Active => KeyStatus::Active,
            iam::StatusType::Inactive => KeyStatus::Inactive,
            // Evidence for the code: recorded answers.
            expired @ iam::StatusType::Expired => {
                return Err(Refusal::status_not_given(expired.as_str()));
            }
        };
        let holder = holder::named(input.user_name.as_deref(), change.caller)?;
        change
            .edit
            .update_access_key(holder, &input.access_key_id, status)?;
        Ok(())
    }
}
