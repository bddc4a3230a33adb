//! Services whose operations are found by method and path: which one, and what path, query and headers say.

mod headers;
mod query;
mod router;

use headers::{header, prefixed};
use http::{HeaderName, HeaderValue};
use lanyard_service_models::{Location, Member, OperationModel, Segment};
pub(crate) use router::{Path, Routed, Router};

use super::Place;
use super::plain::plain;
use crate::MappingError;
use crate::aws::input::Node;
use crate::percent::{Part, decode, encode_path, encode_value};

/// The most segments of a path, and parameters of a query.
const PARTS_MAX: usize = 128;

/// What stands outside the body, by the model's member names, and the path and query to send upstream.
#[derive(Debug)]
pub(crate) struct Head<'h> {
    pub(crate) members: Members<'h>,
    pub(crate) target: String,
}

type Members<'h> = Vec<(&'static str, Node<'h>)>;

impl<'h> Head<'h> {
    /// Reads path and query.
    ///
    /// # Errors
    /// A parameter that is not known, is given twice or has a value that it cannot have.
    pub(crate) fn read(
        operation: &'static OperationModel,
        routed: Routed<'h>,
        query: Option<&'h str>,
    ) -> Result<Self, MappingError> {
        let place = Place::top(operation.name());
        let all = operation.input().map_or(&[][..], |input| input.members());
        let mut target = path(operation, &routed);
        let mut members = Members::with_capacity(8);
        for (wire, value, is_greedy) in routed.labels {
            // Fails closed: who decodes once more reads another name.
            if !is_greedy && decode(&value, Part::Path).is_ok_and(|again| again != value) {
                return Err(MappingError::InvalidUri("a name that is encoded twice"));
            }
            let member = all
                .iter()
                .find(|member| member.location() == Location::Uri && member.wire_name() == wire)
                .ok_or_else(|| place.unknown(wire))?;
            let node = plain(member.shape(), value, &place.inner(wire)?)?;
            members.push((member.name(), node));
        }
        query::read(operation, query, &place, &mut members, &mut target)?;
        Ok(Self { members, target })
    }

    /// Reads the members that stand in headers: `of` are those, `given` the headers that go on, each once.
    ///
    /// # Errors
    /// A value that a member cannot have.
    pub(crate) fn read_headers(
        &mut self,
        operation: &'static OperationModel,
        of: &[&'static Member],
        given: &[(&'h HeaderName, &'h HeaderValue)],
    ) -> Result<(), MappingError> {
        let place = Place::top(operation.name());
        for member in of {
            let node = match member.location() {
                Location::HeaderPrefix => Some(prefixed(member, given, &place)?),
                _ => header(member, given, &place)?,
            };
            self.members.extend(node.map(|node| (member.name(), node)));
        }
        Ok(())
    }
}

fn path(operation: &OperationModel, routed: &Routed<'_>) -> String {
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
