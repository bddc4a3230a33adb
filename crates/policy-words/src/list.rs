//! Lists in sentences.

use std::fmt::Write;

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn joined(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

/// The text between quotation marks. What could end them, break the line or hide something is escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            _ if is_plain(character) => quoted.push(character),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{{{:x}}}", u32::from(character));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// As [`quoted`], without quotation marks where the text has nothing that could be mistaken for the sentence's own.
pub(crate) fn named(text: &str) -> String {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b":*?-_./".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_name) && !text.ends_with('.') {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Letters, digits and marks that show what they are: none that turn the direction of writing, none that are not to be
/// seen, and no blanks but the one.
fn is_plain(character: char) -> bool {
    if character.is_ascii() {
        return character == ' ' || character.is_ascii_graphic();
    }
    character.is_alphanumeric() && !is_misleading(character)
}

/// Letters that are written from right to left, and those of Hangul that are blank.
fn is_misleading(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{3164}'
            | '\u{ffa0}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_joined_as_in_a_sentence() {
        let items: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let joined = |count: usize| joined(items.get(..count).unwrap_or_default(), "and");
        assert_eq!(
            [joined(0), joined(1), joined(2), joined(3)],
            ["", "a", "a and b", "a, b and c"]
        );
    }

    #[test]
    fn nothing_gets_out_of_its_quotation_marks() {
        assert_eq!(quoted("a \"b\"\n\u{202e}ü"), r#""a \"b\"\u{a}\u{202e}ü""#);
        assert_eq!(quoted("a\u{3164}\u{5d0}b"), r#""a\u{3164}\u{5d0}b""#);
        assert_eq!(named("s3:Get*"), "s3:Get*");
        assert_eq!(named("s3:Get Object"), "\"s3:Get Object\"");
    }
}
