//! Errors of every service but S3: what went wrong, in words that no protocol has.
//!
//! The flow makes a [`ServiceError`] of whatever it meets (`sources` says of what which) and turns it into an answer
//! once, at its end, by [`wire`]: only there the protocol and the service are looked at, which have codes, statuses and
//! forms of their own for the same thing.
//!
//! Invariant: nothing that only operators may know is in the text; it is in `cause`, for the log.

mod absence;
mod code;
mod form;
mod sources;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use lanyard_access::EncodedMessage;
use lanyard_mapping::Absent;
use lanyard_service_models::Protocol;

use super::Cause;

pub(crate) use absence::says_not_there;
pub(crate) use code::{ServiceCode, is_of_authentication};
pub(crate) use form::wire;

/// What went wrong, whatever a service calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nobody signed the request.
    MissingToken,
    /// A part of the signature is missing or malformed.
    IncompleteSignature,
    /// The signature is wrong, or for something else.
    Signature,
    /// The request was signed too long ago, or for a time to come.
    Untimely,
    /// The credentials are not valid, whatever the signature.
    InvalidToken,
    /// The session is over.
    ExpiredToken,
    /// Policies deny it.
    Denied,
    /// The operation is known and nobody can tell what it would need: refused, whatever policies say.
    Unmapped,
    /// There is no such operation, or none can be made out.
    UnknownOperation,
    /// The request cannot be read.
    Unreadable,
    /// A value cannot be what it is.
    Invalid,
    /// A member that has to be there is not.
    Missing,
    /// What the request names is not there, and that is known before it is sent on.
    Absent(Absent),
    /// The body is too long.
    TooLarge,
    /// The body did not come in time, or not whole.
    TimedOut,
    /// Too much is going on.
    Throttled,
    /// Something that is needed does not answer.
    Unavailable,
    /// Something failed that should not.
    Internal,
    /// No upstream is configured for the service.
    NotConfigured,
}

impl Kind {
    /// What those are told who have not proven who they are.
    const OF_AUTHENTICATION: [Self; 6] = [
        Self::MissingToken,
        Self::IncompleteSignature,
        Self::Signature,
        Self::Untimely,
        Self::InvalidToken,
        Self::ExpiredToken,
    ];

    /// Whether somebody is told by it that they were not taken for anybody.
    pub(crate) fn is_of_authentication(self) -> bool {
        Self::OF_AUTHENTICATION.contains(&self)
    }
}

/// A refusal or failure, before any protocol has words for it.
#[derive(Clone, Debug)]
pub(crate) struct ServiceError {
    /// What went wrong.
    pub(crate) kind: Kind,
    /// The text for the client, as services say it that say nothing special.
    pub(crate) message: Cow<'static, str>,
    /// Why it was denied, sealed for whoever may decode it; only services that hand such messages out do.
    pub(crate) encoded: Option<EncodedMessage>,
    /// After how many seconds it is worth trying again.
    pub(crate) retry_after: Option<u32>,
    /// For the log.
    pub(crate) cause: Option<Cause>,
    /// Whether policies decided it; only such a denial is relaxed where policies are only observed.
    pub(crate) is_policy_denial: bool,
}

impl ServiceError {
    /// An error with its text.
    pub(crate) fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            encoded: None,
            retry_after: None,
            cause: None,
            is_policy_denial: false,
        }
    }

    /// What policies deny, in AWS's words (`Verdict::message`).
    pub(crate) fn denied(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            is_policy_denial: true,
            ..Self::new(Kind::Denied, message)
        }
    }

    /// An operation that is refused in every mode, since nobody can tell what it would need. `why` goes on from
    /// "… is refused: ".
    pub(crate) fn unmapped(operation: &str, why: impl fmt::Display) -> Self {
        Self::new(
            Kind::Unmapped,
            format!("The operation {operation} is refused: {why}."),
        )
    }

    /// There is no upstream for a service.
    pub(crate) fn not_configured(signing_name: &str) -> Self {
        Self::new(
            Kind::NotConfigured,
            format!(
                "No server is configured behind this one for the service {}. Its operator configures one with \
                 --upstream '{}=URL'.",
                shown(signing_name),
                shown(signing_name)
            ),
        )
    }

    /// Something failed that should not.
    pub(crate) fn internal(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(Kind::Internal, INTERNAL).because(cause)
    }

    /// Something that is needed does not answer now.
    pub(crate) fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::new(Kind::Unavailable, UNAVAILABLE).because(cause)
    }

    /// Too much is going on.
    pub(crate) fn throttled() -> Self {
        Self::new(Kind::Throttled, "Rate exceeded").retry_after(1)
    }

    /// The text for the client, as the protocol has it.
    ///
    /// Evidence: recorded answers of EC2, and its list of error codes.
    pub(crate) fn text(&self, protocol: Protocol) -> Cow<'_, str> {
        match (protocol, self.kind) {
            (Protocol::Ec2, Kind::Denied | Kind::Unmapped) => {
                let mut text = format!("{NOT_AUTHORIZED} {}", self.message);
                if let Some(encoded) = &self.encoded {
                    text.push_str(". Encoded authorization failure message: ");
                    text.push_str(encoded.as_str());
                }
                text.into()
            }
            (Protocol::Ec2, Kind::InvalidToken | Kind::Signature) => NOT_VALIDATED.into(),
            // Evidence: an answer of EC2 that users quote.
            (Protocol::Ec2, Kind::IncompleteSignature) => NOT_FORMATTED.into(),
            (Protocol::Ec2, Kind::ExpiredToken) => "Request has expired.".into(),
            // Evidence: recorded answers of API Gateway and Kinesis; DynamoDB's is that of the services with forms.
            (Protocol::RestJson | Protocol::Json11, Kind::MissingToken) => {
                "Missing Authentication Token".into()
            }
            _ => Cow::Borrowed(&self.message),
        }
    }

    /// With the sealed message of a denial.
    #[must_use]
    pub(crate) fn sealed(mut self, encoded: Option<EncodedMessage>) -> Self {
        self.encoded = encoded;
        self
    }

    /// With the cause, for the log.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.cause = Some(std::sync::Arc::new(cause));
        self
    }

    /// With a hint of when to try again.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

const NOT_AUTHORIZED: &str = "You are not authorized to perform this operation.";
const NOT_FORMATTED: &str = "Authorization header or parameters are not formatted correctly.";
const NOT_VALIDATED: &str = "AWS was not able to validate the provided access credentials";
pub(super) const INTERNAL: &str = "We encountered an internal error. Please try again.";
pub(super) const UNAVAILABLE: &str = "The request has failed due to a temporary failure of the server.";

/// What went wrong as a sentence.
pub(super) fn sentence(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => text,
    }
}

/// What a stranger sent is repeated only as far as names of services can be long.
fn shown(name: &str) -> String {
    let letters = name.chars().take(64);
    letters
        .map(|c| if c.is_ascii_graphic() { c } else { '?' })
        .collect()
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)
    }
}

impl std::error::Error for ServiceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}
