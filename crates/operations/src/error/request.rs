//! Refusals of a request as such: who sent it, how it is written, what the server can do with it.

use lanyard_access::AuthenticationError;
use lanyard_aws_api::query::{DecodeError, FormError};
use lanyard_aws_api::{ErrorCode, OperationId};
use lanyard_directory::{StorageError, WriteError};
use lanyard_sigv4::AuthError;

use super::Refusal;

impl From<AuthenticationError> for Refusal {
    fn from(error: AuthenticationError) -> Self {
        let message = error.message();
        match error {
            AuthenticationError::Signature(error) => Refusal::new(signature_code(&error), message),
            AuthenticationError::InvalidClientTokenId(_) => {
                Refusal::new(ErrorCode::INVALID_CLIENT_TOKEN_ID, message)
            }
            AuthenticationError::ExpiredToken | AuthenticationError::Revoked => {
                Refusal::new(ErrorCode::EXPIRED_TOKEN, message)
            }
            error @ (AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_)) => {
                Refusal::unavailable(error)
            }
        }
    }
}

fn signature_code(error: &AuthError) -> ErrorCode {
    match error {
        AuthError::Missing => ErrorCode::MISSING_AUTHENTICATION_TOKEN,
        AuthError::IncompleteSignature(_) => ErrorCode::INCOMPLETE_SIGNATURE,
        // Everything else that can be wrong with a signature has this one code.
        _ => ErrorCode::SIGNATURE_DOES_NOT_MATCH,
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        match error.message() {
            Some(message) => Refusal::new(error.code(), message),
            None => Refusal::without_message(error.code()),
        }
    }
}

impl From<FormError> for Refusal {
    fn from(error: FormError) -> Self {
        Refusal::new(
            ErrorCode::MALFORMED_INPUT,
            format!("The request cannot be read: {error}."),
        )
    }
}

impl Refusal {
    /// The caller's user, role or session is gone since the request arrived.
    pub(crate) fn invalid_token() -> Self {
        Refusal::new(
            ErrorCode::INVALID_CLIENT_TOKEN_ID,
            "The security token included in the request is invalid.",
        )
    }

    /// An operation of the public model that is not built yet.
    // Differs from AWS: see `docs/differences-from-aws.md`.
    pub(crate) fn not_implemented(operation: OperationId) -> Self {
        Refusal::new(
            ErrorCode::NOT_IMPLEMENTED,
            format!(
                "The operation {} is not implemented by this server.",
                operation.name()
            ),
        )
    }

    /// Too many bodies are being read at once.
    pub(crate) fn no_room() -> Self {
        Refusal::new(
            ErrorCode::SERVICE_UNAVAILABLE,
            "The request has failed due to a temporary failure of the server.",
        )
    }

    /// Too many strangers are being heard at once. Evidence: AWS's answer to whoever calls too often.
    pub(crate) fn throttled() -> Self {
        Refusal::new(ErrorCode::THROTTLING, "Rate exceeded")
    }

    /// A write that did not become durable.
    pub(crate) fn storage(error: WriteError<Refusal>) -> Self {
        match error {
            WriteError::Refused(refusal) => refusal,
            WriteError::NoSuchAccount(_) | WriteError::AccountExists(_) => Refusal::invalid_token(),
            WriteError::Storage(StorageError::TooLarge) => {
                Refusal::new(ErrorCode::LIMIT_EXCEEDED, "The change is too large to be stored.")
            }
            WriteError::Storage(error) => Refusal::unavailable(error),
        }
    }
}
