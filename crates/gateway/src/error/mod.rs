//! S3's errors: codes, statuses, texts and XML, here and nowhere else.
//!
//! An error is made from what went wrong (`authentication`, `mapping` and `upstream` say which code that is in S3)
//! and turned into an answer once, at the end of the flow, where the request's id is known.
//!
//! Invariant: nothing that only operators may know is in the text; it is in `cause`, for the log.

mod authentication;
mod code;
mod others;
mod response;
mod service;
mod upstream;
mod xml;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub(crate) use code::Code;
pub(crate) use response::error_response;
pub(crate) use service::{Kind, ServiceCode, ServiceError, says_not_there, wire};
pub(crate) use upstream::{is_about_gateway, is_about_gateway_of_service};

/// Whether an error of this name is a denial, whichever service behind the gateway has it.
pub fn is_denial(name: &str) -> bool {
    ServiceCode::is_denial(name)
}

/// What is known to have gone wrong, for the log of the operator.
pub(crate) type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// A refusal or failure as S3 tells it.
#[derive(Clone, Debug)]
pub(crate) struct S3Error {
    /// The code, which gives the status.
    pub(crate) code: Code,
    /// The text, if it is not the usual one of the code.
    pub(crate) message: Option<Cow<'static, str>>,
    /// Further members of the XML, which are harmless: what the client sent, or may know.
    pub(crate) members: Vec<(&'static str, String)>,
    /// After how many seconds it is worth trying again.
    pub(crate) retry_after: Option<u32>,
    /// For the log.
    pub(crate) cause: Option<Cause>,
    /// Whether policies decided it; only such a denial is relaxed where policies are only observed.
    pub(crate) is_policy_denial: bool,
}

impl S3Error {
    /// An error with the usual text of its code.
    pub(crate) fn new(code: Code) -> Self {
        Self {
            code,
            message: None,
            members: Vec::new(),
            retry_after: None,
            cause: None,
            is_policy_denial: false,
        }
    }

    /// An error with a text of its own.
    pub(crate) fn with_message(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: Some(message.into()),
            ..Self::new(code)
        }
    }

    /// What policies deny.
    pub(crate) fn denied(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            is_policy_denial: true,
            ..Self::with_message(Code::ACCESS_DENIED, message)
        }
    }

    /// There is no such bucket, as far as Lanyard knows.
    pub(crate) fn no_such_bucket(name: &str) -> Self {
        Self::new(Code::NO_SUCH_BUCKET).and("BucketName", name)
    }

    /// Something failed that should not.
    pub(crate) fn internal(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(Code::INTERNAL_ERROR).because(cause)
    }

    /// Something that is needed does not answer now.
    pub(crate) fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(Code::SERVICE_UNAVAILABLE).because(cause)
    }

    /// With a further member of the XML.
    #[must_use]
    pub(crate) fn and(mut self, member: &'static str, value: impl Into<String>) -> Self {
        self.members.push((member, value.into()));
        self
    }

    /// With the cause, for the log.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// With a hint of when to try again.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The text for the client.
    pub(crate) fn message(&self) -> &str {
        self.message.as_deref().unwrap_or(self.code.text)
    }

    /// The error of ours that is at the bottom of another one: a body that was refused while it was being sent comes
    /// back inside the error of the client that was sending it.
    pub(crate) fn within<'error>(error: &'error (dyn std::error::Error + 'static)) -> Option<&'error Self> {
        let mut next: Option<&'error (dyn std::error::Error + 'static)> = Some(error);
        // Bounded: nobody nests errors deeper, and a cycle would not end.
        for _ in 0..16 {
            let error = next?;
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

impl fmt::Display for S3Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name, self.message())
    }
}

impl std::error::Error for S3Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}
