//! DeleteServiceSpecificCredential.

use lanyard_aws_api::iam::{self, DeleteServiceSpecificCredentialInput};

use super::asked;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct DeleteServiceSpecificCredential;

impl Described for DeleteServiceSpecificCredential {
    type Model = iam::DeleteServiceSpecificCredential;

    fn subject(input: &DeleteServiceSpecificCredentialInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let id = &input.service_specific_credential_id;
        asked::change(Self::ACTION, input.user_name.as_deref(), id, view)
    }
}

impl Write for DeleteServiceSpecificCredential {
    fn run(input: &DeleteServiceSpecificCredentialInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let user = change
            .view()
            .user_or_caller(input.user_name.as_deref())?
            .to_owned();
        let id = &input.service_specific_credential_id;
        Ok(change.edit.delete_service_specific_credential(&user, id)?)
    }
}
