//! The fields of a form, up to the first byte of its file.

use std::collections::HashSet;

use bytes::{Bytes, BytesMut};
use memchr::memmem;

use super::disposition::Parameterized;
use super::form_error::{FIELD_BYTES_MAX, FormError};

/// How much may come before the file, delimiters and headers of parts included.
const HEAD_BYTES_MAX: usize = 2 * FIELD_BYTES_MAX;
/// How many fields there may be. Each costs more than its bytes.
const FIELDS_MAX: usize = 256;
/// The name of the file's part.
const FILE: &str = "file";
/// Stands for the name of the file in the values of fields.
const FILENAME: &str = "${filename}";

/// The fields of a form, as they are after the file's name has been put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FormFields {
    fields: Vec<(String, String)>,
}

impl FormFields {
    /// Names as they were sent and values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a field. Names count without regard to case.
    /// Evidence: the S3 API reference's example of an upload by a browser.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Everything of a form but the content of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormHead {
    /// The fields before the file.
    pub(crate) fields: FormFields,
    /// The name of the file, without the path that it may have come with.
    pub(crate) file_name: String,
    /// Where the content of the file begins, counted from the beginning of the body.
    pub(crate) content_start: u64,
    /// What has come of the content, and perhaps of what follows it.
    pub(crate) rest: Bytes,
    /// What separates parts: `\r\n--boundary`.
    pub(crate) delimiter: Bytes,
}

/// Reads the head of a form as it arrives. Each byte is looked at once or twice, however it arrives.
#[derive(Debug)]
pub(crate) struct FormHeadReader {
    delimiter: Bytes,
    buffer: BytesMut,
    /// Where the part begins that is being read, behind its delimiter.
    part: usize,
    /// From where on the buffer has not been searched for the end of what is being read.
    searched: usize,
    state: State,
    fields: Vec<(String, String)>,
    field_bytes: usize,
}

#[derive(Clone, Debug)]
enum State {
    /// Before the first delimiter.
    Start,
    /// Behind a delimiter.
    PartBegins,
    /// In the value of a field that begins here.
    Value { name: String, start: usize },
}

/// What a step of reading came to.
enum Step {
    Again,
    More,
    File { name: Option<String>, start: usize },
}

impl FormHeadReader {
    /// How much it should be given at once: what comes behind the head is copied.
    pub(crate) const PIECE_BYTES: usize = 8 << 10;

    /// A reader for a body of this content type.
    pub(crate) fn new(content_type: &str) -> Result<Self, FormError> {
        let content_type = Parameterized::parse(content_type).ok_or(FormError::NotAForm)?;
        if content_type.value != "multipart/form-data" {
            return Err(FormError::NotAForm);
        }
        let boundary = content_type.parameter("boundary");
        let boundary = boundary.ok_or(FormError::Malformed("the content type has no boundary"))?;
        let allowed = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        // Evidence: RFC 2046, section 5.1.1.
        if !(1..=70).contains(&boundary.len()) || !boundary.bytes().all(allowed) || boundary.ends_with(' ') {
            return Err(FormError::Malformed("the boundary is none"));
        }
        Ok(Self {
            delimiter: format!("\r\n--{boundary}").into(),
            // The first delimiter needs no line to end before it, but reads more simply as if there were one.
            buffer: BytesMut::from(&b"\r\n"[..]),
            part: 0,
            searched: 0,
            state: State::Start,
            fields: Vec::new(),
            field_bytes: 0,
        })
    }

