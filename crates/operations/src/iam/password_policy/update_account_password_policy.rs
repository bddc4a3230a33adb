//! UpdateAccountPasswordPolicy. The whole policy is replaced: what the request leaves out goes back to its default.
//! It takes no resource.

use lanyard_aws_api::iam::{self, UpdateAccountPasswordPolicyInput};
use lanyard_directory::PasswordPolicy;

use crate::change::Change;
use crate::error::Refusal;
use crate::operation::{Described, Write};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct UpdateAccountPasswordPolicy;

impl Described for UpdateAccountPasswordPolicy {
    type Model = iam::UpdateAccountPasswordPolicy;

    fn subject(_: &UpdateAccountPasswordPolicyInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Write for UpdateAccountPasswordPolicy {
    fn run(input: &UpdateAccountPasswordPolicyInput, change: &mut Change<'_>) -> Result<(), Refusal> {
        let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
        let is_set = |flag: Option<bool>| flag.unwrap_or(false);
        change.edit.set_password_policy(PasswordPolicy {
            length_min: number(input.minimum_password_length).unwrap_or(PasswordPolicy::default().length_min),
            require_symbols: is_set(input.require_symbols),
            require_numbers: is_set(input.require_numbers),
            require_uppercase_characters: is_set(input.require_uppercase_characters),
            require_lowercase_characters: is_set(input.require_lowercase_characters),
            allow_users_to_change_password: is_set(input.allow_users_to_change_password),
            age_days_max: number(input.max_password_age),
            reuse_prevention: number(input.password_reuse_prevention),
            hard_expiry: is_set(input.hard_expiry),
        });
        Ok(())
    }
}
