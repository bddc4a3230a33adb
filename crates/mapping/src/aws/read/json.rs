//! JSON, read by the model without a tree in between, and borrowed where no escape stands.

use std::borrow::Cow;

use lanyard_service_models::{Shape, Structure};

use super::{Gathered, Members, Place, count, has_twins};
use crate::MappingError;
use crate::aws::base64;
use crate::aws::input::{Blob, Node};
use crate::scan;

/// Reads a body that is one structure. No bytes at all are one without members.
///
/// # Errors
/// What is no JSON, does not fit the model, or could be read in two ways.
pub(crate) fn read<'a>(
    body: &'a [u8],
    structure: Option<&'static Structure>,
    members: Members,
    operation: &'static str,
) -> Result<Node<'a>, MappingError> {
    if body.is_empty() {
        return Ok(Node::EMPTY);
    }
    let mut reader = Reader::new(body, members)?;
    let place = Place::top(operation);
    let node = match structure {
        Some(structure) => reader.structure(structure, &place)?,
        None => reader.nothing(&place)?,
    };
    reader.end()?;
    Ok(node)
}

/// Reads a body that is one value of a shape.
///
/// # Errors
/// As for [`read`].
pub(crate) fn read_value<'a>(
    body: &'a [u8],
    shape: &'static Shape,
    place: &Place<'_>,
) -> Result<Node<'a>, MappingError> {
    let mut reader = Reader::new(body, Members::All)?;
    let node = reader.value(shape, place)?;
    reader.end()?;
    Ok(node)
}

/// For so many members of a structure room is made before they are looked at.
const MEMBERS_USUAL: usize = 5;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
    members: Members,
}

impl<'a> Reader<'a> {
    fn new(body: &'a [u8], members: Members) -> Result<Self, MappingError> {
        match std::str::from_utf8(body) {
            Ok(text) => Ok(Self {
                text,
                at: 0,
                values: 0,
                members,
            }),
            Err(_) => Err(MappingError::Malformed("it is not UTF-8")),
        }
    }

