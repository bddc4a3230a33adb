//! Characters beyond the first 65,536, which are two units of UTF-16 and so two for `?`.

/// Whether a text has characters that are two units of UTF-16.
pub(super) fn has_far(text: &str) -> bool {
    text.bytes().any(|byte| byte >= FIRST_BYTE_OF_FAR)
}

/// What characters that are two units of UTF-16 begin with in UTF-8.
const FIRST_BYTE_OF_FAR: u8 = 0xf0;

/// A text in which two others stand for each character that is two units of UTF-16: they are of that kind too, so that
/// they are nowhere else.
pub(super) fn spelt_out(text: &str) -> String {
    let stand_in =
        |unit: u16| char::from_u32(0xf_0000 + u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut units = String::with_capacity(text.len());
    for character in text.chars() {
        if character > '\u{ffff}' {
            units.extend(
                character
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| stand_in(*unit)),
            );
        } else {
            units.push(character);
        }
    }
    units
}
