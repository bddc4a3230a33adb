//! Services whose operations are found by method and path: which one, and what path, query and headers say.

mod headers;
mod query;
mod router;

use std::borrow::Cow;

use headers::{header, prefixed};
use http::{HeaderMap, HeaderValue};
use lanyard_service_models::{Location, OperationModel, Segment};
pub(crate) use router::{Routed, Router};

use super::Place;
use super::plain::plain;
use crate::MappingError;
use crate::aws::input::Node;
use crate::percent::{Part, decode, encode_path, encode_value};

/// The most segments of a path, and parameters of a query.
const PARTS_MAX: usize = 128;

/// What stands outside the body, by the model's member names, and the path and query to send upstream.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) members: Vec<(&'static str, Node<'static>)>,
    pub(crate) target: String,
}

/// Reads path, query and headers.
///
/// # Errors
/// A parameter that is not known, is given twice or has a value that it cannot have.
pub(crate) fn head(
    operation: &'static OperationModel,
    routed: &Routed,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Head, MappingError> {
    let place = Place::top(operation.name());
    let all = operation.input().map_or(&[][..], |input| input.members());
    let mut members = Vec::new();
    for (wire, value, is_greedy) in &routed.labels {
        // Fails closed: who decodes once more reads another name.
        if !is_greedy && decode(value, Part::Path).is_ok_and(|again| again != *value) {
            return Err(MappingError::InvalidUri("a name that is encoded twice"));
        }
        let member = all
            .iter()
            .find(|member| member.location() == Location::Uri && member.wire_name() == *wire)
            .ok_or_else(|| place.unknown(wire))?;
        members.push((
            member.name(),
            owned(plain(member.shape(), value, &place.inner(wire)?)?),
        ));
    }
    let mut target = path(operation, routed);
    query::read(operation, query, &place, &mut members, &mut target)?;
    let given: Vec<(&str, &HeaderValue)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    for member in all {
        match member.location() {
            Location::Header => {
                if let Some(node) = header(member, &given, &place)? {
                    members.push((member.name(), node));
                }
            }
            Location::HeaderPrefix => members.push((member.name(), prefixed(member, headers, &place)?)),
            _ => {}
        }
    }
    Ok(Head { members, target })
}

fn path(operation: &OperationModel, routed: &Routed) -> String {
    let mut target = String::with_capacity(64);
    for segment in operation.uri().segments() {
        target.push('/');
        let (Segment::Label(name) | Segment::Greedy(name)) = segment else {
            if let Segment::Literal(text) = segment {
                target.push_str(text);
            }
            continue;
        };
        for (_, value, is_greedy) in routed.labels.iter().filter(|(known, ..)| known == name) {
            if *is_greedy {
                encode_path(&mut target, value);
            } else {
                encode_value(&mut target, value);
            }
        }
    }
    target
}

/// The same value, with its text copied.
fn owned(node: Node<'_>) -> Node<'static> {
    use crate::aws::input::Blob;
    match node {
        Node::Text(text) => Node::Text(Cow::Owned(text.into_owned())),
        Node::Number(text) => Node::Number(Cow::Owned(text.into_owned())),
        Node::Boolean(value) => Node::Boolean(value),
        Node::Blob(blob) => Node::Blob(Blob::Base64(Cow::Owned(blob.base64().into_owned()))),
        // One text on the wire is nothing else.
        Node::Null | Node::List(_) | Node::Map(_) => Node::Null,
    }
}
