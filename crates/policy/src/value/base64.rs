//! Base64: whether a text is some, and which texts stand for the same bytes.

/// Whether a text is base64 as its standard asks for: padded, and without bits that say nothing.
pub fn is_base64(text: &str) -> bool {
    let unused = match text.len() - text.trim_end_matches('=').len() {
        0 => 0,
        1 => 0b11,
        _ => 0b1111,
    };
    let last = base64_body(text).map(|body| body.bytes().last().map_or(0, sextet));
    text.len().is_multiple_of(4) && last.is_some_and(|last| last & unused == 0)
}

/// Whether two texts of base64, without padding, stand for the same bytes, as lenient readers see it: they pass over
/// the bits of the last character that say nothing.
pub(crate) fn same_bytes(left: &str, right: &str) -> bool {
    let unused = match left.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => 0,
    };
    let (Some((last, head)), Some((other_last, other_head))) =
        (left.as_bytes().split_last(), right.as_bytes().split_last())
    else {
        return left == right;
    };
    head == other_head && (sextet(*last) ^ sextet(*other_last)) & !unused == 0
}

/// The six bits that a character of base64 stands for.
fn sextet(character: u8) -> u8 {
    match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' => 62,
        _ => 63,
    }
}

/// Whether a text is base64, and if so without its padding, so that equal bytes have equal texts.
pub fn base64_body(text: &str) -> Option<&str> {
    let body = text.trim_end_matches('=');
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let valid = text.len() - body.len() <= 2 && body.len() % 4 != 1 && body.bytes().all(alphabet);
    valid.then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded_and_says_nothing_else() {
        for text in ["", "QQ==", "QUE=", "QUFB", "+/+/"] {
            assert!(is_base64(text), "{text}");
        }
        for text in [
            "QQ", "QQ=", "QR==", "QUF=", "=", "Q===", "QUFB=", "QUE_", "====", "Binary",
        ] {
            assert!(!is_base64(text), "{text}");
        }
    }

    #[test]
    fn the_last_character_of_base64_says_nothing_beyond_the_last_byte() {
        let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain("+/".chars());
        for last in alphabet {
            assert_eq!(is_base64(&format!("A{last}==")), "AQgw".contains(last), "{last}");
            let two_bytes = is_base64(&format!("AA{last}="));
            assert_eq!(two_bytes, "AEIMQUYcgkosw048".contains(last), "{last}");
        }
    }

    #[test]
    fn equal_bytes_have_equal_base64() {
        assert_eq!(base64_body("QQ=="), base64_body("QQ"));
        assert_eq!(base64_body("Q"), None);
        assert_eq!(base64_body("Q*Q="), None);
        assert_eq!(base64_body("QUI==="), None);
    }
}
