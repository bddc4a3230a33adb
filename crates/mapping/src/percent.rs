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

/// The text, decoded once.
///
/// # Errors
/// Anything that two programs could read differently: broken escapes, what is not UTF-8, letters that a target
/// cannot hold, and NUL.
pub(crate) fn decode(text: &str, part: Part) -> Result<Cow<'_, str>, MappingError> {
    // Most of what comes is plain, which is found out without leaving early: so several are looked at at a time.
    let is_plain = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_uppercase()
            || (b'-'..=b'9').contains(&byte)
            || byte == b'_'
    };
    if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        return Ok(Cow::Borrowed(text));
    }
    if !is_harmless(text, part)
        && let Some(wrong) = text.bytes().find_map(|byte| refusal(byte, part))
    {
        return Err(MappingError::InvalidUri(wrong));
    }
    let has_spaces = part == Part::Form && scan::has(text, b'+');
    if has_spaces || scan::has(text, b'%') {
        Ok(Cow::Owned(unescape(text, has_spaces)?))
    } else {
        Ok(Cow::Borrowed(text))
    }
}

/// Whether nothing is refused, found out without leaving early; of a text that is refused nothing, it may be false.
fn is_harmless(text: &str, part: Part) -> bool {
    // Where one byte is enough, one that nowhere may stand is the other.
    let (one, other) = match part {
        Part::Path => (b'?', b'#'),
        Part::Value => (b'+', b';'),
        Part::Form => (b';', b'#'),
        Part::Source => (b'+', b'#'),
    };
    let is_harmless = |byte: u8| {
        (b'!'..=b'~').contains(&byte) & (byte != b'#') & (byte != b'\\') & (byte != one) & (byte != other)
    };
    text.bytes().fold(true, |all, byte| all & is_harmless(byte))
}

fn refusal(byte: u8, part: Part) -> Option<&'static str> {
    match byte {
        b' ' if part == Part::Source => None,
        0..=b' ' | 0x7f => Some("a space or control character that is not encoded"),
        0x80.. => Some("a letter outside ASCII that is not encoded"),
        b'#' => Some("a fragment"),
        b'\\' => Some("a backslash that is not encoded"),
        b'?' if part == Part::Path => Some("a question mark that is not encoded"),
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

fn encode(out: &mut String, text: &str, keeps_slash: bool) {
    // Most of what is written is plain, which is found out without leaving early: so several are looked at at a time.
    if text.bytes().fold(true, |all, byte| all & is_unreserved(byte)) {
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
    byte.is_ascii_lowercase()
        || byte.is_ascii_uppercase()
        || byte.is_ascii_digit()
        || matches!(byte, b'-' | b'_' | b'.' | b'~')
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
    fn what_is_harmless_is_refused_nothing() {
        for part in [Part::Path, Part::Value, Part::Form, Part::Source] {
            for letter in '\0'..='\u{7f}' {
                let is_refused = refusal(letter as u8, part).is_some();
                let is_looked_at_again = part == Part::Source && letter == ' ';
                let is_harmless = is_harmless(&letter.to_string(), part);
                assert_eq!(
                    is_harmless,
                    !is_refused && !is_looked_at_again,
                    "{letter:?} in {part:?}"
                );
            }
            assert!(!is_harmless("aé", part));
        }
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
