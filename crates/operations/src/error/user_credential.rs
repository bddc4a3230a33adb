//! Refusals about what users have for services that know them neither by access keys nor by passwords. AWS's texts are
//! not published.

use lanyard_aws_api::ErrorCode;

use super::Refusal;

impl Refusal {
    /// A public key that is neither a line of OpenSSH nor PEM.
    pub(crate) fn public_key_unrecognized() -> Self {
        Refusal::new(
            ErrorCode::UNRECOGNIZED_PUBLIC_KEY_ENCODING,
            "The public key encoding format is unsupported or unrecognized.",
        )
    }

    /// A public key that is no RSA key, or a short one.
    pub(crate) fn public_key_invalid() -> Self {
        Refusal::new(
            ErrorCode::INVALID_PUBLIC_KEY,
            "The public key is malformed or otherwise invalid.",
        )
    }
}
