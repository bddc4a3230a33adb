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
mod authentication;
mod condition;
mod content;
mod disposition;
mod file_body;
mod form_error;
mod head;
mod policy;
mod upload;

use self::content::ContentError;
use self::form_error::FormError;
use self::head::FormFields;
use crate::error::{Code, S3Error};

pub(crate) use upload::post_form;

impl From<ContentError> for S3Error {
    fn from(error: ContentError) -> Self {
        match error {
            ContentError::Truncated => Self::new(Code::INCOMPLETE_BODY),
            ContentError::TooShort | ContentError::NotLast | ContentError::Ending => {
                Self::new(Code::MALFORMED_POST_REQUEST).and("Detail", error.to_string())
            }
        }
    }
}
