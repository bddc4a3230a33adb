//! Lines of an input that may be endless, in bounded memory.

use std::io::{self, BufRead, BufReader, Read};

/// A line of the input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Its text, without the line break.
    Text(&'a str),
    /// It is longer than anybody wants to read.
    TooLong,
    /// It is not UTF-8.
    NotText,
}

impl Line<'_> {
    /// The line without the mark that some editors put in front of a text, if it is the first.
    pub(super) fn without_mark(self, is_first: bool) -> Self {
        match self {
            Self::Text(text) if is_first => Self::Text(super::files::without_mark(text)),
            other => other,
        }
    }
}

/// Reads line by line and never keeps more than one.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    bytes_max: usize,
}

impl<R: Read> Lines<R> {
    /// Lines of an input; longer ones than this are passed over.
    pub(super) fn new(input: R, bytes_max: usize) -> Self {
        Self {
            input: BufReader::with_capacity(1 << 16, input),
            line: Vec::new(),
            bytes_max,
        }
    }

    /// Whether the next line may have to be waited for.
    pub(super) fn may_wait(&self) -> bool {
        !self.input.buffer().contains(&b'\n')
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let (mut ended, mut read_any) = (false, false);
        let mut is_too_long = false;
        while !ended {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if buffer.is_empty() {
                break;
            }
            read_any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            ended = end.is_some();
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            is_too_long |= self.line.len() + part.len() > self.bytes_max;
            if is_too_long {
                self.line.clear();
            } else {
                self.line.extend_from_slice(part);
            }
            let taken = part.len() + usize::from(ended);
            self.input.consume(taken);
        }
        Ok(match (read_any, is_too_long) {
            (false, _) => None,
            (true, true) => Some(Line::TooLong),
            (true, false) => Some(str::from_utf8(&self.line).map_or(Line::NotText, Line::Text)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives what it has a few bytes at a time.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let few = buffer.len().min(3);
            self.0.read(&mut buffer[..few])
        }
    }

    #[track_caller]
    fn check(input: &[u8], expected: &[Line<'_>]) {
        let mut lines = Lines::new(Trickle(input), 8);
        for line in expected {
            assert_eq!(lines.next().unwrap().as_ref(), Some(line));
        }
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn the_last_line_need_not_end() {
        check(b"", &[]);
        check(b"a\n\nbc", &[Line::Text("a"), Line::Text(""), Line::Text("bc")]);
        check(b"a\n", &[Line::Text("a")]);
    }

    #[test]
    fn a_line_that_is_too_long_does_not_spoil_the_next() {
        check(
            b"12345678\n123456789\n1234567890123456789\nx\n",
            &[
                Line::Text("12345678"),
                Line::TooLong,
                Line::TooLong,
                Line::Text("x"),
            ],
        );
    }

    #[test]
    fn what_is_no_text_does_not_spoil_the_next() {
        check(b"\xff\nx", &[Line::NotText, Line::Text("x")]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let line = Line::Text("\u{feff}x");
        assert_eq!(line.without_mark(true), Line::Text("x"));
        let line = Line::Text("\u{feff}x");
        assert_eq!(line.without_mark(false), Line::Text("\u{feff}x"));
    }
}
