//! Refusals that programs read: the one place where causes become error codes, statuses and texts of this face.
//!
//! Codes and shapes of the token endpoint are those of the public service model of AWS Sign-In; a fault of the client
//! for which the model says no status has 400. Those of the rest are what AWS's services with JSON use.

use http::{HeaderName, HeaderValue, StatusCode};
use lanyard_access::AuthenticationError;
use lanyard_sigv4::AuthError;
use serde_json::json;

use crate::html::{self, Answer};

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Why no token is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenRefusal {
    /// The request cannot be one.
    Invalid(String),
    /// The authorization code is unknown, too old or used up.
    CodeExpired,
    /// The sign-in is over: it lasted long enough, or it was revoked.
    Expired,
    /// The user is gone, or has another password than the one that was signed in with.
    CredentialsChanged,
    /// Policies do not allow it. The text is that of the decision.
    Denied(String),
    /// Too much is going on.
    TooMany,
    /// Only trying again helps.
    Unavailable,
}

impl TokenRefusal {
    fn parts(&self) -> (&'static str, StatusCode, &'static str, &str) {
        let (denied, bad) = ("AccessDeniedException", StatusCode::BAD_REQUEST);
        match self {
            Self::Invalid(text) => ("ValidationException", bad, "INVALID_REQUEST", text),
            Self::CodeExpired => (
                denied,
                bad,
                "AUTHCODE_EXPIRED",
                "The authorization code is unknown, has expired or has been used.",
            ),
            Self::Expired => (denied, bad, "TOKEN_EXPIRED", "The sign-in is over."),
            Self::CredentialsChanged => (
                denied,
                bad,
                "USER_CREDENTIALS_CHANGED",
                "The user is gone, or its password has been changed since the sign-in.",
            ),
            Self::Denied(text) => (denied, bad, "INSUFFICIENT_PERMISSIONS", text),
            Self::TooMany => (
                "TooManyRequestsError",
                StatusCode::TOO_MANY_REQUESTS,
                "rate_exceeded",
                "Too many requests at once.",
            ),
            Self::Unavailable => (
                "InternalServerException",
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "The request has failed due to a temporary failure of the server.",
            ),
        }
    }

    /// The code for the trail.
    pub(crate) fn code(&self) -> &'static str {
        self.parts().0
    }

    /// The text for the client.
    pub(crate) fn message(&self) -> &str {
        self.parts().3
    }

    pub(crate) fn answer(&self) -> Answer {
        let (kind, status, error, message) = self.parts();
        let mut answer = html::json(status, &json!({"error": error, "message": message}));
        answer
            .headers_mut()
            .insert(ERROR_TYPE, HeaderValue::from_static(kind));
        answer
    }
}

/// An error code with its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    AccessDenied,
    Conflict,
    ExpiredToken,
    IncompleteSignature,
    InvalidSignature,
    MissingAuthenticationToken,
    RequestEntityTooLarge,
    RequestTimeout,
    ResourceNotFound,
    Serialization,
    ServiceUnavailable,
    UnknownOperation,
    UnrecognizedClient,
    Validation,
}

impl Code {
    /// The code as it stands in `__type`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDeniedException",
            Self::Conflict => "ConflictException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::IncompleteSignature => "IncompleteSignatureException",
            Self::InvalidSignature => "InvalidSignatureException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::RequestEntityTooLarge => "RequestEntityTooLargeException",
            Self::RequestTimeout => "RequestTimeoutException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Serialization => "SerializationException",
            Self::ServiceUnavailable => "ServiceUnavailableException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnrecognizedClient => "UnrecognizedClientException",
            Self::Validation => "ValidationException",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::AccessDenied
            | Self::ExpiredToken
            | Self::InvalidSignature
            | Self::MissingAuthenticationToken
            | Self::UnrecognizedClient => StatusCode::FORBIDDEN,
            Self::Conflict => StatusCode::CONFLICT,
            Self::IncompleteSignature | Self::Serialization | Self::Validation => StatusCode::BAD_REQUEST,
            Self::RequestEntityTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::ResourceNotFound | Self::UnknownOperation => StatusCode::NOT_FOUND,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Why something else is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
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

    /// Only trying again helps. The cause is for the log alone.
    pub(crate) fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(cause, "a request could not be handled");
        Self::new(
            Code::ServiceUnavailable,
            "The request has failed due to a temporary failure of the server.",
        )
    }

    pub(crate) fn answer(&self) -> Answer {
        let text = json!({"__type": self.code.name(), "message": self.message});
        html::json(self.code.status(), &text)
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
                return Self::unavailable(&error);
            }
        };
        Self::new(code, error.message())
    }
}
