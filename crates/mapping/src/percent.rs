//! Percent-encoding, read in one way only and written in one way only.

use std::borrow::Cow;

use crate::{MappingError, scan};

/// What is decoded. They differ in what may stand there unencoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A path, in which `+` and `;` are themselves.
    Path,
    /// The value of a parameter. Some programs read `+` as a space and `;` as `&`: neither may stand there
    /// unencoded, as no client of AWS writes it.
    Value,
    /// The same in a form, where `+` is a space to everybody.
    Form,
    /// The source of a copy, which is written like a path inside a header; some programs read `+` there as a space.
    Source,
}

/// What speaks against a letter. As bits, so that one look at each letter of a text tells all of it.
const PERCENT: u8 = 1;
/// In a form it is a space.
const PLUS: u8 = 1 << 1;
/// It is written as an escape, and is no percent sign.
const RESERVED: u8 = 1 << 2;
/// It stands in no name of a form's parameter.
const NO_NAME: u8 = 1 << 3;

impl Part {
    /// It may not stand there unencoded.
    const fn refused(self) -> u8 {
        match self {
            Self::Path => 1 << 4,
            Self::Value => 1 << 5,
            Self::Form => 1 << 6,
            Self::Source => 1 << 7,
        }
    }
}

const fn class(byte: u8) -> u8 {
    let mut class = match byte {
        b'%' => PERCENT,
        b'+' => PLUS | RESERVED,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => 0,
        _ => RESERVED,
    };
    if !matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.') {
        class |= NO_NAME;
    }
    let mut parts: &[Part] = &[Part::Path, Part::Value, Part::Form, Part::Source];
    while let [part, rest @ ..] = parts {
        if refusal(byte, *part).is_some() {
            class |= part.refused();
        }
        parts = rest;
    }
    class
}

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut rest = classes.as_mut_slice();
    let mut byte = 0;
    while let Some((place, behind)) = rest.split_first_mut() {
        *place = class(byte);
        byte = byte.wrapping_add(1);
        rest = behind;
    }
    classes
};

fn class_of(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(u8::MAX)
}

/// What speaks against any letter of a text.
fn classes(text: &str) -> u8 {
    text.bytes().fold(0, |found, byte| found | class_of(byte))
}

/// Whether all letters may stand in the name of a form's parameter: letters, digits, `.`, `-` and `_`.
pub(crate) fn is_plain_name(text: &str) -> bool {
    classes(text) & NO_NAME == 0
}

/// The text, decoded once.
///
/// # Errors
/// Anything that two programs could read differently: broken escapes, what is not UTF-8, letters that a target
/// cannot hold, and NUL.
pub(crate) fn decode(text: &str, part: Part) -> Result<Cow<'_, str>, MappingError> {
    let found = classes(text);
    if found & part.refused() != 0
        && let Some(wrong) = text.bytes().find_map(|byte| refusal(byte, part))
    {
        return Err(MappingError::InvalidUri(wrong));
    }
    let has_spaces = part == Part::Form && found & PLUS != 0;
    if has_spaces || found & PERCENT != 0 {
        Ok(Cow::Owned(unescape(text, has_spaces)?))
    } else {
        Ok(Cow::Borrowed(text))
    }
}

const fn refusal(byte: u8, part: Part) -> Option<&'static str> {
    match byte {
        b' ' if matches!(part, Part::Source) => None,
        0..=b' ' | 0x7f => Some("a space or control character that is not encoded"),
        0x80.. => Some("a letter outside ASCII that is not encoded"),
        b'#' => Some("a fragment"),
        b'\\' => Some("a backslash that is not encoded"),
        b'?' if matches!(part, Part::Path) => Some("a question mark that is not encoded"),
        b'+' if !matches!(part, Part::Path | Part::Form) => Some("a plus sign that is not encoded"),
        b';' if matches!(part, Part::Value | Part::Form) => Some("a semicolon that is not encoded"),
        _ => None,
    }
}

