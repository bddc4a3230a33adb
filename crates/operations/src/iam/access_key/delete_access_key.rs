//! DeleteAccessKey.

use lanyard_aws_api::iam::{self, DeleteAccessKeyInput};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::holder;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteAccessKey;

impl Described for DeleteAccessKey {
    type Model = iam::DeleteAccessKey;

    fn subject(input: &DeleteAccessKeyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let holder = holder::named(input.user_name.as_deref(), view.caller)?;
        Ok(holder::ask(holder, Self::ACTION, view).into())
    }
}

impl Write for DeleteAccessKey {
    fn run(input: &DeleteAccessKeyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let holder = holder::named(input.user_name.as_deref(), change.caller)?;
        change.edit.delete_access_key(holder, &input.access_key_id)?;
        Ok(())
    }
}
