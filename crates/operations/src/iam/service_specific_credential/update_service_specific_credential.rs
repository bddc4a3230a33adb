//! UpdateServiceSpecificCredential, which makes a credential active or inactive.

use lanyard_aws_api::iam::{self, StatusType, UpdateServiceSpecificCredentialInput};
use lanyard_directory::KeyStatus;

use super::asked;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct UpdateServiceSpecificCredential;

impl Described for UpdateServiceSpecificCredential {
    type Model = iam::UpdateServiceSpecificCredential;

    fn subject(input: &UpdateServiceSpecificCredentialInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let id = &input.service_specific_credential_id;
        asked::change(Self::ACTION, input.user_name.as_deref(), id, view)
    }
}

impl Write for UpdateServiceSpecificCredential {
    fn run(input: &UpdateServiceSpecificCredentialInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let status = match input.status {
            StatusType::Active => KeyStatus::Active,
            StatusType::Inactive => KeyStatus::Inactive,
            StatusType::Expired => return Err(Refusal::status_not_supported("Expired")),
        };
        let user = change
            .view()
            .user_or_caller(input.user_name.as_deref())?
            .to_owned();
        let id = &input.service_specific_credential_id;
        Ok(change
            .edit
            .update_service_specific_credential(&user, id, status)?)
    }
}
