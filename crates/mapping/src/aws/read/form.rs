//! Forms of the protocols query and ec2: `Action=Publish&Message=a&Tags.member.1.Key=b`.
//!
//! Names are sorted by their segments, so that whatever belongs together lies together; a value is a stretch of them.

use std::borrow::Cow;
use std::cmp::Ordering;

use lanyard_service_models::{List, Map, Member, Shape, Structure};

use super::{Gathered, Place, count, has_twins};
use crate::MappingError;
use crate::aws::base64;
use crate::aws::input::{Blob, Node};
use crate::percent::{Part, decode, encode_value};

/// A form, read but not yet held against a model.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    /// The operation that it names.
    pub(crate) action: Cow<'a, str>,
    /// The version of the API that it names.
    pub(crate) version: Option<Cow<'a, str>>,
    /// Everything else, in the order of names.
    parameters: Vec<Parameter<'a>>,
}

#[derive(Debug)]
struct Parameter<'a> {
    name: &'a str,
    value: Cow<'a, str>,
}

/// How names are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Query,
    /// Every list is flattened.
    Ec2,
    /// The queues' own: entries of maps have no element around them, and names of their own.
    Queues,
}

/// Parameters of signatures in a query string.
const SIGNATURE: [&str; 8] = [
    "X-Amz-Algorithm",
    "X-Amz-Content-Sha256",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

const NAME_BYTES_MAX: usize = 512;

/// Whether a parameter of a query string belongs to the signature.
pub(crate) fn is_of_signature(name: &str) -> bool {
    SIGNATURE.contains(&name)
}

impl<'a> Form<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// What is no form, or could be read in two ways.
    pub(crate) fn of_body(body: &'a [u8]) -> Result<Self, MappingError> {
        match std::str::from_utf8(body) {
            Ok(text) => Self::read(text, true),
            Err(_) => Err(MappingError::Malformed("it is not UTF-8")),
        }
    }

    /// Reads a query string, without the parameters of its signature.
    ///
    /// # Errors
    /// As for a body; a plus sign, which is a space only in bodies.
    pub(crate) fn of_query(text: &'a str) -> Result<Self, MappingError> {
        Self::read(text, false)
    }

    fn read(text: &'a str, is_body: bool) -> Result<Self, MappingError> {
        let mut parameters = Vec::with_capacity(16);
        // Some clients end a body with a line feed, or a form with `&`: neither is a parameter to anybody. Refused.
        for piece in text.split('&') {
            let equals = piece.bytes().position(|byte| byte == b'=');
            let Some((name, value)) = equals.and_then(|at| Some((piece.get(..at)?, piece.get(at + 1..)?)))
            else {
                return Err(MappingError::Malformed("a parameter without a value"));
            };
            if !is_plain_name(name) {
                return Err(MappingError::Malformed(
                    "a parameter whose name is not written plainly",
                ));
            }
            if !is_body && is_of_signature(name) {
                continue;
            }
            count(parameters.len())?;
            let value = if is_body {
                decode(value, Part::Form).map_err(in_form)?
            } else {
                decode(value, Part::Value)?
            };
            parameters.push(Parameter { name, value });
        }
        parameters.sort_by(|one, other| by_segments(one.name, other.name));
        let is_twin = |pair: &[Parameter<'_>]| matches!(pair, [one, next] if one.name == next.name);
        if let Some([twin, _]) = parameters.windows(2).find(|pair| is_twin(pair)) {
            return Err(MappingError::InvalidMember {
                member: twin.name.chars().take(64).collect(),
                reason: "it is given twice",
            });
        }
        let mut take = |name: &str| {
            let place = parameters.iter().position(|parameter| parameter.name == name)?;
            Some(parameters.remove(place).value)
        };
        let action = take("Action");
        let version = take("Version");
        Ok(Self {
            action: action.ok_or(MappingError::MissingOperation)?,
            version,
            parameters,
        })
    }

    /// What the form says, by the model.
    ///
    /// # Errors
    /// What does not fit the model.
    pub(crate) fn input(
        &self,
        structure: Option<&'static Structure>,
        dialect: Dialect,
        operation: &'static str,
    ) -> Result<Node<'_>, MappingError> {
        let place = Place::top(operation);
        let reader = Reader { dialect };
        reader.structure(structure, &self.parameters, 0, &place)
    }

    /// The same form, written in one way.
    pub(crate) fn written(&self, operation: &str, version: &str) -> String {
        let mut out = String::with_capacity(64 + 32 * self.parameters.len());
        out.push_str("Action=");
        encode_value(&mut out, operation);
        out.push_str("&Version=");
        encode_value(&mut out, version);
        for Parameter { name, value } in &self.parameters {
            out.push('&');
            out.push_str(name);
            out.push('=');
            encode_value(&mut out, value);
        }
        out
    }
}

