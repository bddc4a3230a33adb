//! CBOR, as far as AWS's clients speak it.
//!
//! Lengths may be definite or not; of tags only times are known. Keys are texts. Whatever else RFC 8949 allows is
//! refused: no client writes it, and readers differ in it.

use std::borrow::Cow;

use lanyard_service_models::{Shape, Structure};

use super::{Gathered, Members, Place, count, has_twins};
use crate::MappingError;
use crate::aws::input::{Blob, Node};

/// Reads a body that is one structure. No bytes at all are one without members.
///
/// # Errors
/// What is no CBOR, does not fit the model, or could be read in two ways.
pub(crate) fn read<'a>(
    body: &'a [u8],
    structure: Option<&'static Structure>,
    operation: &'static str,
) -> Result<Node<'a>, MappingError> {
    if body.is_empty() {
        return Ok(Node::EMPTY);
    }
    let mut reader = Reader {
        rest: body,
        values: 0,
    };
    let place = Place::top(operation);
    let head = reader.head()?;
    if head.major != MAP {
        return Err(MappingError::Malformed("it is no map"));
    }
    let node = reader.structure(head.length()?, structure, &place)?;
    if reader.rest.is_empty() {
        Ok(node)
    } else {
        Err(MappingError::Malformed(
            "something stands behind the end of the CBOR",
        ))
    }
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
const SIMPLE: u8 = 7;

const TIME: u64 = 1;

const BROKEN: MappingError = MappingError::Malformed("it is no CBOR");

struct Reader<'a> {
    rest: &'a [u8],
    values: usize,
}

/// The first byte of a value, and the number behind it.
#[derive(Debug, Clone, Copy)]
struct Head {
    major: u8,
    info: u8,
    number: u64,
}

impl Head {
    /// How many follow; `None` until a break.
    fn length(self) -> Result<Option<usize>, MappingError> {
        if self.info == 31 {
            return Ok(None);
        }
        usize::try_from(self.number).map(Some).map_err(|_| BROKEN)
    }

