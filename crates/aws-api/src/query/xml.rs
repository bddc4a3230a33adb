//! A writer of XML that is always well-formed.
//!
//! Text may come from callers. What XML cannot hold at all (control characters
//! and the like) becomes U+FFFD; a carriage return is written as a reference,
//! since a reader would turn a bare one into a line feed.

use std::fmt::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(super) struct Xml(String);

impl Xml {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(String::with_capacity(capacity))
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    /// The root element, called `stem` and `ending` in one word.
    pub(super) fn open_root(&mut self, stem: &str, ending: &str, namespace: &str) {
        self.0.extend(["<", stem, ending, " xmlns=\"", namespace, "\">"]);
    }

    pub(super) fn open_joined(&mut self, stem: &str, ending: &str) {
        self.0.extend(["<", stem, ending, ">"]);
    }

    pub(super) fn close_joined(&mut self, stem: &str, ending: &str) {
        self.0.extend(["</", stem, ending, ">"]);
    }

    pub(super) fn open(&mut self, name: &str) {
        self.open_joined(name, "");
    }

    pub(super) fn close(&mut self, name: &str) {
        self.close_joined(name, "");
    }

    pub(super) fn text_element(&mut self, name: &str, text: &str) {
        self.open(name);
        escape_into(&mut self.0, text);
        self.close(name);
    }

    /// For numbers, booleans and instants, which need no escaping.
    pub(super) fn display_element(&mut self, name: &str, value: &dyn fmt::Display) {
        self.open(name);
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value}");
        self.close(name);
    }

    pub(super) fn base64_element(&mut self, name: &str, bytes: &[u8]) {
        self.open(name);
        STANDARD.encode_string(bytes, &mut self.0);
        self.close(name);
    }
}

fn escape_into(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, letter) in text.char_indices() {
        let Some(replacement) = replacement(letter) else {
            continue;
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        out.push_str(replacement);
        plain = at + letter.len_utf8();
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}

const fn replacement(letter: char) -> Option<&'static str> {
    match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\r' => Some("&#xD;"),
        '\t' | '\n' => None,
        '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => Some("\u{fffd}"),
        _ => None,
    }
}
