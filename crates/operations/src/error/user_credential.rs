//! Refusals about what users have for services that know them neither by access keys nor by passwords. Evidence:
//! recorded answers of AWS.

use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// An access key of which GetAccessKeyLastUsed knows nothing: that it is not there is not said.
    pub(crate) fn unknown_access_key(caller_arn: &str, id: &str) -> Self {
        Refusal::access_denied(format!(
            "User: {caller_arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {id}"
        ))
    }

    /// A public key that is neither a line of OpenSSH nor PEM.
    pub(crate) fn public_key_unrecognized() -> Self {
        Refusal::new(
            ErrorCode::UNRECOGNIZED_PUBLIC_KEY_ENCODING,
            "Invalid public key uploaded.",
        )
    }

    /// A public key that is no RSA key, or a short one.
    pub(crate) fn public_key_invalid() -> Self {
        Refusal::new(ErrorCode::INVALID_PUBLIC_KEY, "Invalid body for public key")
    }

    /// A public key that the user has already.
    pub(crate) fn duplicate_public_key() -> Self {
        Refusal::new(
            ErrorCode::DUPLICATE_SSH_PUBLIC_KEY,
            "Duplicate SSH public key uploaded.",
        )
    }
}
