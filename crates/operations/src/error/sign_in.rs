//! Refusals about passwords and second factors.

use lanyard_access::{NewPasswordError, PasswordError, PasswordRefusal, SecondFactorError};
use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// A request about a user that names none, by a caller who is none. Evidence: a recorded response.
    pub(crate) fn user_name_missing() -> Self {
        Refusal::validation("Must specify userName when calling with non-User credentials")
    }

    /// A user who has a second factor and does not show it changes what second factors they have.
    /// Evidence: recorded answers of IAM, and AWS's security bulletin AWS-2023-001.
    pub(crate) fn second_factor_needed() -> Self {
        Refusal::access_denied(
            "To complete this action, please ensure that you are authenticated with an MFA device that is enabled \
             for this user.",
        )
    }

    /// A virtual device where only security keys are told of. Evidence: a recorded answer of GetMFADevice.
    pub(crate) fn not_a_security_key() -> Self {
        Refusal::validation(
            "The MFA device serial number sent in the request is invalid or not supported by this API. Currently, \
             only hardware FIDO security keys are supported. Please use the compatible device or API.",
        )
    }

    /// A device that its user enables again. Evidence: a recorded answer of EnableMFADevice.
    pub(crate) fn mfa_device_is_theirs(user: &str) -> Self {
        Refusal::new(
            ErrorCode::ENTITY_ALREADY_EXISTS,
            format!("MFA Device for user {user} already exists."),
        )
    }

    /// Codes that do not enable a device or bring it into step. Evidence: quoted in public issues.
    pub(crate) fn invalid_authentication_code() -> Self {
        Refusal::new(
            ErrorCode::INVALID_AUTHENTICATION_CODE,
            "Authentication code for device is not valid.",
        )
    }

    /// A second factor that a request for a session does not show. What is wrong with it is not told.
    /// Evidence: quoted in public issues, the space at the end included.
    pub(crate) fn second_factor(error: SecondFactorError) -> Self {
        match error {
            SecondFactorError::NotTheirs => Refusal::mfa_unverified(),
            SecondFactorError::WrongCode => Refusal::access_denied(
                "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            ),
            SecondFactorError::NoAccount => Refusal::invalid_token(),
            unavailable @ SecondFactorError::Unavailable(_) => Refusal::unavailable(unavailable),
            // Fails closed: a seed that cannot be opened proves nothing.
            damaged @ SecondFactorError::Vault(_) => Refusal::failure(damaged),
        }
    }

    /// A caller who has no password to change. Evidence: quoted in public issues.
    pub(crate) fn not_a_user() -> Self {
        Refusal::new(
            ErrorCode::INVALID_USER_TYPE,
            "Only IAM Users can change their own password",
        )
    }

    /// A new password that is the old one. Evidence for the code: a recorded answer of ChangePassword; AWS's text is not
    /// known.
    pub(crate) fn same_password() -> Self {
        Refusal::access_denied("The new password must not be the old one.")
    }

    /// A password that changed while it was being changed.
    pub(crate) fn password_is_changing(user: &str) -> Self {
        Refusal::new(
            ErrorCode::ENTITY_TEMPORARILY_UNMODIFIABLE,
            format!("Login Profile for User {user} cannot be modified while it is being modified."),
        )
    }

    /// A login profile without a password. The model does not ask for one, since profiles of root users can do
    /// without.
    pub(crate) fn password_missing() -> Self {
        Refusal::validation(
            "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
        )
    }
}

impl From<NewPasswordError> for Refusal {
    fn from(error: NewPasswordError) -> Self {
        match error {
            NewPasswordError::Violation(violation) => {
                Refusal::new(ErrorCode::PASSWORD_POLICY_VIOLATION, violation.to_string())
            }
            NewPasswordError::Unavailable(error) => error.into(),
        }
    }
}

impl From<PasswordError> for Refusal {
    fn from(error: PasswordError) -> Self {
        match error {
            busy @ PasswordError::Busy => Refusal::unavailable(busy),
            fault @ (PasswordError::NoEntropy | PasswordError::Failed) => Refusal::failure(fault),
        }
    }
}

impl From<PasswordRefusal> for Refusal {
    fn from(refused: PasswordRefusal) -> Self {
        match refused {
            // AWS's text is not known.
            PasswordRefusal::Wrong => Refusal::access_denied("The old password was incorrect."),
            PasswordRefusal::Expired => {
                Refusal::access_denied("The password has expired. An administrator has to set a new one.")
            }
            PasswordRefusal::Unavailable(error) => error.into(),
        }
    }
}