fn is_plain_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_plain)
}

fn in_form(error: MappingError) -> MappingError {
    match error {
        MappingError::InvalidUri(reason) => MappingError::Malformed(reason),
        other => other,
    }
}

/// A dot before every other letter, so that what has the same first segments lies together.
fn by_segments(one: &str, other: &str) -> Ordering {
    let weight = |byte: u8| if byte == b'.' { 0 } else { byte };
    let mut pairs = one.bytes().zip(other.bytes());
    match pairs.find(|(one, other)| one != other) {
        Some((one, other)) => weight(one).cmp(&weight(other)),
        None => one.len().cmp(&other.len()),
    }
}

struct Reader {
    dialect: Dialect,
}

/// The next segment of the names in a stretch, with the part of the stretch that has it and where the names go on.
struct Groups<'f, 'a> {
    rest: &'f [Parameter<'a>],
    start: usize,
}

impl<'f, 'a> Groups<'f, 'a> {
    fn new(parameters: &'f [Parameter<'a>], at: usize) -> Self {
        Self {
            rest: parameters,
            start: if at == 0 { 0 } else { at + 1 },
        }
    }
}

impl<'f, 'a> Iterator for Groups<'f, 'a> {
    type Item = (&'a str, &'f [Parameter<'a>], usize);

    fn next(&mut self) -> Option<Self::Item> {
        let segment_of = |parameter: &Parameter<'a>| {
            let rest: &'a str = parameter.name.get(self.start..).unwrap_or_default();
            let end = rest.bytes().position(|byte| byte == b'.');
            end.and_then(|end| rest.get(..end)).unwrap_or(rest)
        };
        let segment = segment_of(self.rest.first()?);
        let count = self
            .rest
            .iter()
            .take_while(|parameter| segment_of(parameter) == segment)
            .count();
        let (group, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some((segment, group, self.start + segment.len()))
    }
}

type Stretch<'f, 'a> = &'f [Parameter<'a>];

impl Reader {
    fn value<'f>(
        &self,
        shape: &'static Shape,
        is_flattened: bool,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        match shape {
            Shape::Structure(structure) => self.structure(Some(structure), stretch, at, place),
            Shape::List(list) => self.list(list, is_flattened, stretch, at, place),
            Shape::Map(map) => self.map(map, is_flattened, stretch, at, place),
            _ => {
                let text = leaf(stretch, at).ok_or_else(|| place.wrong("it is no single value"))?;
                plain(shape, text, place)
            }
        }
    }

    fn structure<'f>(
        &self,
        structure: Option<&'static Structure>,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        if at > 0 && stretch.iter().any(|parameter| parameter.name.len() <= at) {
            return Err(place.wrong("it is no single value"));
        }
        let mut gathered = Gathered::with_capacity(stretch.len().min(16));
        for (segment, group, end) in Groups::new(stretch, at) {
            let Some(member) = structure.and_then(|structure| self.member(structure, segment)) else {
                return Err(place.unknown(segment));
            };
            let inner = place.inner(segment)?;
            if gathered.has(member.name()) {
                return Err(inner.wrong("it is given twice"));
            }
            let node = self.value(member.shape(), member.is_flattened(), group, end, &inner)?;
            gathered.push(member.name(), node);
        }
        Ok(gathered.into_node())
    }

    fn member(&self, structure: &'static Structure, segment: &str) -> Option<&'static Member> {
        structure.members().iter().find(|member| match self.dialect {
            Dialect::Queues => queue_name(member) == segment,
            Dialect::Query | Dialect::Ec2 => member.query_name() == segment,
        })
    }

    fn list<'f>(
        &self,
        list: &'static List,
        is_flattened: bool,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        if leaf(stretch, at) == Some("") {
            return Ok(Node::List(Vec::new()));
        }
        let (stretch, at) = if is_flattened || self.dialect != Dialect::Query {
            (stretch, at)
        } else {
            below(stretch, at, list.member_name(), place)?
        };
        let mut items = Vec::new();
        for (group, end) in numbered(stretch, at, place)? {
            let inner = place.inner("")?;
            items.push(self.value(list.member(), false, group, end, &inner)?);
        }
        Ok(Node::List(items))
    }

    fn map<'f>(
        &self,
        map: &'static Map,
        is_flattened: bool,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        if leaf(stretch, at) == Some("") {
            return Ok(Node::Map(Vec::new()));
        }
        let (stretch, at) = if is_flattened || self.dialect != Dialect::Query {
            (stretch, at)
        } else {
            below(stretch, at, "entry", place)?
        };
        let (key_name, value_name) = match self.dialect {
            Dialect::Queues if place.is_named("Tag") => ("Key", "Value"),
            Dialect::Queues => ("Name", "Value"),
            Dialect::Query | Dialect::Ec2 => (map.key_name(), map.value_name()),
        };
        let mut entries = Vec::new();
        for (group, end) in numbered(stretch, at, place)? {
            let mut key = None;
            let mut value = None;
            for (segment, group, end) in Groups::new(group, end) {
                if segment == key_name {
                    key = leaf(group, end);
                } else if segment == value_name {
                    let inner = place.inner(segment)?;
                    value = Some(self.value(map.value(), false, group, end, &inner)?);
                } else {
                    return Err(place.unknown(segment));
                }
            }
            let (Some(key), Some(value)) = (key, value) else {
                return Err(place.wrong("an entry without a name or a value"));
            };
            entries.push((Cow::Borrowed(key), value));
        }
        if has_twins(&entries) {
            return Err(place.wrong("a name stands there twice"));
        }
        Ok(Node::Map(entries))
    }
}

