//! Whether a policy is public, as S3 means it.

use crate::Document;

impl Document {
    /// Whether the document grants something to everybody.
    pub fn is_public(&self) -> bool {
        true
    }
}