    fn end(mut self) -> Result<(), MappingError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(MappingError::Malformed(
                "something stands behind the end of the JSON",
            )),
        }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), MappingError> {
        if self.take(byte) { Ok(()) } else { Err(BROKEN) }
    }

    fn value(&mut self, shape: &'static Shape, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        let Some(next) = self.peek() else {
            return Err(BROKEN);
        };
        self.values = count(self.values)?;
        if next == b'n' {
            return self.word("null", Node::Null);
        }
        match (shape, next) {
            (Shape::Structure(structure), b'{') => self.structure(structure, place),
            (Shape::List(list), b'[') => self.list(list.member(), place),
            (Shape::Map(map), b'{') => self.map(map.value(), place),
            (Shape::Text | Shape::Timestamp, b'"') => Ok(Node::Text(self.string()?)),
            (Shape::Number | Shape::Timestamp, b'-' | b'0'..=b'9') => self.number(),
            // Numbers that are none are texts in JSON.
            (Shape::Number, b'"') => match self.string()? {
                text @ Cow::Borrowed("NaN" | "Infinity" | "-Infinity") => Ok(Node::Number(text)),
                _ => Err(place.wrong("it is no number")),
            },
            (Shape::Boolean, b't') => self.word("true", Node::Boolean(true)),
            (Shape::Boolean, b'f') => self.word("false", Node::Boolean(false)),
            (Shape::Blob, b'"') => {
                let text = self.string()?;
                if base64::is_canonical(&text) {
                    Ok(Node::Blob(Blob::Base64(text)))
                } else {
                    Err(place.wrong("it is not written in base64"))
                }
            }
            (Shape::Document, _) => self.document(place),
            _ => Err(place.wrong("it has another type than the model says")),
        }
    }

    fn structure(
        &mut self,
        structure: &'static Structure,
        place: &Place<'_>,
    ) -> Result<Node<'a>, MappingError> {
        self.expect(b'{')?;
        let mut gathered = Gathered::with_capacity(MEMBERS_USUAL);
        if self.take(b'}') {
            return Ok(gathered.into_node());
        }
        loop {
            let name = self.name()?;
            let Some(member) = self.members.find(structure, &name, place.is_top()) else {
                return Err(place.unknown(&name));
            };
            let inner = place.inner(&name)?;
            if gathered.has(member.name()) {
                return Err(inner.wrong("it is given twice"));
            }
            gathered.push(member.name(), self.value(member.shape(), &inner)?);
            if !self.goes_on(b'}')? {
                return Ok(gathered.into_node());
            }
        }
    }

    /// A structure without members.
    fn nothing(&mut self, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        self.expect(b'{')?;
        if self.take(b'}') {
            return Ok(Node::EMPTY);
        }
        let name = self.name()?;
        Err(place.unknown(&name))
    }

    fn list(&mut self, shape: &'static Shape, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        self.expect(b'[')?;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Node::List(items));
        }
        let inner = place.inner("")?;
        loop {
            items.push(self.value(shape, &inner)?);
            if !self.goes_on(b']')? {
                return Ok(Node::List(items));
            }
        }
    }

    fn map(&mut self, shape: &'static Shape, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        self.expect(b'{')?;
        let mut entries = Vec::new();
        if self.take(b'}') {
            return Ok(Node::Map(entries));
        }
        loop {
            let name = self.name()?;
            let node = self.value(shape, &place.inner(&name)?)?;
            entries.push((name, node));
            if !self.goes_on(b'}')? {
                break;
            }
        }
        if has_twins(&entries) {
            return Err(place.wrong("a name stands there twice"));
        }
        Ok(Node::Map(entries))
    }

    fn document(&mut self, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        match self.peek().ok_or(BROKEN)? {
            b'{' => self.map(&Shape::Document, place),
            b'[' => self.list(&Shape::Document, place),
            b'"' => Ok(Node::Text(self.string()?)),
            b't' => self.word("true", Node::Boolean(true)),
            b'f' => self.word("false", Node::Boolean(false)),
            b'n' => self.word("null", Node::Null),
            _ => self.number(),
        }
    }

    /// Whether another value follows, or the end.
    fn goes_on(&mut self, end: u8) -> Result<bool, MappingError> {
        if self.take(b',') {
            return Ok(true);
        }
        self.expect(end)?;
        Ok(false)
    }

    fn name(&mut self) -> Result<Cow<'a, str>, MappingError> {
        if self.peek() != Some(b'"') {
            return Err(BROKEN);
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    fn word(&mut self, word: &'static str, node: Node<'a>) -> Result<Node<'a>, MappingError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(BROKEN);
        }
        self.at += word.len();
        Ok(node)
    }

    fn digits(&mut self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn take_raw(&mut self, bytes: &[u8]) -> bool {
        let is_next = self
            .text
            .as_bytes()
            .get(self.at)
            .is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(is_next);
        is_next
    }

    fn number(&mut self) -> Result<Node<'a>, MappingError> {
        let start = self.at;
        self.take_raw(b"-");
        let has_zero = self.text.as_bytes().get(self.at) == Some(&b'0');
        let digits = self.digits();
        let mut is_whole = digits == 1 || (digits > 1 && !has_zero);
        if self.take_raw(b".") {
            is_whole &= self.digits() > 0;
        }
        if self.take_raw(b"eE") {
            self.take_raw(b"+-");
            is_whole &= self.digits() > 0;
        }
        match self.text.get(start..self.at) {
            Some(text) if is_whole => Ok(Node::Number(Cow::Borrowed(text))),
            _ => Err(BROKEN),
        }
    }

    /// A string, whose quotation mark is next.
    fn string(&mut self) -> Result<Cow<'a, str>, MappingError> {
        let start = self.at + 1;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        // Nearly all are plain to their end.
        if let Some(length) = plain_len(rest)
            && rest.get(length) == Some(&b'"')
            && let Some(text) = self.text.get(start..start + length)
        {
            self.at = start + length + 1;
            return Ok(Cow::Borrowed(text));
        }
        self.escaped_string().map(Cow::Owned)
    }

    /// The same with something in it that is written in another way.
    fn escaped_string(&mut self) -> Result<String, MappingError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let plain = plain_len(rest).ok_or(BROKEN)?;
            let end = self.at + plain;
            text.push_str(self.text.get(self.at..end).unwrap_or_default());
            self.at = end + 1;
            match rest.get(plain) {
                Some(b'"') => return Ok(text),
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(MappingError::Malformed("a control character that is not escaped")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, MappingError> {
        let byte = self.text.as_bytes().get(self.at).copied().ok_or(BROKEN)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.escaped_unit(),
            _ => return Err(BROKEN),
        })
    }

    fn escaped_unit(&mut self) -> Result<char, MappingError> {
        const LONE: MappingError = MappingError::Malformed("half of a pair of surrogates");
        let high = self.unit()?;
        let code = match high {
            0xd800..=0xdbff => {
                if !(self.take_raw(b"\\") && self.take_raw(b"u")) {
                    return Err(LONE);
                }
                let low = self.unit()?;
                if !(0xdc00..=0xdfff).contains(&low) {
                    return Err(LONE);
                }
                0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)
            }
            _ => high,
        };
        char::from_u32(code).ok_or(LONE)
    }

    fn unit(&mut self) -> Result<u32, MappingError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(BROKEN)?;
        self.at += 4;
        digits.iter().try_fold(0, |number, byte| {
            let digit = char::from(*byte).to_digit(16).ok_or(BROKEN)?;
            Ok(number << 4 | digit)
        })
    }
}

/// How many bytes stand before the next quotation mark, backslash or control character.
fn plain_len(bytes: &[u8]) -> Option<usize> {
    let in_word = |word| scan::equal(word, b'"') | scan::equal(word, b'\\') | scan::below(word, 0x20);
    scan::first(bytes, in_word, |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
}

const BROKEN: MappingError = MappingError::Malformed("it is no JSON");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_plain_text_is_found_wherever_it_stands() {
        let is_end = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
        for end in 0..=255 {
            for place in 0..20 {
                for other in [b'a', b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xff] {
                    let mut bytes = [other; 20];
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte = end;
                    }
                    assert_eq!(plain_len(&bytes), bytes.iter().position(is_end), "{bytes:?}");
                }
            }
        }
    }
}
