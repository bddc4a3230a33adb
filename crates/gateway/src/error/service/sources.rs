//! Of what which error is made.

use lanyard_access::AuthenticationError;
use lanyard_mapping::MappingError;
use lanyard_sigv4::AuthError;

use super::{INTERNAL, Kind, ServiceError, UNAVAILABLE, absence};
use crate::body::BodyError;
use crate::error::S3Error;

impl From<AuthenticationError> for ServiceError {
    fn from(error: AuthenticationError) -> Self {
        let kind = match &error {
            AuthenticationError::Signature(error) => of_signature(error),
            AuthenticationError::InvalidClientTokenId(_) => Kind::InvalidToken,
            // A revoked one too: so clients fetch new credentials, which is what helps.
            AuthenticationError::ExpiredToken | AuthenticationError::Revoked => Kind::ExpiredToken,
            AuthenticationError::Unavailable(_) => {
                return Self::new(Kind::Unavailable, UNAVAILABLE).because(error);
            }
            AuthenticationError::Vault(_) => return Self::new(Kind::Internal, INTERNAL).because(error),
        };
        Self::new(kind, error.message())
    }
}

impl From<AuthError> for ServiceError {
    fn from(error: AuthError) -> Self {
        Self::new(of_signature(&error), error.message())
    }
}

fn of_signature(error: &AuthError) -> Kind {
    match error {
        AuthError::Missing => Kind::MissingToken,
        AuthError::IncompleteSignature(_) => Kind::IncompleteSignature,
        AuthError::Expired { .. } | AuthError::NotYetCurrent { .. } => Kind::Untimely,
        AuthError::SignatureDoesNotMatch
        | AuthError::TwoForms { .. }
        | AuthError::HeaderNotSigned { .. }
        | AuthError::Scope(_)
        | AuthError::PayloadHashMissing
        | AuthError::PayloadHashInvalid
        | AuthError::PayloadHashMismatch => Kind::Signature,
    }
}

impl From<BodyError> for ServiceError {
    fn from(error: BodyError) -> Self {
        match error {
            // Services other than S3 take the hash of the body as a part of what was signed.
            BodyError::Sha256Mismatch | BodyError::ChunkSignature => AuthError::SignatureDoesNotMatch.into(),
            BodyError::TooLarge => Self::new(
                Kind::TooLarge,
                "The request is larger than this server reads for the operation.",
            ),
            BodyError::TooSlow => Self::new(Kind::TimedOut, "The request did not arrive in time."),
            BodyError::NoRoom => Self::throttled(),
            BodyError::BucketChanged => Self::internal(error),
            BodyError::MalformedChunk
            | BodyError::Incomplete
            | BodyError::TooLong
            | BodyError::Checksum { .. }
            | BodyError::MalformedChecksum { .. }
            | BodyError::UnknownChecksum { .. }
            | BodyError::Trailer
            | BodyError::MissingLength
            | BodyError::Broken => Self::new(Kind::Unreadable, super::sentence(&error)),
        }
    }
}

impl From<MappingError> for ServiceError {
    fn from(error: MappingError) -> Self {
        let kind = match &error {
            MappingError::Unmapped { operation, reason } => return Self::unmapped(operation, reason),
            MappingError::MissingOperation
            | MappingError::UnknownOperation { .. }
            | MappingError::MethodNotAllowed { .. } => Kind::UnknownOperation,
            MappingError::NotImplemented { operation, reason } => return Self::unmapped(operation, reason),
            MappingError::MissingMember { .. } | MappingError::Missing { .. } => Kind::Missing,
            MappingError::Absent { what, name } => {
                return Self::new(Kind::Absent(*what), absence::text(*what, name));
            }
            MappingError::UnknownMember { .. }
            | MappingError::InvalidMember { .. }
            | MappingError::UnknownParameter { .. }
            | MappingError::UnknownHeader { .. }
            | MappingError::InvalidArgument { .. } => Kind::Invalid,
            MappingError::BodyTooLarge { .. } => Kind::TooLarge,
            MappingError::Malformed(_)
            | MappingError::MalformedXml(_)
            | MappingError::InvalidUri(_)
            | MappingError::InvalidHost(_)
            | MappingError::InvalidBucketName(_)
            | MappingError::KeyTooLong => Kind::Unreadable,
        };
        Self::new(kind, super::sentence(&error))
    }
}

/// What the machinery that is shared with S3 says: of the upstream, mostly.
impl From<S3Error> for ServiceError {
    fn from(error: S3Error) -> Self {
        let retry_after = error.retry_after;
        let made = match error.code.status().as_u16() {
            503 => Self::new(Kind::Unavailable, UNAVAILABLE),
            400 => Self::new(Kind::Unreadable, error.message().to_owned()),
            _ => Self::new(Kind::Internal, INTERNAL),
        };
        Self {
            retry_after,
            ..made.because(error)
        }
    }
}
