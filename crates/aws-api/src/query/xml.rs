//! A writer of XML that is always well-formed.
//!
//! It is laid out as AWS lays it out: an element a line, two spaces a level.
//! Text may come from callers. What XML cannot hold at all (control characters
//! and the like) becomes U+FFFD; a carriage return is written as a reference,
//! since a reader would turn a bare one into a line feed.

use std::fmt::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub(super) struct Xml {
    text: String,
    depth: usize,
    /// Where the last opened element's content starts, if nothing was written since.
    opened: usize,
}

impl Xml {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            text: String::with_capacity(capacity),
            depth: 0,
            opened: 0,
        }
    }

    /// The document, ending in a line feed.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut text = self.text;
        text.push('\n');
        text.into_bytes()
    }

    /// The root element, called `stem` and `ending` in one word.
    pub(super) fn open_root(&mut self, stem: &str, ending: &str, namespace: &str) {
        self.text
            .extend(["<", stem, ending, " xmlns=\"", namespace, "\">"]);
        self.enter();
    }

    pub(super) fn open(&mut self, name: &str) {
        self.open_joined(name, "");
    }

    pub(super) fn open_joined(&mut self, stem: &str, ending: &str) {
        self.start_line();
        self.text.extend(["<", stem, ending, ">"]);
        self.enter();
    }

    pub(super) fn close(&mut self, name: &str) {
        self.close_joined(name, "");
    }

    /// Closes the element; one without content becomes `<name/>`.
    pub(super) fn close_joined(&mut self, stem: &str, ending: &str) {
        self.depth = self.depth.saturating_sub(1);
        if self.text.len() == self.opened {
            self.text.pop();
            self.text.push_str("/>");
        } else {
            self.start_line();
            self.text.extend(["</", stem, ending, ">"]);
        }
    }

    pub(super) fn text_element(&mut self, name: &str, text: &str) {
        self.element(name, |out| escape_into(out, text));
    }

    /// For numbers, booleans and instants, which need no escaping.
    pub(super) fn display_element(&mut self, name: &str, value: &dyn fmt::Display) {
        self.element(name, |out| {
            // Writing to a string cannot fail.
            let _ = write!(out, "{value}");
        });
    }

    pub(super) fn base64_element(&mut self, name: &str, bytes: &[u8]) {
        self.element(name, |out| STANDARD.encode_string(bytes, out));
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut String)) {
        self.start_line();
        self.text.extend(["<", name, ">"]);
        content(&mut self.text);
        self.text.extend(["</", name, ">"]);
    }

    fn enter(&mut self) {
        self.depth += 1;
        self.opened = self.text.len();
    }

    fn start_line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }
}

fn escape_into(out: &mut String, text: &str) {
    // Most texts are names, ids, ARNs and tokens: nothing in them has to be looked at twice.
    if is_plain(text) {
        out.push_str(text);
        return;
    }
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

/// Whether there is nothing to replace. It does not stop at what it finds: so many letters are looked at in one step.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |is_plain, byte| {
        let is_printable = byte.wrapping_sub(b' ') < 0x5f;
        is_plain & is_printable & (byte != b'&') & (byte != b'<') & (byte != b'>') & (byte != b'"')
    })
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
