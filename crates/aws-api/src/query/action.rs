//! Which operation a form asks for.

use crate::error_code::ErrorCode;
use crate::generated::OperationId;
use crate::query::form::Form;
use crate::service::Service;

/// Why a form names no operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// There is no `Action`. AWS redirects such requests to its product page.
    #[error("The request is missing an action or a required parameter.")]
    Missing,
    /// There is no such action in that version of the API. Answered in the
    /// namespace of faults.
    #[error("Could not find operation {action} for version {version}")]
    Unknown {
        /// What was asked for.
        action: String,
        /// The version that was asked for, or `NO_VERSION_SPECIFIED`.
        version: String,
    },
}

impl ActionError {
    /// The code it is answered with.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Missing => ErrorCode::MISSING_ACTION,
            Self::Unknown { .. } => ErrorCode::INVALID_ACTION,
        }
    }
}

/// Characters of an unknown action or version that are repeated in the message.
const ECHOED_MAX: usize = 128;

/// The operation of `service` that `form` asks for.
/// Evidence: probes against AWS, July 2026.
///
/// # Errors
/// See [`ActionError`].
pub fn operation(service: Service, form: &Form<'_>) -> Result<OperationId, ActionError> {
    let action = form.action().ok_or(ActionError::Missing)?;
    let version = form.version();
    match OperationId::find(service, action) {
        Some(operation) if version == Some(service.version()) => Ok(operation),
        _ => Err(ActionError::Unknown {
            action: action.chars().take(ECHOED_MAX).collect(),
            version: version
                .unwrap_or("NO_VERSION_SPECIFIED")
                .chars()
                .take(ECHOED_MAX)
                .collect(),
        }),
    }
}
