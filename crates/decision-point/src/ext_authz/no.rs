//! Why a request may not pass.

use lanyard_access::{AuthenticationError, RequestId};

use crate::refusal::{Code, Refusal};

/// Why a request may not pass.
#[derive(Debug)]
pub(super) enum No {
    /// The client has not proven who it is.
    Unauthenticated(String),
    /// It may not.
    Forbidden {
        reason: String,
        decision: Option<RequestId>,
    },
    /// Envoy may not ask.
    MayNotAsk(String),
    /// It cannot be found out now.
    Unavailable,
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        match refusal.code {
            Code::ServiceUnavailable => Self::Unavailable,
            Code::AccessDenied => Self::MayNotAsk(refusal.message),
            _ => Self::Forbidden {
                reason: refusal.message,
                decision: None,
            },
        }
    }
}

impl No {
    /// What the client showed proves nothing.
    pub(super) fn unproven(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_) => {
                Refusal::unavailable(error).into()
            }
            error => Self::Unauthenticated(error.message()),
        }
    }
}
