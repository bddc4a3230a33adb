//! CreateServiceSpecificCredential. The only answer but that of a reset that ever carries the secret; the account keeps
//! its hash. Days can be given for every service. Evidence: a recorded answer about AWS CodeCommit.

use jiff::{SignedDuration, Timestamp};
use lanyard_aws_api::iam::{
    self, CreateServiceSpecificCredentialInput, CreateServiceSpecificCredentialOutput,
};
use lanyard_directory::NewServiceSpecificCredential;
use lanyard_names::IdKind;

use super::secret::FreshSecret;
use super::{asked, shown};
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct CreateServiceSpecificCredential;

impl Described for CreateServiceSpecificCredential {
    type Model = iam::CreateServiceSpecificCredential;

    fn subject(input: &CreateServiceSpecificCredentialInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let (user, service) = (&input.user_name, &input.service_name);
        let days = input.credential_age_days;
        Ok(asked::creation(Self::ACTION, user, service, days, view))
    }
}

impl PreparedWrite for CreateServiceSpecificCredential {
    type Prepared = FreshSecret;

    async fn prepare(
        _: &CreateServiceSpecificCredentialInput,
        _: &View<'_>,
        _: &Services,
    ) -> Result<FreshSecret, Refusal> {
        FreshSecret::draw()
    }

    fn run(
        input: &CreateServiceSpecificCredentialInput,
        secret: &FreshSecret,
        change: &mut Change<'_>,
    ) -> Result<CreateServiceSpecificCredentialOutput, Refusal> {
        let new = NewServiceSpecificCredential {
            id: change.new_id(IdKind::ServiceCredential),
            service: asked::service(&input.service_name)?,
            secret: secret.hash.clone(),
            created: change.now,
            expires: expiry(change.now, input.credential_age_days)?,
        };
        let made = change
            .edit
            .create_service_specific_credential(&input.user_name, new)?;
        Ok(CreateServiceSpecificCredentialOutput {
            service_specific_credential: Some(shown::with_secret(
                &made,
                secret,
                change.edit.view(),
                change.now,
            )),
        })
    }
}

fn expiry(now: Timestamp, age_days: Option<i32>) -> Result<Option<Timestamp>, Refusal> {
    let age = age_days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
    let expires = age.map(|age| now.checked_add(age)).transpose();
    expires.map_err(Refusal::failure)
}
