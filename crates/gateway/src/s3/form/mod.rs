//! Forms of browsers: a file in `multipart/form-data`, with fields before it that say where it goes.
//!
//! The fields are read whole, bounded to 20 KiB; the file streams. How long the file is has to be known before its
//! first byte goes on, and the form does not say: it is what the announced length leaves between the head of the
//! file's part and the closing delimiter. A form that ends in any other way is broken off before its last byte, so
//! that it never becomes an object.
//!
//! Deliberately absent: fields behind the file, which S3 passes over (a difference, since they would make the length
//! of the file a guess), forms without a `Content-Length`, and signatures of version 2.

mod answer;
mod condition;
mod content;
mod disposition;
mod head;
mod policy;

pub(crate) use answer::Success;
pub(crate) use content::{ContentError, FileContent};
pub(crate) use head::{FormFields, FormHead, FormHeadReader};
pub(crate) use policy::FormPolicy;

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
    #[error("the fields before the file are longer than {} bytes", head::FIELD_BYTES_MAX)]
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
