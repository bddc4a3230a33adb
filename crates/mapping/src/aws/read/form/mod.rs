//! Forms of the protocols query and ec2: `Action=Publish&Message=a&Tags.member.1.Key=b`.
//!
//! Names are sorted by their segments, so that whatever belongs together lies together; a value is a stretch of them.

mod by_model;
mod queues;

use std::borrow::Cow;
use std::cmp::Ordering;

use by_model::Reader;
use lanyard_service_models::Structure;

use super::signature::is_of_signature;
use super::{Place, count};
use crate::MappingError;
use crate::aws::input::Node;
use crate::percent::{Part, decode, encode_value, is_plain_name, is_written};
use crate::scan;

/// A form, read but not yet held against a model.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    /// The operation that it names.
    pub(crate) action: Cow<'a, str>,
    /// The version of the API that it names.
    pub(crate) version: Option<Cow<'a, str>>,
    /// Everything else, in the order of names.
    parameters: Vec<Parameter<'a>>,
    /// How many bytes it came in.
    length: usize,
}

#[derive(Debug)]
struct Parameter<'a> {
    name: &'a str,
    value: Cow<'a, str>,
    /// The value as it came.
    encoded: &'a str,
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

const NAME_BYTES_MAX: usize = 512;
/// For so many parameters room is made before they are looked at.
const PARAMETERS_USUAL_MAX: usize = 64;

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
        // As much room as is needed: more of it costs the allocator a page of its own for each request.
        let count_of_pieces = 1 + text.bytes().filter(|byte| *byte == b'&').count();
        let mut parameters = Vec::with_capacity(count_of_pieces.min(PARAMETERS_USUAL_MAX));
        // Some clients end a body with a line feed, or a form with `&`: neither is a parameter to anybody. Refused.
        let mut rest = Some(text);
        while let Some(unread) = rest {
            let (piece, behind) = scan::cut(unread, b'&');
            rest = behind;
            let (name, Some(encoded)) = scan::cut(piece, b'=') else {
                return Err(MappingError::Malformed("a parameter without a value"));
            };
            if !(1..=NAME_BYTES_MAX).contains(&name.len()) || !is_plain_name(name) {
                return Err(MappingError::Malformed(
                    "a parameter whose name is not written plainly",
                ));
            }
            if !is_body && is_of_signature(name) {
                continue;
            }
            count(parameters.len())?;
            let value = if is_body {
                decode(encoded, Part::Form).map_err(in_form)?
            } else {
                decode(encoded, Part::Value)?
            };
            parameters.push(Parameter { name, value, encoded });
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
            length: text.len(),
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
        // Spaces that came as a plus sign take two letters more.
        let mut out = String::with_capacity(self.length + self.length / 4 + 64);
        out.push_str("Action=");
        encode_value(&mut out, operation);
        out.push_str("&Version=");
        encode_value(&mut out, version);
        for parameter in &self.parameters {
            out.push('&');
            out.push_str(parameter.name);
            out.push('=');
            if is_written(parameter.encoded) {
                out.push_str(parameter.encoded);
            } else {
                encode_value(&mut out, &parameter.value);
            }
        }
        out
    }
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
