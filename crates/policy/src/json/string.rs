//! Strings: ranges of the source where they have no escapes, and unescaped behind one another where they have.

use super::{Content, Json, TextRef};
use crate::error::SyntaxError;

impl Json<'_> {
    /// Reads a string.
    pub fn string(&mut self) -> Result<TextRef, SyntaxError> {
        self.skip_whitespace();
        let start = self.offset();
        if self.byte() != Some(b'"') {
            return Err(self.invalid("a string was expected"));
        }
        self.at += 1;
        let from = self.at;
        self.plain_run();
        match self.byte() {
            Some(b'"') => {
                self.at += 1;
                Ok(TextRef {
                    start,
                    end: self.offset(),
                    content: Content::Quoted,
                })
            }
            Some(b'\\') => {
                let content = self.escaped_string(from)?;
                Ok(TextRef {
                    start,
                    end: self.offset(),
                    content,
                })
            }
            Some(_) => Err(self.invalid("a control character must be escaped")),
            None => Err(self.invalid("the string does not end")),
        }
    }

    /// Advances to the next byte that means something inside a string.
    fn plain_run(&mut self) {
        let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
        let run = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
        self.at += run.unwrap_or(rest.len());
    }

    /// Reads the rest of a string that has an escape here; `from` is where its content began.
    fn escaped_string(&mut self, from: usize) -> Result<Content, SyntaxError> {
        let begin = self.unescaped.len();
        let mut run = from;
        loop {
            let plain = self.source.get(run..self.at).unwrap_or_default();
            self.unescaped.push_str(plain);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    self.at += 1;
                    let character = self.escape()?;
                    self.unescaped.push(character);
                }
                Some(_) => return Err(self.invalid("a control character must be escaped")),
                None => return Err(self.invalid("the string does not end")),
            }
            run = self.at;
            self.plain_run();
        }
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Ok(Content::Unescaped(offset(begin), offset(self.unescaped.len())))
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let Some(byte) = self.byte() else {
            return Err(self.invalid("the string does not end"));
        };
        let character = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return Err(self.invalid("there is no such escape")),
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, SyntaxError> {
        let first = self.four_hex_digits()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or_else(|| self.invalid("there is no such character"));
        }
        let low_follows = self
            .source
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with("\\u"));
        if first >= 0xdc00 || !low_follows {
            return Err(self.invalid("half a surrogate pair is no character"));
        }
        self.at += 2;
        let second = self.four_hex_digits()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(self.invalid("half a surrogate pair is no character"));
        }
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        char::from_u32(code).ok_or_else(|| self.invalid("there is no such character"))
    }

    fn four_hex_digits(&mut self) -> Result<u32, SyntaxError> {
        let digits = self.source.get(self.at..self.at + 4).unwrap_or_default();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.invalid("four hexadecimal digits were expected"));
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| self.invalid("four hexadecimal digits were expected"))
    }
}
