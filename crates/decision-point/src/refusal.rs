//! Refusals: the one place where causes become error codes, statuses and texts of this face.
//!
//! Codes are those that AWS's services with JSON use. Evidence: the common errors in the public API references.

use std::fmt;

use http::StatusCode;
use lanyard_access::{AuthenticationError, SubjectError, SuppliedKeyError};
use lanyard_sigv4::AuthError;

/// The longest text on what could not be read.
const UNREADABLE_CHARACTERS_MAX: usize = 512;

/// An error code with its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    AccessDenied,
    ExpiredToken,
    IncompleteSignature,
    InvalidSignature,
    MissingAuthenticationToken,
    RequestEntityTooLarge,
    RequestTimeout,
    Serialization,
    ServiceUnavailable,
    UnknownOperation,
    /// Nobody who could be asked about. To whoever asks it is one of the things that are not as they should be.
    UnknownPrincipal,
    UnrecognizedClient,
    Validation,
}

impl Code {
    /// The code as it stands in `__type`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDeniedException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::IncompleteSignature => "IncompleteSignatureException",
            Self::InvalidSignature => "InvalidSignatureException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::RequestEntityTooLarge => "RequestEntityTooLargeException",
            Self::RequestTimeout => "RequestTimeoutException",
            Self::Serialization => "SerializationException",
            Self::ServiceUnavailable => "ServiceUnavailableException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnrecognizedClient => "UnrecognizedClientException",
            Self::UnknownPrincipal | Self::Validation => "ValidationException",
        }
    }

    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::AccessDenied
            | Self::ExpiredToken
            | Self::InvalidSignature
            | Self::MissingAuthenticationToken
            | Self::UnrecognizedClient => StatusCode::FORBIDDEN,
            Self::IncompleteSignature | Self::Serialization | Self::UnknownPrincipal | Self::Validation => {
                StatusCode::BAD_REQUEST
            }
            Self::RequestEntityTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::UnknownOperation => StatusCode::NOT_FOUND,
        }
    }
}

/// Why a question is not answered with a decision.
#[derive(Clone)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// A question that cannot be one.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(Code::Validation, message)
    }

    /// A body that is not what it should be.
    pub(crate) fn unreadable(error: &serde_json::Error) -> Self {
        // The names of unknown fields are in it, and can be as long as the request.
        let error: String = error
            .to_string()
            .chars()
            .take(UNREADABLE_CHARACTERS_MAX)
            .collect();
        Self::new(
            Code::Serialization,
            format!("The request cannot be read: {error}."),
        )
    }

    /// Something the asker can only try again. The cause is for the log alone.
    // Fails closed: what cannot be looked up is not decided.
    pub(crate) fn unavailable(cause: impl std::error::Error + 'static) -> Self {
        let cause: &(dyn std::error::Error + 'static) = &cause;
        tracing::error!(cause, "a question could not be decided");
        Self::no_room()
    }

    /// One request asked for more than its share.
    pub(crate) fn took_too_long() -> Self {
        Self::new(
            Code::ServiceUnavailable,
            "The questions before this one took too long: ask fewer at once.",
        )
    }

    /// Too much is going on.
    pub(crate) fn no_room() -> Self {
        Self::new(
            Code::ServiceUnavailable,
            "The request has failed due to a temporary failure of the server.",
        )
    }
}

impl From<AuthenticationError> for Refusal {
    fn from(error: AuthenticationError) -> Self {
        let code = match &error {
            AuthenticationError::Signature(AuthError::Missing) => Code::MissingAuthenticationToken,
            AuthenticationError::Signature(AuthError::IncompleteSignature(_)) => Code::IncompleteSignature,
            AuthenticationError::Signature(_) => Code::InvalidSignature,
            AuthenticationError::InvalidClientTokenId(_) => Code::UnrecognizedClient,
            AuthenticationError::ExpiredToken | AuthenticationError::Revoked => Code::ExpiredToken,
            AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_) => {
                return Self::unavailable(error);
            }
        };
        Self::new(code, error.message())
    }
}

impl From<SubjectError> for Refusal {
    fn from(error: SubjectError) -> Self {
        Self::new(
            Code::UnknownPrincipal,
            format!("The principal cannot be asked about: {error}."),
        )
    }
}

impl From<SuppliedKeyError> for Refusal {
    fn from(error: SuppliedKeyError) -> Self {
        Self::validation(format!("{error}."))
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.message)
    }
}
