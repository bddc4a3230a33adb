//! Hexadecimal and percent encoding, the latter in the one form that signatures use: everything but letters,
//! digits and `-._~` becomes `%XX` in capitals.

use std::borrow::Cow;

const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";
const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// 32 bytes as 64 lower-case digits.
pub(crate) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let mut text = [0; 64];
    for (byte, place) in bytes.iter().zip(text.as_chunks_mut::<2>().0) {
        *place = [digit(HEX_LOWER, byte >> 4), digit(HEX_LOWER, byte & 15)];
    }
    text
}

/// Reads 64 lower-case digits. Capitals are refused: they would be another spelling of the same signature.
pub(crate) fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
        if high.is_ascii_uppercase() || low.is_ascii_uppercase() {
            return None;
        }
        *byte = hex_value(high)? << 4 | hex_value(low)?;
    }
    Some(bytes)
}

/// Whether a byte stands for itself wherever text is percent-encoded.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// A byte as `%XX`.
pub(crate) fn escape(byte: u8) -> [u8; 3] {
    [b'%', digit(HEX_UPPER, byte >> 4), digit(HEX_UPPER, byte & 15)]
}

/// The byte that `%XX` at the start of a text stands for; `None` if it is no whole escape.
pub(crate) fn unescape(text: &[u8]) -> Option<u8> {
    match text {
        [b'%', high, low, ..] => Some(hex_value(*high)? << 4 | hex_value(*low)?),
        _ => None,
    }
}

/// Percent-encodes a text.
pub(crate) fn encode(text: &[u8]) -> Cow<'_, [u8]> {
    if text.iter().copied().all(is_unreserved) {
        return Cow::Borrowed(text);
    }
    let mut encoded = Vec::with_capacity(text.len() + 16);
    for &byte in text {
        push_encoded(&mut encoded, byte);
    }
    Cow::Owned(encoded)
}

/// Decodes a name or a value of the query, with `+` for a space. `None` if an escape is broken.
pub(crate) fn decode_query(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    for_each_decoded(text, |byte| decoded.push(byte))?;
    Some(Cow::Owned(decoded))
}

/// Brings a name or a value of the query into the form that is signed. `None` if an escape is broken.
pub(crate) fn canonical_query_part(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if is_canonical(text) {
        return Some(Cow::Borrowed(text));
    }
    let mut canonical = Vec::with_capacity(text.len() + 16);
    for_each_decoded(text, |byte| push_encoded(&mut canonical, byte))?;
    Some(Cow::Owned(canonical))
}

fn is_canonical(text: &[u8]) -> bool {
    let mut rest = text;
    loop {
        match rest {
            [] => return true,
            [b'%', high, low, tail @ ..] => {
                let lower = high.is_ascii_lowercase() || low.is_ascii_lowercase();
                match unescape(rest) {
                    Some(byte) if !lower && !is_unreserved(byte) => rest = tail,
                    _ => return false,
                }
            }
            [byte, tail @ ..] if is_unreserved(*byte) => rest = tail,
            _ => return false,
        }
    }
}

fn for_each_decoded(text: &[u8], mut take: impl FnMut(u8)) -> Option<()> {
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        match byte {
            b'%' => {
                take(unescape(rest)?);
                rest = rest.get(3..)?;
            }
            b'+' => {
                take(b' ');
                rest = tail;
            }
            _ => {
                take(*byte);
                rest = tail;
            }
        }
    }
    Some(())
}

fn push_encoded(out: &mut Vec<u8>, byte: u8) {
    if is_unreserved(byte) {
        out.push(byte);
    } else {
        out.extend_from_slice(&escape(byte));
    }
}

fn digit(digits: &[u8; 16], value: u8) -> u8 {
    digits.get(usize::from(value)).copied().unwrap_or(b'0')
}

fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> Option<String> {
        canonical_query_part(text.as_bytes()).map(|c| String::from_utf8(c.into_owned()).unwrap())
    }

    #[test]
    fn every_spelling_of_a_text_has_one_canonical_form() {
        for spelling in ["a b/~", "a+b/~", "a%20b%2f%7e", "%61%20b%2F~"] {
            assert_eq!(canonical(spelling).unwrap(), "a%20b%2F~", "{spelling}");
        }
        assert_eq!(canonical("a%2Bb").unwrap(), "a%2Bb");
    }

    #[test]
    fn broken_escapes_have_no_canonical_form() {
        for broken in ["%", "%2", "%zz", "a%", "%2g", "%+1"] {
            assert_eq!(canonical(broken), None, "{broken}");
        }
    }

    #[test]
    fn hexadecimal_is_lower_case_and_whole() {
        let text = "0123456789abcdef".repeat(4);
        assert_eq!(hex(&parse_hex(&text).unwrap()).as_slice(), text.as_bytes());
        for wrong in [
            text.to_uppercase(),
            text[1..].to_owned(),
            format!("{text}0"),
            text.replace('0', "g"),
        ] {
            assert_eq!(parse_hex(&wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn encoding_is_undone_by_decoding(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let encoded = encode(&text);
            prop_assert!(is_canonical(&encoded));
            prop_assert_eq!(decode_query(&encoded).unwrap().into_owned(), text);
        }

        #[test]
        fn canonical_form_is_stable_and_means_the_same(text in "[a-f0-9%+ =&~]{0,20}") {
            if let Some(form) = canonical(&text) {
                prop_assert_eq!(canonical(&form), Some(form.clone()));
                prop_assert_eq!(decode_query(form.as_bytes()), decode_query(text.as_bytes()));
            }
        }
    }
}
