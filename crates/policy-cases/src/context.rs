//! The condition keys of a question.

use lanyard_policy::{Context, Text};
use serde_json::value::RawValue;

use crate::QuestionError;
use crate::object::Object;

const FIELD: &str = "context";

/// Reads the context: a list makes a key with several values, `null` one of which nothing is known, anything else one
/// with a single value. Of a name that ends with `/`, `null` says that nothing is known of all keys that begin with it.
pub(crate) fn read(text: Option<&str>) -> Result<Context, QuestionError> {
    let Some(text) = text else {
        return Ok(Context::new());
    };
    let object: Object<'_> = serde_json::from_str(text)
        .map_err(|_| QuestionError::in_field(FIELD, "an object of keys and values was expected"))?;
    let twice = |key: &str| QuestionError::in_field(&format!("{FIELD}.{key}"), "the key is there twice");
    if let Some(key) = object.repeated().next() {
        return Err(twice(key));
    }
    let mut context = Context::with_capacity(object.iter().count());
    let mut prefixes = Context::new();
    for (key, value) in object.iter() {
        let wrong = || {
            let problem =
                "a string, number, boolean, a list of those, or null for what is not known was expected";
            QuestionError::in_field(&format!("{FIELD}.{key}"), problem)
        };
        // Names are compared without regard to case: of two spellings one would silently win.
        if context.get(key).is_some() || prefixes.get(key).is_some() {
            return Err(twice(key));
        }
        if value == "null" && key.ends_with('/') {
            context.insert_unknown_under(key.to_owned());
            prefixes.insert_unknown(key.to_owned());
        } else if value == "null" {
            context.insert_unknown(key.to_owned());
        } else if value.starts_with('[') {
            let values: Vec<&RawValue> = serde_json::from_str(value).map_err(|_| wrong())?;
            let texts: Option<Vec<String>> = values.iter().map(|value| scalar(value.get())).collect();
            context.insert_many(key.to_owned(), texts.ok_or_else(wrong)?);
        } else {
            context.insert(key.to_owned(), Text::from(scalar(value).ok_or_else(wrong)?));
        }
    }
    Ok(context)
}

/// A scalar as its text; numbers as they are written.
fn scalar(text: &str) -> Option<String> {
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok(),
        b't' | b'f' | b'-' | b'0'..=b'9' => Some(text.to_owned()),
        _ => None,
    }
}