    /// Takes the next bytes; gives the head once it is complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<Option<FormHead>, FormError> {
        self.buffer.extend_from_slice(bytes);
        loop {
            match self.step()? {
                Step::Again => {}
                Step::More if self.buffer.len() > HEAD_BYTES_MAX => return Err(FormError::FieldsTooLong),
                Step::More => return Ok(None),
                Step::File { name, start } => return self.head(name.as_deref(), start).map(Some),
            }
        }
    }

    /// What is said of a body that ends before the head is complete.
    pub(crate) fn ended(&self) -> FormError {
        FormError::Malformed("it ends before its file begins")
    }

    fn step(&mut self) -> Result<Step, FormError> {
        match self.state.clone() {
            State::Start => self.start(),
            State::PartBegins => self.part(),
            State::Value { name, start } => self.value(name, start),
        }
    }

    fn start(&mut self) -> Result<Step, FormError> {
        if self.buffer.len() < self.delimiter.len() {
            return Ok(Step::More);
        }
        if !self.buffer.starts_with(&self.delimiter) {
            return Err(FormError::Malformed("it does not begin with its boundary"));
        }
        self.part_at(self.delimiter.len());
        Ok(Step::Again)
    }

    fn part_at(&mut self, part: usize) {
        self.part = part;
        self.searched = part;
        self.state = State::PartBegins;
    }

    /// The rest of the delimiter's line and the headers of the part.
    fn part(&mut self) -> Result<Step, FormError> {
        let after = self.buffer.get(self.part..).unwrap_or_default();
        if after.starts_with(b"--") {
            return Err(FormError::NoFile);
        }
        if after.len() >= 2 && !after.starts_with(b"\r\n") {
            return Err(FormError::Malformed("a delimiter does not end its line"));
        }
        let Some(end) = self.find(b"\r\n\r\n") else {
            return Ok(Step::More);
        };
        let start = end + 4;
        let headers = self.buffer.get(self.part + 2..end).unwrap_or_default();
        let headers =
            std::str::from_utf8(headers).map_err(|_| FormError::Malformed("a header is not UTF-8"))?;
        let disposition = disposition(headers)?;
        let name = disposition.parameter("name");
        let name = name.ok_or(FormError::Malformed("a part has no name"))?;
        if name.eq_ignore_ascii_case(FILE) {
            let name = disposition.parameter("filename").map(str::to_owned);
            return Ok(Step::File { name, start });
        }
        let name = name.to_owned();
        self.charge(name.len())?;
        self.searched = start;
        self.state = State::Value { name, start };
        Ok(Step::Again)
    }

    fn value(&mut self, name: String, start: usize) -> Result<Step, FormError> {
        // The line that ends the headers may be the one that begins the delimiter.
        let delimiter = self.delimiter.clone();
        let Some(end) = self.find(&delimiter) else {
            return Ok(Step::More);
        };
        let value = self.buffer.get(start..end).unwrap_or_default();
        let value = std::str::from_utf8(value).map_err(|_| FormError::Malformed("a field is not UTF-8"))?;
        let value = value.to_owned();
        self.charge(value.len())?;
        if self.fields.len() >= FIELDS_MAX {
            return Err(FormError::FieldsTooLong);
        }
        self.fields.push((name, value));
        self.part_at(end + delimiter.len());
        Ok(Step::Again)
    }

    fn charge(&mut self, bytes: usize) -> Result<(), FormError> {
        self.field_bytes = self.field_bytes.saturating_add(bytes);
        if self.field_bytes > FIELD_BYTES_MAX {
            return Err(FormError::FieldsTooLong);
        }
        Ok(())
    }

    /// Where a text stands in what was not searched yet.
    fn find(&mut self, text: &[u8]) -> Option<usize> {
        let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
        if let Some(found) = memmem::find(unsearched, text) {
            return Some(self.searched + found);
        }
        // The end of what has come may be its beginning.
        let kept = unsearched.len().min(text.len().saturating_sub(1));
        self.searched = self.buffer.len() - kept;
        None
    }

    fn head(&mut self, file_name: Option<&str>, start: usize) -> Result<FormHead, FormError> {
        // Some clients send the path that the file had with them.
        let file_name = file_name.unwrap_or_default();
        let file_name = file_name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        // Fails closed: it would be put into itself.
        if file_name.contains(FILENAME) {
            return Err(FormError::Malformed("the name of the file is a placeholder"));
        }
        let mut seen = HashSet::new();
        for (name, value) in &mut self.fields {
            if !seen.insert(name.to_ascii_lowercase()) {
                return Err(FormError::Twice(name.clone()));
            }
            if value.contains(FILENAME) {
                *value = value.replace(FILENAME, &file_name);
            }
            if value.len() > FIELD_BYTES_MAX {
                return Err(FormError::FieldsTooLong);
            }
        }
        let rest = self.buffer.split_off(start).freeze();
        Ok(FormHead {
            fields: FormFields {
                fields: std::mem::take(&mut self.fields),
            },
            file_name,
            // Less the line that was put before everything.
            content_start: start.saturating_sub(2) as u64,
            rest,
            delimiter: self.delimiter.clone(),
        })
    }
}

/// The `Content-Disposition` among the headers of a part.
fn disposition(headers: &str) -> Result<Parameterized, FormError> {
    let mut found = None;
    for header in headers.split("\r\n").filter(|header| !header.is_empty()) {
        let (name, value) = header
            .split_once(':')
            .ok_or(FormError::Malformed("a part has a header without a name"))?;
        if !name.eq_ignore_ascii_case("content-disposition") {
            continue;
        }
        let value = Parameterized::parse(value);
        let value = value.ok_or(FormError::Malformed("a content disposition cannot be read"))?;
        if found.replace(value).is_some() {
            return Err(FormError::Malformed("a part has two content dispositions"));
        }
    }
    let found = found.ok_or(FormError::Malformed("a part has no content disposition"))?;
    if found.value != "form-data" {
        return Err(FormError::Malformed("a part is not form data"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
