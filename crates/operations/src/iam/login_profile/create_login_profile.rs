//! CreateLoginProfile. The password is hashed before the change and kept as a hash alone.

use lanyard_aws_api::iam::{self, CreateLoginProfileInput, CreateLoginProfileOutput};
use lanyard_directory::{DirectoryError, NewLoginProfile, PasswordHash};

use super::password;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::Subject;
use crate::view::View;

pub(crate) struct CreateLoginProfile;

impl Described for CreateLoginProfile {
    type Model = iam::CreateLoginProfile;

    fn subject(input: &CreateLoginProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        password::subject(Self::ACTION, input.user_name.as_deref(), view)
    }
}

impl PreparedWrite for CreateLoginProfile {
    type Prepared = PasswordHash;

    async fn prepare(
        input: &CreateLoginProfileInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<PasswordHash, Refusal> {
        let name = view.user_or_caller(input.user_name.as_deref())?;
        let (name, before) = password::of_user(name, view.account)?;
        if before.is_some() {
            return Err(DirectoryError::LoginProfileExists(name.into()).into());
        }
        let password = input.password.as_ref().ok_or_else(Refusal::password_missing)?;
        let password = password::given(password);
        Ok(services.passwords.hash_new(view.account, None, &password).await?)
    }

    fn run(
        input: &CreateLoginProfileInput,
        hash: &PasswordHash,
        change: &mut Change<'_>,
    ) -> Result<CreateLoginProfileOutput, Refusal> {
        let view = change.view();
        let name = view.user_or_caller(input.user_name.as_deref())?;
        let (name, _) = password::of_user(name, view.account)?;
        let name = name.to_owned();
        let profile = change.edit.create_login_profile(
            &name,
            NewLoginProfile {
                password: hash.clone(),
                must_reset: input.password_reset_required.unwrap_or(false),
                created: change.now,
            },
        )?;
        Ok(CreateLoginProfileOutput {
            login_profile: password::shape(&name, &profile),
        })
    }
}
