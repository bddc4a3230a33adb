//! What S3 answers whom it does not take for anybody.

use lanyard_access::{AuthenticationError, InvalidCredentials};
use lanyard_sigv4::AuthError;

use super::{Code, S3Error};

impl S3Error {
    /// The answer to a signature that was not accepted. `is_presigned` says where it stands; S3 has codes for each.
    pub(crate) fn from_signature(error: &AuthError, is_presigned: bool) -> Self {
        let malformed = if is_presigned {
            Code::AUTHORIZATION_QUERY_PARAMETERS_ERROR
        } else {
            Code::AUTHORIZATION_HEADER_MALFORMED
        };
        match error {
            AuthError::Missing => Self::new(Code::ACCESS_DENIED),
            AuthError::IncompleteSignature(_) | AuthError::Scope(_) => {
                Self::with_message(malformed, error.message())
            }
            AuthError::SignatureDoesNotMatch => Self::new(Code::SIGNATURE_DOES_NOT_MATCH),
            AuthError::TwoForms { .. } => Self::with_message(
                Code::INVALID_ARGUMENT,
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                 parameter or the Authorization header should be specified",
            ),
            AuthError::HeaderNotSigned { name } => Self::with_message(
                Code::ACCESS_DENIED,
                "There were headers present in the request which were not signed",
            )
            .and("HeadersNotSigned", name.as_str()),
            AuthError::Expired { now, .. } if is_presigned => {
                Self::with_message(Code::ACCESS_DENIED, "Request has expired")
                    .and("ServerTime", now.to_string())
            }
            AuthError::NotYetCurrent { now, .. } if is_presigned => {
                Self::with_message(Code::ACCESS_DENIED, "Request is not valid yet")
                    .and("ServerTime", now.to_string())
            }
            AuthError::Expired {
                signed,
                now,
                window_seconds,
                ..
            }
            | AuthError::NotYetCurrent {
                signed,
                now,
                window_seconds,
                ..
            } => {
                let milliseconds = window_seconds.saturating_mul(1000);
                Self::new(Code::REQUEST_TIME_TOO_SKEWED)
                    .and("RequestTime", signed.to_string())
                    .and("ServerTime", now.to_string())
                    .and("MaxAllowedSkewMilliseconds", milliseconds.to_string())
            }
            AuthError::PayloadHashMissing => Self::with_message(Code::INVALID_REQUEST, error.message()),
            AuthError::PayloadHashInvalid => Self::with_message(Code::INVALID_ARGUMENT, error.message()),
            AuthError::PayloadHashMismatch => Self::new(Code::X_AMZ_CONTENT_SHA256_MISMATCH),
        }
    }

    /// The answer to credentials that were not accepted.
    pub(crate) fn from_authentication(
        error: AuthenticationError,
        access_key_id: &str,
        is_presigned: bool,
    ) -> Self {
        match error {
            AuthenticationError::Signature(error) => Self::from_signature(&error, is_presigned),
            AuthenticationError::InvalidClientTokenId(reason) => match reason {
                InvalidCredentials::MalformedKeyId
                | InvalidCredentials::UnknownKey
                | InvalidCredentials::InactiveKey
                | InvalidCredentials::TokenMissing
                | InvalidCredentials::BearerKeyWrong
                | InvalidCredentials::IssuerGone => {
                    Self::new(Code::INVALID_ACCESS_KEY_ID).and("AWSAccessKeyId", shortened(access_key_id))
                }
                InvalidCredentials::TokenInvalid
                | InvalidCredentials::TokenOfOtherKey
                | InvalidCredentials::UnexpectedToken => Self::new(Code::INVALID_TOKEN),
                InvalidCredentials::KeyTooOld { .. } => {
                    let message = AuthenticationError::from(reason).message();
                    Self::with_message(Code::INVALID_ACCESS_KEY_ID, message)
                        .and("AWSAccessKeyId", shortened(access_key_id))
                }
            },
            // A revoked one too: so clients fetch new credentials, which is what helps.
            AuthenticationError::ExpiredToken | AuthenticationError::Revoked => {
                Self::new(Code::EXPIRED_TOKEN)
            }
            AuthenticationError::Unavailable(cause) => Self::unavailable(cause),
            AuthenticationError::Vault(cause) => Self::internal(cause),
        }
    }
}

/// What a stranger sent is repeated only as far as a key id can be long.
fn shortened(access_key_id: &str) -> String {
    access_key_id.chars().take(128).collect()
}
