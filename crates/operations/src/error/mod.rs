//! Refusals: the one place where causes become AWS's error codes and texts.
//!
//! A [`Refusal`] has a face for the caller (code and message, both AWS's) and, apart from it, a cause for the
//! operator's log. The second never reaches the wire. Texts name their evidence where it is not the public model.

mod certificate;
mod delegation;
mod directory;
mod identity_provider;
mod login;
mod report;
mod request;
mod service_linked_role;
mod service_specific_credential;
mod sign_in;
mod simulation;
mod sts;
mod user_credential;

use std::fmt;

pub(crate) use login::ProviderError;
pub(crate) use simulation::ContextForm;

use lanyard_aws_api::ErrorCode;

/// Why a request is not answered with its output.
pub(crate) struct Refusal {
    /// Boxed: refusals are rare, and the ordinary path should not carry their size.
    inner: Box<Inner>,
}

struct Inner {
    code: ErrorCode,
    message: Option<String>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Refusal {
    /// A refusal with AWS's code and text.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Refusal {
            inner: Box::new(Inner {
                code,
                message: Some(message.into()),
                cause: None,
            }),
        }
    }

    /// A refusal that AWS answers without a Message element.
    pub(crate) fn without_message(code: ErrorCode) -> Self {
        Refusal {
            inner: Box::new(Inner {
                code,
                message: None,
                cause: None,
            }),
        }
    }

    /// AccessDenied with `message`, which `access` composes.
    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Refusal::new(ErrorCode::ACCESS_DENIED, message)
    }

    /// NoSuchEntity with `message`.
    pub(crate) fn no_such_entity(message: impl Into<String>) -> Self {
        Refusal::new(ErrorCode::NO_SUCH_ENTITY, message)
    }

    /// ValidationError with `message`, for the rules that the model does not state.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Refusal::new(ErrorCode::VALIDATION_ERROR, message)
    }

    /// Something the caller can only retry: the store is away or full, or the trail cannot be written.
    // Fails closed: what could not be made durable was not done.
    pub(crate) fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        let message = "The request has failed due to a temporary failure of the server.".to_owned();
        Refusal {
            inner: Box::new(Inner {
                code: ErrorCode::SERVICE_UNAVAILABLE,
                message: Some(message),
                cause: Some(Box::new(cause)),
            }),
        }
    }

    /// A fault of our own. The caller learns nothing of it; the log does.
    pub(crate) fn failure(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        let message =
            "The request processing has failed because of an unknown error, exception or failure.".to_owned();
        Refusal {
            inner: Box::new(Inner {
                code: ErrorCode::SERVICE_FAILURE,
                message: Some(message),
                cause: Some(Box::new(cause)),
            }),
        }
    }

    /// The same refusal with a cause for the operator's log, of which the caller learns nothing.
    pub(crate) fn caused_by(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.inner.cause = Some(Box::new(cause));
        self
    }

    /// AWS's code with its HTTP status.
    pub(crate) fn code(&self) -> ErrorCode {
        self.inner.code
    }

    /// The text for the caller; `None` where AWS sends none.
    pub(crate) fn message(&self) -> Option<&str> {
        self.inner.message.as_deref()
    }

    /// The cause, for the operator's log only.
    pub(crate) fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.inner.cause.as_deref()
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("code", &self.inner.code)
            .field("message", &self.inner.message)
            .field("cause", &self.inner.cause)
            .finish()
    }
}
