//! Hexadecimal and percent encoding, the latter in the one form that signatures use: everything but letters,
//! digits and `-._~` becomes `%XX` in capitals.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";
/// What stands for a letter that is no digit.
const WRONG_DIGIT: u8 = 0x80;

/// What becomes of each byte where text is percent-encoded.
const UNRESERVED: [bool; 256] = unreserved();

#[expect(
    clippy::indexing_slicing,
    reason = "in a constant, an index that is out of bounds does not compile"
)]
const fn unreserved() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
}

/// 32 bytes as 64 lower-case digits.
pub(crate) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let mut text = [0; 64];
    for (byte, place) in bytes.iter().zip(text.as_chunks_mut::<2>().0) {
        *place = [byte >> 4, byte & 15];
    }
    // Computed rather than looked up, so that several are made at a time.
    for place in &mut text {
        *place += if *place < 10 { b'0' } else { b'a' - 10 };
    }
    text
}

/// Reads 64 lower-case digits. Capitals are refused: they would be another spelling of the same signature.
pub(crate) fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let mut digits: [u8; 64] = text.as_bytes().try_into().ok()?;
    // Computed rather than looked up, and without leaving early, so that several are read at a time.
    let mut wrong = 0;
    for digit in &mut digits {
        let number = digit.wrapping_sub(b'0');
        let letter = digit.wrapping_sub(b'a');
        *digit = if number < 10 {
            number
        } else if letter < 6 {
            letter + 10
        } else {
            WRONG_DIGIT
        };
        wrong |= *digit;
    }
    if wrong & WRONG_DIGIT != 0 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, &[high, low]) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        *byte = high << 4 | low;
    }
    Some(bytes)
}

/// Whether a byte stands for itself wherever text is percent-encoded.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    UNRESERVED.get(usize::from(byte)).copied().unwrap_or(false)
}

/// How many bytes at the start of a text stand for themselves.
fn unreserved_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_unreserved(**byte)).count()
}

/// The two sides of a parameter's first `=`; without one, all of it is the name.
pub(crate) fn name_and_value(pair: &str) -> (&str, &str) {
    let (name, value) = split_at_byte(pair, b'=');
    (name, value.unwrap_or_default())
}

/// What stands before the first such byte of ASCII, and what stands behind it if there is one.
pub(crate) fn split_at_byte(text: &str, byte: u8) -> (&str, Option<&str>) {
    let at = memchr(byte, text.as_bytes());
    let sides = at.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)));
    sides.map_or((text, None), |(before, behind)| (before, Some(behind)))
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
    if memchr2(b'%', b'+', text).is_none() {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr2(b'%', b'+', rest) {
        let (plain, coded) = rest.split_at(at);
        decoded.extend_from_slice(plain);
        rest = coded;
        match coded {
            [b'%', ..] => {
                decoded.push(unescape(coded)?);
                rest = coded.get(3..)?;
            }
            [_, tail @ ..] => {
                decoded.push(b' ');
                rest = tail;
            }
            [] => {}
        }
    }
    decoded.extend_from_slice(rest);
    Some(Cow::Owned(decoded))
}

/// The same of a text that has to be one. `None` also if it is none once it is decoded.
pub(crate) fn decode_query_text(text: &str) -> Option<Cow<'_, str>> {
    match decode_query(text.as_bytes())? {
        Cow::Borrowed(_) => Some(Cow::Borrowed(text)),
        Cow::Owned(decoded) => String::from_utf8(decoded).ok().map(Cow::Owned),
    }
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
        let (_, after) = rest.split_at(unreserved_length(rest));
        rest = after;
        match rest {
            [] => return true,
            [b'%', high, low, tail @ ..] => {
                let lower = high.is_ascii_lowercase() || low.is_ascii_lowercase();
                match unescape(rest) {
                    Some(byte) if !lower && !is_unreserved(byte) => rest = tail,
                    _ => return false,
                }
            }
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
