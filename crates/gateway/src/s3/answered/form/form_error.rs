//! Why a form is refused, in S3's words.

use crate::error::{Code, S3Error};

/// How long the fields may be in all. Evidence: answers of S3 that name the limit.
pub(super) const FIELD_BYTES_MAX: usize = 20_480;

/// Why a form is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    /// The content type is not that of a form.
    #[error("Bucket POST must be of the enclosure-type multipart/form-data")]
    NotAForm,
    /// The body is not well-formed.
    #[error("the body is not a well-formed form: {0}")]
    Malformed(&'static str),
    /// There is too much before the file.
    #[error("the fields before the file are longer than {} bytes", FIELD_BYTES_MAX)]
    FieldsTooLong,
    /// There is no file.
    #[error("POST requires exactly one file upload per request.")]
    NoFile,
    /// A field stands twice: one might be judged and the other acted on.
    #[error("the field {0} stands twice")]
    Twice(String),
    /// The policy cannot be read.
    #[error("Invalid Policy: {0}")]
    InvalidPolicy(String),
    /// The policy does not allow the form.
    #[error("Invalid according to Policy: {0}")]
    NotAllowed(String),
    /// The file is larger than the policy allows.
    #[error("Your proposed upload exceeds the maximum allowed size")]
    TooLarge {
        /// How large it is.
        proposed: u64,
        /// How large it may be.
        allowed: u64,
    },
    /// The file is smaller than the policy allows.
    #[error("Your proposed upload is smaller than the minimum allowed size")]
    TooSmall {
        /// How large it is.
        proposed: u64,
        /// How large it must be.
        allowed: u64,
    },
}

impl From<FormError> for S3Error {
    fn from(error: FormError) -> Self {
        let message = error.to_string();
        match error {
            // Evidence: recorded answers of S3 to forms of other content types.
            FormError::NotAForm => Self::new(Code::PRECONDITION_FAILED).and("Condition", message),
            FormError::Malformed(_) | FormError::Twice(_) => {
                Self::new(Code::MALFORMED_POST_REQUEST).and("Detail", message)
            }
            FormError::FieldsTooLong => Self::new(Code::MAX_POST_PRE_DATA_LENGTH_EXCEEDED)
                .and("MaxPostPreDataLengthBytes", FIELD_BYTES_MAX.to_string()),
            FormError::NoFile => Self::with_message(Code::INVALID_ARGUMENT, message)
                .and("ArgumentName", "file")
                .and("ArgumentValue", "0"),
            FormError::InvalidPolicy(_) => Self::with_message(Code::INVALID_POLICY_DOCUMENT, message),
            FormError::NotAllowed(_) => Self::with_message(Code::ACCESS_DENIED, message),
            FormError::TooLarge { proposed, allowed } => Self::with_message(Code::ENTITY_TOO_LARGE, message)
                .and("ProposedSize", proposed.to_string())
                .and("MaxSizeAllowed", allowed.to_string()),
            FormError::TooSmall { proposed, allowed } => Self::with_message(Code::ENTITY_TOO_SMALL, message)
                .and("ProposedSize", proposed.to_string())
                .and("MinSizeAllowed", allowed.to_string()),
        }
    }
}
