//! UpdateLoginProfile: a new password, or whether the user has to choose one. What is not given stays.

use lanyard_aws_api::iam::{self, UpdateLoginProfileInput};
use lanyard_directory::{LoginProfileUpdate, PasswordHash};

use super::password;
use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UpdateLoginProfile;

/// The new password, if there is one, and the one before.
pub(crate) struct Hashes {
    new: Option<PasswordHash>,
    before: PasswordHash,
}

impl Described for UpdateLoginProfile {
    type Model = iam::UpdateLoginProfile;

    fn subject(input: &UpdateLoginProfileInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_user(Self::ACTION, &input.user_name, view).into())
    }
}

impl PreparedWrite for UpdateLoginProfile {
    type Prepared = Hashes;

    async fn prepare(
        input: &UpdateLoginProfileInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Hashes, Refusal> {
        let (_, profile) = password::existing(&input.user_name, view.account)?;
        let new = match &input.password {
            None => None,
            Some(given) => {
                let given = password::given(given);
                let new = services.passwords.hash_new(view.account, Some(profile), &given);
                Some(new.await?)
            }
        };
        Ok(Hashes {
            new,
            before: profile.password.clone(),
        })
    }

    fn run(input: &UpdateLoginProfileInput, hashes: &Hashes, change: &mut Change<'_>) -> Result<(), Refusal> {
        let (name, profile) = password::existing(&input.user_name, change.edit.view())?;
        // Fails closed: what the new password may not repeat was another one.
        if hashes.new.is_some() && profile.password != hashes.before {
            return Err(Refusal::password_is_changing(name));
        }
        let update = LoginProfileUpdate {
            password: hashes.new.clone().map(|new| (new, change.now)),
            must_reset: input.password_reset_required,
        };
        change.edit.update_login_profile(&input.user_name, update)?;
        Ok(())
    }
}
