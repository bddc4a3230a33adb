//! What a question is called.

use std::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::QuestionError;
use crate::object::Object;

/// What a question is called: a string or a number of JSON, exactly as it was written. A number with more digits
/// than any processor takes comes back with all of them.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct QuestionId(Box<RawValue>);

impl QuestionId {
    /// Its JSON, byte for byte.
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// The id of a question, if it has one.
    pub(crate) fn of(object: &Object<'_>) -> Result<Option<Self>, QuestionError> {
        let wrong = || QuestionError::in_field("id", "a string or a number was expected");
        let Some(text) = object.get("id") else {
            return Ok(None);
        };
        if !text.starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit()) {
            return Err(wrong());
        }
        // Half a surrogate pair is no text that could be printed again.
        if text.starts_with('"') && serde_json::from_str::<String>(text).is_err() {
            return Err(wrong());
        }
        let text = serde_json::from_str(text).map_err(|_| wrong())?;
        Ok(Some(Self(text)))
    }
}

impl PartialEq for QuestionId {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl Eq for QuestionId {}

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}
