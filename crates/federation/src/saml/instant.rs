//! Times as SAML writes them.

use jiff::Timestamp;

/// Reads an `xs:dateTime` with a time zone. SAML wants UTC; without a zone, nobody knows what is meant.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let is_plain =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b':' | b'.' | b'T' | b'Z');
    let text = text.trim_matches([' ', '\t', '\n']);
    let bytes = text.as_bytes();
    // The shape of a date, then what jiff accepts of it.
    if !(20..=40).contains(&bytes.len()) || !bytes.iter().all(is_plain) || bytes.get(10) != Some(&b'T') {
        return None;
    }
    text.parse().ok()
}
