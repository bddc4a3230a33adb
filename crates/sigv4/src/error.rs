//! Why a signature is refused, with AWS's words for it.

use std::borrow::Cow;

use crate::RequestTime;

/// Why a request is not taken as signed.
///
/// The message (`to_string` or [`AuthError::message`]) is AWS's where AWS's is known, and safe to show to the
/// caller: it repeats at most what the caller sent and never what the signature should have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There are no credentials that could be judged.
    #[error("Request is missing Authentication Token")]
    Missing,
    /// A part of the signature is missing, malformed or given twice.
    #[error("{0}")]
    IncompleteSignature(Cow<'static, str>),
    /// The signature is not the one that key and request give.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS \
         Secret Access Key and signing method. Consult the service documentation for details."
    )]
    SignatureDoesNotMatch,
    /// Credentials stand in the query and in the header.
    #[error("Found both '{parameter}' as a query-string param and 'Authorization' as HTTP header.")]
    TwoForms {
        /// The parameter that was found.
        parameter: &'static str,
    },
    /// A header that has to be signed is not.
    #[error("{} must be a 'SignedHeader' in the AWS Authorization.", display_header(.name))]
    HeaderNotSigned {
        /// The header in lower case.
        name: String,
    },
    /// The credential scope is not that of this service, region and day. Holds all complaints in AWS's order.
    #[error("{0}")]
    Scope(String),
    /// The request was signed too long ago, or its presigned life is over.
    #[error(
        "Signature expired: {signed} is now earlier than {earliest} ({now} - {}.)",
        display_window(*.window_seconds)
    )]
    Expired {
        /// When the request was signed.
        signed: RequestTime,
        /// The earliest time of signing that is accepted now.
        earliest: RequestTime,
        /// The present.
        now: RequestTime,
        /// How long a signature is accepted.
        window_seconds: i64,
    },
    /// The request is signed for a time too far in the future.
    #[error(
        "Signature not yet current: {signed} is still later than {latest} ({now} + {}.)",
        display_window(*.window_seconds)
    )]
    NotYetCurrent {
        /// When the request claims to be signed.
        signed: RequestTime,
        /// The latest time of signing that is accepted now.
        latest: RequestTime,
        /// The present.
        now: RequestTime,
        /// How far ahead a client's clock may be.
        window_seconds: i64,
    },
    /// The service needs `x-amz-content-sha256`, and it is not there.
    #[error("Missing required header for this request: x-amz-content-sha256")]
    PayloadHashMissing,
    /// `x-amz-content-sha256` has a value that the service does not know.
    #[error(
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value."
    )]
    PayloadHashInvalid,
    /// The body is not the one that `x-amz-content-sha256` announced.
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    PayloadHashMismatch,
}

impl AuthError {
    /// The name of AWS's error code, as services with the query protocol use it. Services with codes of their
    /// own, such as S3, choose by variant.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationToken",
            Self::IncompleteSignature(_) => "IncompleteSignature",
            Self::SignatureDoesNotMatch
            | Self::TwoForms { .. }
            | Self::HeaderNotSigned { .. }
            | Self::Scope(_)
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. } => "SignatureDoesNotMatch",
            Self::PayloadHashMissing => "InvalidRequest",
            Self::PayloadHashInvalid => "InvalidArgument",
            Self::PayloadHashMismatch => "XAmzContentSHA256Mismatch",
        }
    }

    /// The text for the caller.
    pub fn message(&self) -> String {
        self.to_string()
    }

    pub(crate) fn incomplete(text: impl Into<Cow<'static, str>>) -> Self {
        Self::IncompleteSignature(text.into())
    }

    pub(crate) fn not_basic_format(text: &str) -> Self {
        Self::incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601",
            excerpt(text)
        ))
    }
}

/// AWS names the host header in both of its forms.
fn display_header(name: &str) -> Cow<'static, str> {
    match name {
        "host" => Cow::Borrowed("'Host' or ':authority'"),
        "x-amz-date" => Cow::Borrowed("'X-Amz-Date'"),
        "date" => Cow::Borrowed("'Date'"),
        _ => Cow::Owned(format!("'{name}'")),
    }
}

fn display_window(seconds: i64) -> String {
    if seconds % 60 == 0 {
        format!("{} min", seconds / 60)
    } else {
        format!("{seconds} sec")
    }
}

/// What the caller sent, made fit to be shown in a message: short, and printable ASCII only.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH_MAX: usize = 64;
    let shown = text
        .chars()
        .take(LENGTH_MAX)
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' });
    let mut shown: String = shown.collect();
    if text.chars().nth(LENGTH_MAX).is_some() {
        shown.push_str("...");
    }
    shown
}