fn unescape(text: &str, has_spaces: bool) -> Result<String, MappingError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut put = |escaped: Option<u8>, plain: &[u8]| {
        bytes.extend(escaped);
        if has_spaces {
            let spaced = |byte: &u8| if *byte == b'+' { b' ' } else { *byte };
            bytes.extend(plain.iter().map(spaced));
        } else {
            bytes.extend_from_slice(plain);
        }
    };
    let mut pieces = text.as_bytes().split(|byte| *byte == b'%');
    put(None, pieces.next().unwrap_or_default());
    let mut has_nul = false;
    for piece in pieces {
        let escaped = match piece {
            [high, low, plain @ ..] => nibble(*high).zip(nibble(*low)).map(|digits| (digits, plain)),
            _ => None,
        };
        let Some(((high, low), plain)) = escaped else {
            return Err(MappingError::InvalidUri("a broken percent-encoding"));
        };
        let byte = high << 4 | low;
        has_nul |= byte == 0;
        put(Some(byte), plain);
    }
    match String::from_utf8(bytes) {
        Ok(_) if has_nul => Err(MappingError::InvalidUri("a NUL")),
        Ok(text) => Ok(text),
        Err(_) => Err(MappingError::InvalidUri("percent-encoding that is not UTF-8")),
    }
}

fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Writes a path: everything encoded but unreserved letters and `/`, as AWS's canonical form has it.
pub(crate) fn encode_path(out: &mut String, text: &str) {
    encode(out, text, true);
}

/// Writes the value of a parameter: everything encoded but unreserved letters.
pub(crate) fn encode_value(out: &mut String, text: &str) {
    encode(out, text, false);
}

/// Whether a text that can be decoded is written as [`encode_value`] writes what it says.
pub(crate) fn is_written(text: &str) -> bool {
    if classes(text) & RESERVED != 0 {
        return false;
    }
    let mut rest = text.as_bytes();
    while let Some(place) = scan::position(rest, b'%') {
        let Some([high, low, behind @ ..]) = rest.get(place + 1..) else {
            return false;
        };
        let digits = nibble(*high).zip(nibble(*low));
        let is_needed = digits.is_some_and(|(high, low)| !is_unreserved(high << 4 | low));
        if !is_needed || high.is_ascii_lowercase() || low.is_ascii_lowercase() {
            return false;
        }
        rest = behind;
    }
    true
}

