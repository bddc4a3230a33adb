//! Names and values as browsers send them: of a query, or of a form.

use std::collections::HashMap;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

/// How many fields are read.
const FIELDS_MAX: usize = 32;

/// Fields by name. What was in them is wiped, since passwords are among them.
#[derive(Default)]
pub(crate) struct Fields(HashMap<String, Zeroizing<String>>);

impl Fields {
    /// Reads fields. `None` if there are too many, if one is there twice, or if one is no text.
    // Fails closed: of two values nobody knows which one others have read.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut fields = HashMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_new = fields
                .insert(String::clone(&*decoded(name)?), decoded(value)?)
                .is_none();
            if !is_new || fields.len() > FIELDS_MAX {
                return None;
            }
        }
        Some(Self(fields))
    }

    /// The value of a field; empty if it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The value of a field that is there.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.as_str())
    }
}

fn decoded(text: &str) -> Option<Zeroizing<String>> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    let bytes = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Zeroizing::new(bytes.into_owned()))
}

/// A text as a value in a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded() {
        let fields = Fields::parse("a=b+c&d=%C3%A9%26%3D&e&f=x=y").unwrap();
        assert_eq!(fields.text("a"), "b c");
        assert_eq!(fields.text("d"), "é&=");
        assert_eq!(fields.get("e"), Some(""));
        assert_eq!(fields.text("f"), "x=y");
        assert_eq!(fields.get("g"), None);
        assert_eq!(encoded("a b&é"), "a%20b%26%C3%A9");
    }

    #[test]
    fn fields_that_are_there_twice_are_refused() {
        for text in ["a=1&a=2", "a=1&%61=2", "a=%FF"] {
            assert!(Fields::parse(text).is_none(), "{text}");
        }
        let many: String = (0..33).map(|number| format!("f{number}=&")).collect();
        assert!(Fields::parse(&many).is_none());
    }
}
