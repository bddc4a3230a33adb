//! The content of a form's file, as it streams.

use bytes::Bytes;
use memchr::memmem;

/// Why the content is broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ContentError {
    /// The form is shorter than a form can be that begins like this one.
    #[error("the form is too short to end as a form does")]
    TooShort,
    /// Something follows the file.
    #[error(
        "the form does not end with its file: fields after it, such as a submit button with a name, are not taken"
    )]
    NotLast,
    /// It does not end with the closing delimiter and nothing behind it.
    #[error("the form does not end as a form does")]
    Ending,
    /// It ends before it was announced to.
    #[error("the form is shorter than announced")]
    Truncated,
}

/// Separates the content from the closing delimiter.
///
/// Invariant: the last byte of the content is given only when the whole body has come and ended as it must.
#[derive(Debug)]
pub(crate) struct FileContent {
    delimiter: Bytes,
    /// How much of the content has not been given yet.
    left: u64,
    /// How much of the body has not come yet.
    coming: u64,
    /// What has come and was not given.
    held: Vec<u8>,
}

/// How many bytes behind a delimiter say that it is one.
const AFTER_DELIMITER: usize = 2;
/// How a form ends behind the last delimiter.
const CLOSE: &[u8] = b"--\r\n";

impl FileContent {
    /// Content that begins `start` bytes into a body of `length` bytes, of whose content nothing has come yet.
    pub(crate) fn new(delimiter: Bytes, start: u64, length: u64) -> Result<Self, ContentError> {
        let coming = length.checked_sub(start).ok_or(ContentError::TooShort)?;
        let ending = delimiter.len().saturating_add(CLOSE.len()) as u64;
        let left = coming.checked_sub(ending).ok_or(ContentError::TooShort)?;
        Ok(Self {
            delimiter,
            left,
            coming,
            held: Vec::new(),
        })
    }

    /// How long the content is, less what was given.
    pub(crate) fn len(&self) -> u64 {
        self.left
    }

    /// Whether the whole body has come and ended as it must, so that the rest of the content is given.
    pub(crate) fn is_over(&self) -> bool {
        self.coming == 0 && self.left == 0
    }

    /// Takes the next bytes of the body; gives what is surely content, in one piece or two.
    pub(crate) fn feed(&mut self, bytes: Bytes) -> Result<[Bytes; 2], ContentError> {
        self.coming = self
            .coming
            .checked_sub(bytes.len() as u64)
            .ok_or(ContentError::Ending)?;
        let held = self.held.len();
        // A delimiter may stand across the seam; in what is held alone there is none.
        let span = self.delimiter.len() + AFTER_DELIMITER - 1;
        let seam = span.min(bytes.len());
        self.held.extend_from_slice(bytes.get(..seam).unwrap_or_default());
        let found = self
            .delimiter_in(&self.held)
            .or_else(|| self.delimiter_in(&bytes).map(|at| held + at));
        self.held.truncate(held);
        if let Some(at) = found
            && at as u64 != self.left
        {
            return Err(ContentError::NotLast);
        }
        if self.coming == 0 {
            return self.last(&bytes);
        }
        let whole = held + bytes.len();
        let sure = found.unwrap_or_else(|| whole.saturating_sub(span));
        let given = (sure as u64).min(self.left.saturating_sub(1));
        Ok(self.give(usize::try_from(given).unwrap_or(sure), &bytes))
    }

    /// Where the first delimiter stands. One that does not end its line, or close the form, is content that looks
    /// like one.
    fn delimiter_in(&self, bytes: &[u8]) -> Option<usize> {
        memmem::find_iter(bytes, &self.delimiter).find(|at| {
            let after = bytes.get(at + self.delimiter.len()..).unwrap_or_default();
            matches!(
                after,
                [b'-', b'-', ..] | [b'\r', b'\n', ..] | [b' ' | b'\t', _, ..]
            )
        })
    }

