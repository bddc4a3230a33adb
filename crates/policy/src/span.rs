//! Where something stands in the text of a policy.

use serde::Serialize;

/// A stretch of a policy's text. As in Access Analyzer's findings, lines count from 1, columns and offsets from
/// 0; columns count characters, offsets count bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Span {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte in its line, in characters from 0.
    pub column: u32,
}

/// Finds lines and columns. Asked for positions in ascending order, it reads the text once.
pub struct Lines<'a> {
    text: &'a str,
    /// How far the text was read, and the line and column there.
    at: usize,
    line: u32,
    column: usize,
}

impl<'a> Lines<'a> {
    /// Finds positions in this text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 0,
        }
    }

    /// The stretch between two byte offsets, with line and column of the first.
    pub fn span(&mut self, start: u32, end: u32) -> Span {
        let at = (start as usize).min(self.text.len());
        if at < self.at {
            *self = Self::new(self.text);
        }
        let mut passed = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        let newlines = memchr::memchr_iter(b'\n', passed).count();
        self.line = self
            .line
            .saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        if let Some(newline) = memchr::memrchr(b'\n', passed) {
            self.column = 0;
            passed = passed.get(newline + 1..).unwrap_or_default();
        }
        // A byte that begins a character is not of the form 10xxxxxx.
        self.column += passed.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.at = at;
        Span {
            start,
            end,
            line: self.line,
            column: u32::try_from(self.column).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, positions: &[(u32, u32, u32)]) {
        let mut lines = Lines::new(text);
        for &(start, line, column) in positions {
            let span = lines.span(start, start);
            assert_eq!((span.line, span.column), (line, column), "{start} in {text:?}");
        }
    }

    #[test]
    fn lines_count_from_one_and_columns_from_zero() {
        check(
            "ab\ncd\n\ne",
            &[(0, 1, 0), (1, 1, 1), (3, 2, 0), (4, 2, 1), (7, 4, 0)],
        );
    }

    #[test]
    fn columns_count_characters() {
        check("é😀x", &[(0, 1, 0), (2, 1, 1), (6, 1, 2)]);
    }

    #[test]
    fn positions_may_be_asked_for_in_any_order() {
        check(
            "a\nb\nc",
            &[(4, 3, 0), (0, 1, 0), (2, 2, 0), (1, 1, 1), (99, 3, 1)],
        );
    }
}
