//! GetAccountPasswordPolicy. It takes no resource. An account that follows AWS's rules has no policy to show.

use lanyard_aws_api::iam::{self, GetAccountPasswordPolicyOutput};
use lanyard_directory::DirectoryError;

use super::grant;
use crate::error::Refusal;
use crate::operation::{Described, InputOf, Read};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetAccountPasswordPolicy;

impl Described for GetAccountPasswordPolicy {
    type Model = iam::GetAccountPasswordPolicy;

    fn subject(_: &InputOf<Self>, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(grant::to_users(Ask::on_anything(Self::ACTION, view), view).into())
    }
}

impl Read for GetAccountPasswordPolicy {
    fn run(_: &InputOf<Self>, view: &View<'_>) -> Result<GetAccountPasswordPolicyOutput, Refusal> {
        let policy = view.account.info().password_policy;
        let policy = policy.ok_or_else(|| DirectoryError::NoPasswordPolicy(view.account.id()))?;
        let number = |number: u32| i32::try_from(number).ok();
        Ok(GetAccountPasswordPolicyOutput {
            password_policy: iam::PasswordPolicy {
                minimum_password_length: number(policy.length_min),
                require_symbols: Some(policy.require_symbols),
                require_numbers: Some(policy.require_numbers),
                require_uppercase_characters: Some(policy.require_uppercase_characters),
                require_lowercase_characters: Some(policy.require_lowercase_characters),
                allow_users_to_change_password: Some(policy.allow_users_to_change_password),
                expire_passwords: Some(policy.age_days_max.is_some()),
                max_password_age: policy.age_days_max.and_then(number),
                password_reuse_prevention: policy.reuse_prevention.and_then(number),
                // Evidence: recorded answers. Unlike the other switches, it is shown when it is on.
                hard_expiry: policy.hard_expiry.then_some(true),
            },
        })
    }
}