/// The one value that has exactly this name.
fn leaf<'f>(stretch: Stretch<'f, '_>, at: usize) -> Option<&'f str> {
    match stretch {
        [one] if one.name.len() == at => Some(&one.value),
        _ => None,
    }
}

/// What stands below the one name that may stand there.
fn below<'f, 'a>(
    stretch: Stretch<'f, 'a>,
    at: usize,
    name: &str,
    place: &Place<'_>,
) -> Result<(Stretch<'f, 'a>, usize), MappingError> {
    let mut groups = Groups::new(stretch, at);
    match (groups.next(), groups.next()) {
        (Some((segment, group, end)), None) if segment == name => Ok((group, end)),
        (Some((segment, ..)), _) => Err(place.unknown(segment)),
        (None, _) => Err(place.wrong("it has no values")),
    }
}

/// The numbered values, in order.
///
/// Fails closed: numbers begin with one and leave none out. Some readers stop where one is missing, others do not.
fn numbered<'f, 'a>(
    stretch: Stretch<'f, 'a>,
    at: usize,
    place: &Place<'_>,
) -> Result<Vec<(Stretch<'f, 'a>, usize)>, MappingError> {
    const WRONG: &str = "its values are not numbered one after the other";
    let mut found: Vec<(usize, Stretch<'f, 'a>, usize)> = Vec::new();
    for (segment, group, end) in Groups::new(stretch, at) {
        let is_number = segment.bytes().all(|byte| byte.is_ascii_digit()) && !segment.starts_with('0');
        let number = segment.parse().ok().filter(|_| is_number);
        found.push((number.ok_or_else(|| place.wrong(WRONG))?, group, end));
    }
    found.sort_unstable_by_key(|(number, ..)| *number);
    if found
        .iter()
        .zip(1..)
        .any(|((number, ..), expected)| *number != expected)
    {
        return Err(place.wrong(WRONG));
    }
    Ok(found.into_iter().map(|(_, group, end)| (group, end)).collect())
}

/// A value that is one text on the wire.
pub(crate) fn plain<'f>(
    shape: &'static Shape,
    text: &'f str,
    place: &Place<'_>,
) -> Result<Node<'f>, MappingError> {
    let text = Cow::Borrowed(text);
    match shape {
        Shape::Text | Shape::Timestamp => Ok(Node::Text(text)),
        Shape::Number if is_number(&text) => Ok(Node::Number(text)),
        Shape::Number => Err(place.wrong("it is no number")),
        Shape::Boolean if text == "true" => Ok(Node::Boolean(true)),
        Shape::Boolean if text == "false" => Ok(Node::Boolean(false)),
        Shape::Boolean => Err(place.wrong("it is neither true nor false")),
        Shape::Blob if base64::is_canonical(&text) => Ok(Node::Blob(Blob::Base64(text))),
        Shape::Blob => Err(place.wrong("it is not written in base64")),
        Shape::Document | Shape::List(_) | Shape::Map(_) | Shape::Structure(_) => {
            Err(place.wrong("it is no single value"))
        }
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.bytes().all(is_plain)
        && text.parse::<f64>().is_ok()
}

/// What a member is called in the queues' old protocol, which their model no longer says.
///
/// Evidence: requests of clients that speak it.
fn queue_name(member: &'static Member) -> &'static str {
    match member.name() {
        // Those of batches are called like what they are.
        "Entries" => {
            let entry = member.shape().list().and_then(|list| list.member().structure());
            entry.map_or("Entries", Structure::name)
        }
        "Attributes" => "Attribute",
        "AttributeNames" => "AttributeName",
        "MessageAttributes" => "MessageAttribute",
        "MessageAttributeNames" => "MessageAttributeName",
        "MessageSystemAttributes" => "MessageSystemAttribute",
        "MessageSystemAttributeNames" => "MessageSystemAttributeName",
        "AWSAccountIds" => "AWSAccountId",
        "Actions" => "ActionName",
        "tags" | "Tags" => "Tag",
        "TagKeys" => "TagKey",
        other => other,
    }
}
