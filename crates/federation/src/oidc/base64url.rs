//! Base64url without padding, as tokens and keys have it: each text stands for one sequence of bytes only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The bytes of a text; nothing if there is anything in it that need not be: padding, space, bits left over.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn one_text_for_one_value() {
        assert_eq!(decode("_-8"), Some(vec![0xff, 0xef]));
        assert_eq!(decode(""), Some(vec![]));
        for text in ["_-8=", "/+8", "_-9", "_- 8", "_-8\n", "_", "é"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
