//! Percent-encoding, read in one way only and written in one way only.

use std::borrow::Cow;

use crate::MappingError;

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
    if let Some(wrong) = text.bytes().find_map(|byte| refusal(byte, part)) {
        return Err(MappingError::InvalidUri(wrong));
    }
    let has_spaces = part == Part::Form && text.contains('+');
    let decoded = if has_spaces || text.contains('%') {
        Cow::Owned(unescape(text, has_spaces)?)
    } else {
        Cow::Borrowed(text)
    };
    if decoded.contains('\0') {
        return Err(MappingError::InvalidUri("a NUL"));
    }
    Ok(decoded)
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
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(if has_spaces && byte == b'+' { b' ' } else { byte });
            continue;
        }
        match (rest.next().and_then(nibble), rest.next().and_then(nibble)) {
            (Some(high), Some(low)) => bytes.push(high << 4 | low),
            _ => return Err(MappingError::InvalidUri("a broken percent-encoding")),
        }
    }
    String::from_utf8(bytes).map_err(|_| MappingError::InvalidUri("percent-encoding that is not UTF-8"))
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
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    // Most of what is written is plain.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        out.push_str(text);
        return;
    }
    out.reserve(text.len() + 16);
    let mut from = 0;
    for (place, byte) in text.bytes().enumerate() {
        if is_plain(byte) || (keeps_slash && byte == b'/') {
            continue;
        }
        // Within a letter of several bytes nothing stands between two of them.
        out.push_str(text.get(from..place).unwrap_or_default());
        out.push('%');
        for nibble in [byte >> 4, byte & 15] {
            out.push(DIGITS.get(usize::from(nibble)).copied().unwrap_or('0'));
        }
        from = place + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

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