fn encode(out: &mut String, text: &str, keeps_slash: bool) {
    // Most of what is written is plain.
    if classes(text) & (RESERVED | PERCENT) == 0 {
        out.push_str(text);
        return;
    }
    out.reserve(text.len() + 16);
    let mut from = 0;
    for (place, byte) in text.bytes().enumerate() {
        if is_unreserved(byte) || (keeps_slash && byte == b'/') {
            continue;
        }
        // Within a letter of several bytes nothing stands between two of them.
        out.push_str(text.get(from..place).unwrap_or_default());
        let escape = usize::from(byte) * 3;
        out.push_str(ESCAPES.get(escape..escape + 3).unwrap_or_default());
        from = place + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

fn is_unreserved(byte: u8) -> bool {
    class_of(byte) & (RESERVED | PERCENT) == 0
}

/// What is written for each byte that is not itself.
const ESCAPES: &str = "\
    %00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10%11%12%13%14%15%16%17%18%19%1A%1B%1C%1D%1E%1F\
    %20%21%22%23%24%25%26%27%28%29%2A%2B%2C%2D%2E%2F%30%31%32%33%34%35%36%37%38%39%3A%3B%3C%3D%3E%3F\
    %40%41%42%43%44%45%46%47%48%49%4A%4B%4C%4D%4E%4F%50%51%52%53%54%55%56%57%58%59%5A%5B%5C%5D%5E%5F\
    %60%61%62%63%64%65%66%67%68%69%6A%6B%6C%6D%6E%6F%70%71%72%73%74%75%76%77%78%79%7A%7B%7C%7D%7E%7F\
    %80%81%82%83%84%85%86%87%88%89%8A%8B%8C%8D%8E%8F%90%91%92%93%94%95%96%97%98%99%9A%9B%9C%9D%9E%9F\
    %A0%A1%A2%A3%A4%A5%A6%A7%A8%A9%AA%AB%AC%AD%AE%AF%B0%B1%B2%B3%B4%B5%B6%B7%B8%B9%BA%BB%BC%BD%BE%BF\
    %C0%C1%C2%C3%C4%C5%C6%C7%C8%C9%CA%CB%CC%CD%CE%CF%D0%D1%D2%D3%D4%D5%D6%D7%D8%D9%DA%DB%DC%DD%DE%DF\
    %E0%E1%E2%E3%E4%E5%E6%E7%E8%E9%EA%EB%EC%ED%EE%EF%F0%F1%F2%F3%F4%F5%F6%F7%F8%F9%FA%FB%FC%FD%FE%FF\
    ";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, part: Part) -> Result<String, MappingError> {
        decode(text, part).map(Cow::into_owned)
    }

    #[test]
    fn it_is_decoded_once() {
        assert_eq!(read("a%252Fb%2fc", Part::Path).unwrap(), "a%2Fb/c");
        assert_eq!(read("a+%2B%20b", Part::Form).unwrap(), "a + b");
        assert_eq!(read("a+b;c", Part::Path).unwrap(), "a+b;c");
        assert_eq!(read("%E2%82%AC", Part::Value).unwrap(), "€");
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for text in [
            "%", "%4", "%zz", "%C0%AF", "%ff", "a\\b", "a#b", "a?b", "a b", "é", "%00",
        ] {
            assert!(read(text, Part::Path).is_err(), "{text}");
        }
        for text in ["a+b", "a;b"] {
            assert!(read(text, Part::Value).is_err(), "{text}");
        }
        assert!(read("a;b", Part::Form).is_err());
    }

    #[test]
    fn each_letter_is_what_it_is_in_each_part() {
        let letters = |part| {
            let may_stand = |letter: &char| read(&letter.to_string(), part).is_ok_and(|one| one != " ");
            ('\0'..='\u{ff}').filter(may_stand).collect::<String>()
        };
        let all = |others: &str| {
            let plain =
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"$&'()*,-./:<=>@[]^_`{|}~";
            let mut letters: Vec<char> = plain.chars().chain(others.chars()).collect();
            letters.sort_unstable();
            letters.into_iter().collect::<String>()
        };
        assert_eq!(letters(Part::Path), all("+;"));
        assert_eq!(letters(Part::Value), all("?"));
        assert_eq!(letters(Part::Form), all("?"));
        assert_eq!(letters(Part::Source), all("?;"));
        assert_eq!(read(" +", Part::Source).ok(), None);
        assert_eq!(read(" ", Part::Source).unwrap(), " ");
        assert_eq!(read("+", Part::Form).unwrap(), " ");
        assert!(
            is_plain_name("A-z_0.9") && !is_plain_name("a~") && !is_plain_name("a%") && !is_plain_name("é")
        );
    }

    #[test]
    fn what_need_not_be_written_anew_is_told() {
        for text in [
            "",
            "a",
            "a%20b",
            "a%2Fb",
            "%E2%82%AC",
            "a%2fb",
            "a%2Db",
            "a+b",
            "a:b",
            "%7E",
            "~",
            "%3A%3A",
            "0123456789abcdef%3A",
            "%41rn",
        ] {
            let mut again = String::new();
            encode_value(&mut again, &read(text, Part::Form).unwrap());
            assert_eq!(is_written(text), again == text, "{text}");
        }
        assert!(!is_written("%") && !is_written("%2") && !is_written("%2G"));
    }

    #[test]
    fn every_byte_has_its_escape() {
        let written: String = (0..=255_u8).map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(ESCAPES, written);
    }

    #[test]
    fn what_was_written_is_read_again() {
        let text = "a b/+;?%2F€~\u{1}";
        for (write, part) in [
            (encode_path as fn(&mut String, &str), Part::Path),
            (encode_value, Part::Value),
        ] {
            let mut out = String::new();
            write(&mut out, text);
            assert_eq!(read(&out, part).unwrap(), text);
        }
    }
}