    /// What is said of a body that ends now: nothing, if it was given whole.
    pub(crate) fn end(&self) -> Result<(), ContentError> {
        if self.is_over() {
            Ok(())
        } else {
            Err(ContentError::Truncated)
        }
    }

    /// The last bytes of the body: it must end as a form does, and what is left before that is content.
    fn last(&mut self, bytes: &Bytes) -> Result<[Bytes; 2], ContentError> {
        let left = usize::try_from(self.left).map_err(|_| ContentError::Ending)?;
        let held_content = left.min(self.held.len());
        let content_here = left - held_content;
        let ending_held = self.held.get(held_content..).unwrap_or_default();
        let ending_here = bytes.get(content_here..).ok_or(ContentError::Ending)?;
        let ending = ending_held.iter().chain(ending_here);
        if !ending.eq(self.delimiter.iter().chain(CLOSE)) {
            return Err(ContentError::Ending);
        }
        Ok(self.give(left, bytes))
    }

    /// Gives so many of the bytes held and come, and holds the others.
    fn give(&mut self, given: usize, bytes: &Bytes) -> [Bytes; 2] {
        let from_held = given.min(self.held.len());
        let first: Vec<u8> = self.held.drain(..from_held).collect();
        let from_bytes = given - from_held;
        let second = bytes.slice(..from_bytes.min(bytes.len()));
        self.held
            .extend_from_slice(bytes.get(from_bytes..).unwrap_or_default());
        self.left = self.left.saturating_sub(given as u64);
        [Bytes::from(first), second]
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{ContentError, FileContent};

    const END: &str = "\r\n--b1--\r\n";

    /// Feeds a body in pieces of every size; `announced` is how long it was said to be.
    fn check(body: &str, announced: usize, expected: Result<&str, ContentError>) {
        for step in 1..=body.len().max(1) {
            assert_eq!(
                read(body, announced, step),
                expected.map(str::to_owned),
                "{body:?} in steps of {step}"
            );
        }
    }

    fn read(body: &str, announced: usize, step: usize) -> Result<String, ContentError> {
        let mut content = FileContent::new(Bytes::from_static(b"\r\n--b1"), 100, 100 + announced as u64)?;
        let length = content.len();
        let mut out = Vec::new();
        let mut come = 0;
        for bytes in body.as_bytes().chunks(step) {
            come += bytes.len();
            for piece in content.feed(Bytes::copy_from_slice(bytes))? {
                out.extend_from_slice(&piece);
            }
            // The last byte is given last.
            assert!(
                come == announced || (out.len() as u64) < length.max(1),
                "{body:?} {step}"
            );
            assert!(content.held.len() <= 12 + step);
        }
        content.end()?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn the_content_is_what_stands_before_the_end() {
        for content in [
            "",
            "a",
            "abc",
            "\r\n",
            "\r\n--b",
            "a\r\n--b2\r\n--b",
            "--b1--\r\n",
            "\r\n\r\n--\r\n--",
        ] {
            let body = format!("{content}{END}");
            check(&body, body.len(), Ok(content));
        }
    }

    #[test]
    fn anything_behind_the_file_is_refused() {
        let body = format!("abc\r\n--b1\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny{END}");
        check(&body, body.len(), Err(ContentError::NotLast));
        let body = format!("abc{END}{END}");
        check(&body, body.len(), Err(ContentError::NotLast));
    }

    #[test]
    fn any_other_end_is_refused() {
        check("abc\r\n--b2--\r\n", 13, Err(ContentError::Ending));
        check("abc\r\n--b1-+\r\n", 13, Err(ContentError::Ending));
        check("abcdefghijklm", 13, Err(ContentError::Ending));
        check("abc\r\n--b1", 9, Err(ContentError::TooShort));
    }

    #[test]
    fn a_body_that_is_not_as_long_as_announced_is_refused() {
        check(&format!("abc{END}"), 14, Err(ContentError::NotLast));
        check("abc", 13, Err(ContentError::Truncated));
    }
}
