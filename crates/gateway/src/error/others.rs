//! What S3 answers to bodies and requests that are not right.

use lanyard_mapping::MappingError;

use super::{Code, S3Error};
use crate::body::BodyError;

impl From<BodyError> for S3Error {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Sha256Mismatch => Self::new(Code::X_AMZ_CONTENT_SHA256_MISMATCH),
            BodyError::ChunkSignature => Self::new(Code::SIGNATURE_DOES_NOT_MATCH),
            BodyError::MalformedChunk => Self::with_message(
                Code::INVALID_REQUEST,
                "The body is not in the framing that its headers declare.",
            ),
            BodyError::Incomplete | BodyError::Broken => Self::new(Code::INCOMPLETE_BODY),
            BodyError::TooLong => Self::with_message(
                Code::INCOMPLETE_BODY,
                "The request body is longer than announced.",
            ),
            BodyError::TooLarge => Self::new(Code::MAX_MESSAGE_LENGTH_EXCEEDED),
            BodyError::TooSlow => Self::new(Code::REQUEST_TIMEOUT),
            // Evidence: answers of S3 that users report.
            BodyError::Checksum { name: "content-md5" } => Self::with_message(
                Code::BAD_DIGEST,
                "The Content-MD5 you specified did not match what we received.",
            ),
            BodyError::MalformedChecksum { name: "content-md5" } => {
                Self::with_message(Code::INVALID_DIGEST, "The Content-MD5 you specified was invalid.")
            }
            BodyError::MalformedChecksum { name } => Self::with_message(
                Code::INVALID_REQUEST,
                format!("Value for {name} header is invalid."),
            ),
            BodyError::UnknownChecksum { name } => Self::with_message(
                Code::NOT_IMPLEMENTED,
                format!("The checksum in {name} is not implemented."),
            ),
            BodyError::BucketChanged => Self::new(Code::NO_SUCH_BUCKET),
            BodyError::Checksum { name } => {
                let algorithm = name.rsplit('-').next().unwrap_or(name).to_ascii_uppercase();
                Self::with_message(
                    Code::BAD_DIGEST,
                    format!("The {algorithm} you specified did not match the calculated checksum."),
                )
            }
            BodyError::Trailer => Self::new(Code::MALFORMED_TRAILER),
            BodyError::MissingLength => Self::new(Code::MISSING_CONTENT_LENGTH),
            BodyError::NoRoom => Self::new(Code::SLOW_DOWN).retry_after(1),
        }
    }
}

impl From<MappingError> for S3Error {
    fn from(error: MappingError) -> Self {
        match error {
            MappingError::InvalidBucketName(name) => {
                Self::new(Code::INVALID_BUCKET_NAME).and("BucketName", name)
            }
            MappingError::InvalidUri(_) | MappingError::InvalidHost(_) => {
                Self::with_message(Code::INVALID_URI, in_words(&error))
            }
            MappingError::KeyTooLong => Self::new(Code::KEY_TOO_LONG),
            MappingError::MethodNotAllowed { .. } => Self::new(Code::METHOD_NOT_ALLOWED),
            MappingError::NotImplemented {
                operation: "AccessControlList",
                ..
            } => Self::new(Code::ACCESS_CONTROL_LIST_NOT_SUPPORTED),
            MappingError::NotImplemented { .. } => {
                Self::with_message(Code::NOT_IMPLEMENTED, in_words(&error))
            }
            MappingError::UnknownParameter { .. } | MappingError::UnknownHeader { .. } => {
                Self::with_message(Code::NOT_IMPLEMENTED, in_words(&error))
            }
            MappingError::InvalidArgument { ref name, .. } => {
                let name = name.clone();
                Self::with_message(Code::INVALID_ARGUMENT, in_words(&error)).and("ArgumentName", name)
            }
            MappingError::Missing { .. } => Self::with_message(Code::INVALID_REQUEST, in_words(&error)),
            MappingError::MalformedXml(reason) => Self::new(Code::MALFORMED_XML).and("Detail", reason),
            MappingError::BodyTooLarge { .. } => Self::new(Code::MAX_MESSAGE_LENGTH_EXCEEDED),
            // Of other services; S3's mapping has words of its own for each.
            MappingError::MissingOperation
            | MappingError::UnknownOperation { .. }
            | MappingError::Unmapped { .. }
            | MappingError::Malformed(_)
            | MappingError::MissingMember { .. }
            | MappingError::UnknownMember { .. }
            | MappingError::Absent { .. }
            | MappingError::InvalidMember { .. } => {
                Self::with_message(Code::INVALID_REQUEST, in_words(&error))
            }
        }
    }
}

/// What went wrong as a sentence.
fn in_words(error: &MappingError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => text,
    }
}
