//! Where in a text certain bytes stand, looked for eight at a time.
//!
//! Requests are made of many short words between separators, so that most of the time of reading one goes into the
//! search for the next quotation mark, ampersand, colon or percent sign.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * EACH;

/// The high bit of the first byte of the word that is less than the limit; behind it, bits may be set wrongly.
pub(crate) fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(u64::from(limit) * EACH) & !word & HIGH
}

/// The same of the first byte that is this one.
pub(crate) fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (u64::from(byte) * EACH), 1)
}

/// The place of the first byte of a kind. `in_word` sets its high bit in a word, as [`below`] and [`equal`] do; `is_it`
/// says the same of one byte.
pub(crate) fn first(bytes: &[u8], in_word: impl Fn(u64) -> u64, is_it: impl Fn(u8) -> bool) -> Option<usize> {
    let at = |found: u64| found.trailing_zeros() as usize / 8;
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let found = in_word(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(number * 8 + at(found));
        }
    }
    let place = rest.iter().position(|byte| is_it(*byte))?;
    Some(words.len() * 8 + place)
}

/// The place of the first such byte.
pub(crate) fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
    first(bytes, |word| equal(word, wanted), |byte| byte == wanted)
}

/// What stands before the first such letter of ASCII, and what stands behind it, if it is there.
pub(crate) fn cut(text: &str, letter: u8) -> (&str, Option<&str>) {
    debug_assert!(letter.is_ascii());
    let place = position(text.as_bytes(), letter);
    match place.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_of_a_kind_is_found_wherever_it_stands() {
        for wanted in [0, b' ', b'"', 0x7f, 0x80, 0xff] {
            for place in 0..20 {
                for other in [0, 1, b'a', b'!', 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff] {
                    let mut bytes = [other; 20];
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte = wanted;
                    }
                    let expected = bytes.iter().position(|byte| *byte == wanted);
                    assert_eq!(position(&bytes, wanted), expected, "{wanted} in {bytes:?}");
                    let is_below = |byte: &u8| *byte < 0x20;
                    let found = first(&bytes, |word| below(word, 0x20), |byte| is_below(&byte));
                    assert_eq!(found, bytes.iter().position(is_below), "{bytes:?}");
                }
            }
        }
        assert_eq!(position(b"", b'a'), None);
    }

    #[test]
    fn a_text_is_cut_at_a_letter() {
        assert_eq!(cut("é=a=b", b'='), ("é", Some("a=b")));
        assert_eq!(cut("=", b'='), ("", Some("")));
        assert_eq!(cut("a long text without", b'='), ("a long text without", None));
    }
}
