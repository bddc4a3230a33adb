//! ResetServiceSpecificCredential, which gives a credential another secret and leaves all else of it as it is, also its
//! status and the day on which it expires. Evidence: recorded answers.

use lanyard_aws_api::iam::{self, ResetServiceSpecificCredentialInput, ResetServiceSpecificCredentialOutput};

use super::secret::FreshSecret;
use super::{asked, shown};
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct ResetServiceSpecificCredential;

impl Described for ResetServiceSpecificCredential {
    type Model = iam::ResetServiceSpecificCredential;

    fn subject(input: &ResetServiceSpecificCredentialInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let id = &input.service_specific_credential_id;
        asked::change(Self::ACTION, input.user_name.as_deref(), id, view)
    }
}

impl PreparedWrite for ResetServiceSpecificCredential {
    type Prepared = FreshSecret;

    async fn prepare(
        _: &ResetServiceSpecificCredentialInput,
        _: &View<'_>,
        _: &Services,
    ) -> Result<FreshSecret, Refusal> {
        FreshSecret::draw()
    }

    fn run(
        input: &ResetServiceSpecificCredentialInput,
        secret: &FreshSecret,
        change: &mut Change<'_>,
    ) -> Result<ResetServiceSpecificCredentialOutput, Refusal> {
        let user = change
            .view()
            .user_or_caller(input.user_name.as_deref())?
            .to_owned();
        let id = &input.service_specific_credential_id;
        let hash = secret.hash.clone();
        let reset = change.edit.reset_service_specific_credential(&user, id, hash)?;
        Ok(ResetServiceSpecificCredentialOutput {
            service_specific_credential: Some(shown::with_secret(
                &reset,
                secret,
                change.edit.view(),
                change.now,
            )),
        })
    }
}
