//! Base64 as AWS's protocols have it: the standard letters, always padded.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    let letter = |number: u32| {
        LETTERS
            .get(number as usize & 63)
            .map_or('A', |byte| char::from(*byte))
    };
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let number = at(0) << 16 | at(1) << 8 | at(2);
        out.push(letter(number >> 18));
        out.push(letter(number >> 12));
        out.push(if chunk.len() > 1 { letter(number >> 6) } else { '=' });
        out.push(if chunk.len() > 2 { letter(number) } else { '=' });
    }
    out
}

/// Whether a text is what [`encode`] would write: the one way that every reader takes for the same bytes.
pub(crate) fn is_canonical(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(4) {
        return false;
    }
    let padding = bytes
        .iter()
        .rev()
        .take(2)
        .take_while(|byte| **byte == b'=')
        .count();
    let Some((letters, _)) = bytes.split_at_checked(bytes.len() - padding) else {
        return false;
    };
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    if !letters.iter().fold(true, |all, byte| all & is_letter(*byte)) {
        return false;
    }
    // The bits of the last letter that stand for nothing.
    let unused = match padding {
        0 => return true,
        1 => 0b11,
        _ => 0b1111,
    };
    let last = letters
        .last()
        .and_then(|last| LETTERS.iter().position(|letter| letter == last));
    last.is_some_and(|last| last & unused == 0)
}

/// The bytes that a text stands for that [`is_canonical`], one by one, so that no more is decoded than is looked at.
pub(crate) fn bytes(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.as_bytes().chunks(4).flat_map(|letters| {
        let number = letters
            .iter()
            .fold(0, |number, letter| number << 6 | u32::from(value_of(*letter)));
        let padding = letters.iter().filter(|letter| **letter == b'=').count();
        let [_, bytes @ ..] = number.to_be_bytes();
        bytes.into_iter().take(3_usize.saturating_sub(padding))
    })
}

fn value_of(letter: u8) -> u8 {
    match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_read_as_it_was_written() {
        let every: Vec<u8> = (0..=255).rev().collect();
        for length in 0..=every.len() {
            let some = &every[..length];
            assert_eq!(bytes(&encode(some)).collect::<Vec<_>>(), some);
        }
    }

    #[test]
    fn bytes_are_written_in_one_way() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert!(is_canonical(text), "{text}");
            assert_eq!(super::bytes(text).collect::<Vec<_>>(), bytes.as_bytes());
        }
        for text in [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", "Zm-_", "====", "Z===", "Zg==Zg==",
        ] {
            assert!(!is_canonical(text), "{text}");
        }
    }
}