    fn is_null(self) -> bool {
        self.major == SIMPLE && matches!(self.info, 22 | 23)
    }
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], MappingError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(BROKEN)?;
        self.rest = rest;
        Ok(taken)
    }

    fn head(&mut self) -> Result<Head, MappingError> {
        let (first, rest) = self.rest.split_first().ok_or(BROKEN)?;
        self.rest = rest;
        let (major, info) = (first >> 5, first & 31);
        let count = match info {
            0..=23 => {
                return Ok(Head {
                    major,
                    info,
                    number: u64::from(info),
                });
            }
            24..=27 => 1 << (info - 24),
            31 if (BYTES..=MAP).contains(&major) || major == SIMPLE => 0,
            _ => return Err(BROKEN),
        };
        let number = self
            .take(count)?
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte));
        Ok(Head { major, info, number })
    }

    /// Whether a break is next, which is taken then.
    fn breaks(&mut self) -> bool {
        let is_next = self.rest.first() == Some(&0xff);
        if is_next {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        is_next
    }

    /// Whether another value follows, of so many, or before a break.
    fn goes_on(&mut self, left: &mut Option<usize>) -> bool {
        match left {
            None => !self.breaks(),
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }

    fn value(&mut self, shape: &'static Shape, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        let head = self.head()?;
        self.values = count(self.values)?;
        if head.is_null() {
            return Ok(Node::Null);
        }
        match (shape, head.major) {
            (Shape::Structure(structure), MAP) => self.structure(head.length()?, Some(structure), place),
            (Shape::List(list), LIST) => self.list(head.length()?, list.member(), place),
            (Shape::Map(map), MAP) => self.map(head.length()?, map.value(), place),
            (Shape::Text, TEXT) => Ok(Node::Text(self.text(head)?)),
            (Shape::Blob, BYTES) => Ok(Node::Blob(Blob::Bytes(self.bytes(head)?))),
            (Shape::Number, UNSIGNED | NEGATIVE | SIMPLE) => Self::number(head, place),
            (Shape::Boolean, SIMPLE) if head.info == 20 => Ok(Node::Boolean(false)),
            (Shape::Boolean, SIMPLE) if head.info == 21 => Ok(Node::Boolean(true)),
            (Shape::Timestamp, TAG) if head.number == TIME => {
                let head = self.head()?;
                Self::number(head, place)
            }
            (Shape::Document, _) => self.document(head, place),
            _ => Err(place.wrong("it has another type than the model says")),
        }
    }

    fn structure(
        &mut self,
        mut left: Option<usize>,
        structure: Option<&'static Structure>,
        place: &Place<'_>,
    ) -> Result<Node<'a>, MappingError> {
        let mut gathered = Gathered::with_capacity(4);
        while self.goes_on(&mut left) {
            let name = self.key()?;
            let Some(member) = structure.and_then(|known| Members::All.find(known, &name, place.is_top()))
            else {
                return Err(place.unknown(&name));
            };
            let inner = place.inner(&name)?;
            if gathered.has(member.name()) {
                return Err(inner.wrong("it is given twice"));
            }
            gathered.push(member.name(), self.value(member.shape(), &inner)?);
        }
        Ok(gathered.into_node())
    }

    fn list(
        &mut self,
        mut left: Option<usize>,
        shape: &'static Shape,
        place: &Place<'_>,
    ) -> Result<Node<'a>, MappingError> {
        let inner = place.inner("")?;
        let mut items = Vec::new();
        while self.goes_on(&mut left) {
            items.push(self.value(shape, &inner)?);
        }
        Ok(Node::List(items))
    }

    fn map(
        &mut self,
        mut left: Option<usize>,
        shape: &'static Shape,
        place: &Place<'_>,
    ) -> Result<Node<'a>, MappingError> {
        let mut entries = Vec::new();
        while self.goes_on(&mut left) {
            let name = self.key()?;
            let node = self.value(shape, &place.inner(&name)?)?;
            entries.push((name, node));
        }
        if has_twins(&entries) {
            return Err(place.wrong("a name stands there twice"));
        }
        Ok(Node::Map(entries))
    }

    fn document(&mut self, head: Head, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        match head.major {
            MAP => self.map(head.length()?, &Shape::Document, place),
            LIST => self.list(head.length()?, &Shape::Document, place),
            TEXT => Ok(Node::Text(self.text(head)?)),
            SIMPLE if matches!(head.info, 20 | 21) => Ok(Node::Boolean(head.info == 21)),
            UNSIGNED | NEGATIVE | SIMPLE => Self::number(head, place),
            _ => Err(place.wrong("it is nothing that a document holds")),
        }
    }

    fn key(&mut self) -> Result<Cow<'a, str>, MappingError> {
        let head = self.head()?;
        if head.major == TEXT {
            self.text(head)
        } else {
            Err(BROKEN)
        }
    }

    fn text(&mut self, head: Head) -> Result<Cow<'a, str>, MappingError> {
        const WRONG: MappingError = MappingError::Malformed("it is not UTF-8");
        // Each piece of a text is one of its own, so no letter may be cut in two.
        if let Some(length) = head.length()? {
            let text = std::str::from_utf8(self.take(length)?).map_err(|_| WRONG)?;
            return Ok(Cow::Borrowed(text));
        }
        let mut text = String::new();
        while !self.breaks() {
            text.push_str(std::str::from_utf8(self.piece(TEXT)?).map_err(|_| WRONG)?);
        }
        Ok(Cow::Owned(text))
    }

    fn bytes(&mut self, head: Head) -> Result<Cow<'a, [u8]>, MappingError> {
        if let Some(length) = head.length()? {
            return self.take(length).map(Cow::Borrowed);
        }
        let mut bytes = Vec::new();
        while !self.breaks() {
            bytes.extend_from_slice(self.piece(BYTES)?);
        }
        Ok(Cow::Owned(bytes))
    }

    fn piece(&mut self, major: u8) -> Result<&'a [u8], MappingError> {
        let head = self.head()?;
        match head.length()? {
            Some(length) if head.major == major => self.take(length),
            _ => Err(BROKEN),
        }
    }

    fn number(head: Head, place: &Place<'_>) -> Result<Node<'a>, MappingError> {
        let text = match (head.major, head.info) {
            (UNSIGNED, _) => head.number.to_string(),
            (NEGATIVE, _) => (-1 - i128::from(head.number)).to_string(),
            (SIMPLE, 25) => half(head.number).to_string(),
            (SIMPLE, 26) => match u32::try_from(head.number) {
                Ok(bits) => f32::from_bits(bits).to_string(),
                Err(_) => return Err(BROKEN),
            },
            (SIMPLE, 27) => f64::from_bits(head.number).to_string(),
            _ => return Err(place.wrong("it is no number")),
        };
        Ok(Node::Number(Cow::Owned(text)))
    }
}

/// A number in half precision.
fn half(bits: u64) -> f64 {
    let fraction = f64::from(u16::try_from(bits & 0x3ff).unwrap_or(0));
    let exponent = i32::try_from(bits >> 10 & 31).unwrap_or(0);
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}
