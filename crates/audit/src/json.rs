//! JSON written straight into text.
//!
//! A record is written for every session that is issued, and most of what one cost was a tree of values that was built
//! only to be written once. What stands here writes the same letters as `serde_json` does.

use std::fmt::{Display, Write};

/// Writes a text with its quotation marks.
pub(crate) fn write_text(out: &mut String, text: &str) {
    if is_plain(text) {
        out.reserve(text.len().saturating_add(2));
        out.push('"');
        out.push_str(text);
        out.push('"');
        return;
    }
    // Writing a text into memory cannot fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned()));
}

/// Whether there is nothing to escape. It does not stop at what it finds: so many letters are looked at in one step.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |is_plain, byte| {
        is_plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\')
    })
}

/// An object on its way into text.
pub(crate) struct Object<'a> {
    out: &'a mut String,
    is_empty: bool,
}

impl<'a> Object<'a> {
    /// Begins an object.
    pub(crate) fn begin(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, is_empty: true }
    }

    /// Where the value of a member is written to. Names of members need no escaping.
    pub(crate) fn member(&mut self, name: &str) -> &mut String {
        self.out.push_str(if self.is_empty { "\"" } else { ",\"" });
        self.is_empty = false;
        self.out.push_str(name);
        self.out.push_str("\":");
        self.out
    }

    /// A member that is text.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        write_text(self.member(name), text);
    }

    /// A member that is text, or is left out.
    pub(crate) fn some_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// A member that is text or null.
    pub(crate) fn text_or_null(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.member(name).push_str("null"),
        }
    }

    /// A member that is true or false.
    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.member(name).push_str(if flag { "true" } else { "false" });
    }

    /// A member whose text needs no escaping.
    pub(crate) fn displayed(&mut self, name: &str, shown: impl Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.member(name), "\"{shown}\"");
    }

    /// Ends the object.
    pub(crate) fn end(self) {
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_serde_json_writes_them() {
        let every: String = (0..0x300).filter_map(char::from_u32).collect();
        for text in [
            "",
            "arn:aws:iam::1:role/x",
            "a\"b",
            "a\\b",
            "\u{7f}é\u{2028}",
            "\u{1f}",
            &every,
        ] {
            let mut out = String::new();
            write_text(&mut out, text);
            assert_eq!(out, serde_json::to_string(text).unwrap());
        }
    }
}
