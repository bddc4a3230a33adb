//! ChangePassword: a user's own. Who knows the old one may set a new one, if a policy allows it or the account's
//! password policy lets all users. Once done, the user need not choose another at the next sign-in.

use lanyard_aws_api::iam::{self, ChangePasswordInput};
use lanyard_directory::{LoginProfileUpdate, PasswordHash};

use super::password;
use crate::change::Change;
use crate::error::Refusal;
use crate::iam::password_policy::grant;
use crate::operation::{Described, PreparedWrite};
use crate::services::Services;
use crate::subject::{Ask, Subject};
use crate::view::{View, caller_name};

pub(crate) struct ChangePassword;

/// The new password, and the one before.
pub(crate) struct Hashes {
    new: PasswordHash,
    before: PasswordHash,
}

impl Described for ChangePassword {
    type Model = iam::ChangePassword;

    fn subject(_: &ChangePasswordInput, view: &View<'_>) -> Result<Subject, Refusal> {
        let name = caller_name(view.caller).ok_or_else(Refusal::not_a_user)?;
        let ask = Ask::on_user(Self::ACTION, name, view);
        Ok(grant::to_users(ask, view).into())
    }
}

impl PreparedWrite for ChangePassword {
    type Prepared = Hashes;

    async fn prepare(
        input: &ChangePasswordInput,
        view: &View<'_>,
        services: &Services,
    ) -> Result<Hashes, Refusal> {
        let name = caller_name(view.caller).ok_or_else(Refusal::not_a_user)?;
        let (name, profile) = password::existing(name, view.account)?;
        let passwords = &services.passwords;
        let old = password::given(&input.old_password);
        passwords
            .verify_password(view.account, name, &old, view.now)
            .await?;
        if input.new_password == input.old_password {
            return Err(Refusal::same_password());
        }
        let new = password::given(&input.new_password);
        Ok(Hashes {
            new: passwords.hash_new(view.account, Some(profile), &new).await?,
            before: profile.password.clone(),
        })
    }

    fn run(_: &ChangePasswordInput, hashes: &Hashes, change: &mut Change<'_>) -> Result<(), Refusal> {
        let name = caller_name(change.caller).ok_or_else(Refusal::not_a_user)?;
        let (_, profile) = password::existing(name, change.edit.view())?;
        // Fails closed: the old password that was shown is not the one that would be replaced.
        if profile.password != hashes.before {
            return Err(Refusal::password_is_changing(name));
        }
        let update = LoginProfileUpdate {
            password: Some((hashes.new.clone(), change.now)),
            must_reset: Some(false),
        };
        change.edit.update_login_profile(name, update)?;
        Ok(())
    }
}
