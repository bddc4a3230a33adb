//! Words of headers in other letters than those of ASCII: `=?utf-8?q?J=C3=BCrg?=`.
//!
//! Evidence: RFC 2047. Only what every reader decodes alike is: three character sets, and both encodings as they are
//! defined.

use super::address::is_plain;
use crate::aws::base64;

/// What an encoded word says.
pub(super) fn decoded(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let mut parts = inner.split('?');
    let (Some(charset), Some(encoding), Some(text), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let bytes = match encoding {
        "q" | "Q" => quoted_printable(text)?,
        "b" | "B" if base64::is_canonical(text) => base64::bytes(text).collect(),
        _ => return None,
    };
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" | "us-ascii" => String::from_utf8(bytes).ok(),
        "iso-8859-1" => Some(bytes.into_iter().map(char::from).collect()),
        _ => None,
    }
}

fn quoted_printable(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        let byte = match letter {
            '_' => b' ',
            '=' => {
                let mut digit = || rest.next()?.to_digit(16);
                u8::try_from(digit()? << 4 | digit()?).ok()?
            }
            // Readers differ in what they take from a word that has other letters.
            _ if letter.is_ascii_graphic() && is_plain(letter) => u8::try_from(letter).ok()?,
            _ => return None,
        };
        bytes.push(byte);
    }
    Some(bytes)
}
