//! Services whose operations are found by method and path: which one, and what path, query and headers say.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use http::{HeaderMap, HeaderValue};
use lanyard_service_models::{Location, Member, OperationModel, Segment, Shape};

use super::form::{is_of_signature, plain};
use super::{Place, has_twins};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::lookup::NameHasher;
use crate::percent::{Part, decode, encode_path, encode_value};

/// The most segments of a path, and parameters of a query.
const PARTS_MAX: usize = 128;

/// The operations of a service by method and path.
#[derive(Debug, Default)]
pub(crate) struct Router {
    /// By method and number of segments, the most particular first.
    exact: HashMap<(&'static str, usize), Vec<Route>, BuildHasherDefault<NameHasher>>,
    /// Those with a label of any length, the most particular first.
    greedy: Vec<Route>,
}

/// One operation and its place in the list of the service's.
#[derive(Debug, Clone, Copy)]
struct Route {
    model: &'static OperationModel,
    number: usize,
}

/// An operation with what the path says.
#[derive(Debug)]
pub(crate) struct Routed {
    pub(crate) number: usize,
    /// Wire name, value and whether it is greedy.
    labels: Vec<(&'static str, String, bool)>,
}

impl Router {
    pub(crate) fn new(operations: &'static [OperationModel]) -> Self {
        let mut router = Self::default();
        for (number, model) in operations.iter().enumerate() {
            let route = Route { model, number };
            let segments = model.uri().segments();
            if segments
                .iter()
                .any(|segment| matches!(segment, Segment::Greedy(_)))
            {
                router.greedy.push(route);
            } else {
                router
                    .exact
                    .entry((model.method(), segments.len()))
                    .or_default()
                    .push(route);
            }
        }
        for routes in router.exact.values_mut() {
            routes.sort_by_key(Route::generality);
        }
        router.greedy.sort_by_key(Route::generality);
        router
    }

    /// The operation that a request asks for; nothing if there is none.
    ///
    /// # Errors
    /// A path that could be read in two ways.
    pub(crate) fn route(
        &self,
        method: &str,
        path: &str,
        query: Option<&str>,
    ) -> Result<Option<Routed>, MappingError> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err(MappingError::InvalidUri("it does not start with a slash"));
        };
        let mut decoded: Vec<Cow<'_, str>> = Vec::with_capacity(8);
        for part in rest.split('/') {
            if decoded.len() >= PARTS_MAX {
                return Err(MappingError::InvalidUri("too many segments"));
            }
            decoded.push(decode(part, Part::Path)?);
        }
        // Most segments have no slash in them.
        let mut dotted = decoded.iter().filter(|part| part.contains('.'));
        if dotted.any(|part| part.split('/').any(|part| matches!(part, "." | ".."))) {
            return Err(MappingError::InvalidUri("a segment of dots only"));
        }
        let segments: Vec<&str> = decoded.iter().map(Cow::as_ref).collect();
        let Some(route) = self.find(method, &segments, query) else {
            return Ok(None);
        };
        // Fails closed: who decodes before looking for the operation must find the same one.
        if segments.iter().any(|part| part.contains('/')) {
            let split: Vec<&str> = segments.iter().flat_map(|part| part.split('/')).collect();
            let other = self.find(method, &split, query);
            if other.is_some_and(|other| other.number != route.number) {
                return Err(MappingError::InvalidUri(
                    "an encoded slash that could be one of the path",
                ));
            }
            if segments
                .iter()
                .any(|part| part.contains('/') && part.split('/').any(str::is_empty))
            {
                return Err(MappingError::InvalidUri(
                    "an encoded slash without anything behind it",
                ));
            }
        }
        let labels = labels(route.model.uri().segments(), &segments)?;
        Ok(Some(Routed {
            number: route.number,
            labels,
        }))
    }

    fn find(&self, method: &str, segments: &[&str], query: Option<&str>) -> Option<Route> {
        let fits = |route: &&Route| {
            route.model.method() == method
                && matches(route.model.uri().segments(), segments)
                && has_literals(route.model, query)
        };
        let among = |count: usize| {
            // The key borrows for as long as the table does, so methods are compared by their own names.
            let method = METHODS.iter().find(|known| **known == method)?;
            self.exact.get(&(*method, count))?.iter().find(fits).copied()
        };
        let exact = among(segments.len());
        exact
            .or_else(|| self.greedy.iter().find(fits).copied())
            .or_else(|| {
                // A slash at the end more or less means nothing to the services; upstream it is written as in the model.
                let (last, before) = segments.split_last()?;
                if last.is_empty() && !before.is_empty() {
                    return self.exact_without_last(method, before, query);
                }
                let mut longer = segments.to_vec();
                longer.push("");
                let method = METHODS.iter().find(|known| **known == method)?;
                let routes = self.exact.get(&(*method, longer.len()))?;
                let fits = |route: &&Route| {
                    matches(route.model.uri().segments(), &longer)
                        && has_literals(route.model, query)
                        && matches!(route.model.uri().segments().last(), Some(Segment::Literal("")))
                };
                routes.iter().find(fits).copied()
            })
    }

    fn exact_without_last(&self, method: &str, segments: &[&str], query: Option<&str>) -> Option<Route> {
        let method = METHODS.iter().find(|known| **known == method)?;
        let fits = |route: &&Route| {
            matches(route.model.uri().segments(), segments) && has_literals(route.model, query)
        };
        self.exact
            .get(&(*method, segments.len()))?
            .iter()
            .find(fits)
            .copied()
    }
}

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

impl Route {
    /// The most particular first: literals before labels before greedy ones, segment by segment; then those that name
    /// parameters.
    fn generality(&self) -> (Vec<u8>, std::cmp::Reverse<usize>) {
        let weight = |segment: &Segment| match segment {
            Segment::Literal(_) => 0,
            Segment::Label(_) => 1,
            Segment::Greedy(_) => 2,
        };
        let uri = self.model.uri();
        // What goes on behind a greedy label is more particular than what ends with it.
        let weights = uri.segments().iter().map(weight).chain([3]);
        (weights.collect(), std::cmp::Reverse(uri.query().len()))
    }
}

fn matches(template: &[Segment], segments: &[&str]) -> bool {
    let Some(greedy) = template
        .iter()
        .position(|segment| matches!(segment, Segment::Greedy(_)))
    else {
        // Operations of one service differ at the end of their paths.
        return template.len() == segments.len() && template.iter().zip(segments).rev().all(fits);
    };
    let behind = template.len() - greedy - 1;
    let Some(count) = segments.len().checked_sub(greedy + behind) else {
        return false;
    };
    let before = template.iter().zip(segments).take(greedy).all(fits);
    let after = template
        .iter()
        .rev()
        .zip(segments.iter().rev())
        .take(behind)
        .all(fits);
    let between = segments.get(greedy..greedy + count).unwrap_or_default();
    before && after && !between.is_empty() && between.iter().all(|part| !part.is_empty())
}

fn fits((segment, text): (&Segment, &&str)) -> bool {
    match segment {
        Segment::Literal(literal) => literal == text,
        Segment::Label(_) | Segment::Greedy(_) => !text.is_empty(),
    }
}

/// Whether the query has the parameters that the template names.
fn has_literals(model: &OperationModel, query: Option<&str>) -> bool {
    model.uri().query().iter().all(|(name, value)| {
        query.unwrap_or_default().split('&').any(|pair| {
            let (known, given) = pair.split_once('=').unwrap_or((pair, ""));
            known == *name && value.is_none_or(|value| value == given)
        })
    })
}

fn labels(
    template: &[Segment],
    segments: &[&str],
) -> Result<Vec<(&'static str, String, bool)>, MappingError> {
    let mut labels: Vec<(&'static str, String, bool)> = Vec::new();
    let spare = segments.len().saturating_sub(template.len());
    let mut at = 0;
    for segment in template {
        let (name, count, is_greedy) = match segment {
            Segment::Literal(_) => {
                at += 1;
                continue;
            }
            Segment::Label(name) => (*name, 1, false),
            Segment::Greedy(name) => (*name, spare + 1, true),
        };
        let parts = segments.get(at..at + count).unwrap_or_default();
        if labels.iter().any(|(known, ..)| *known == name) {
            return Err(MappingError::InvalidUri("a label that stands there twice"));
        }
        let value = match parts {
            [one] => (*one).to_owned(),
            several => several.join("/"),
        };
        labels.push((name, value, is_greedy));
        at += count;
    }
    Ok(labels)
}

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
    let parameters = parameters(query)?;
    parameters_of(operation, all, &parameters, &place, &mut members, &mut target)?;
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

type Parameters<'q> = Vec<(Cow<'q, str>, Cow<'q, str>)>;

fn parameters(query: Option<&str>) -> Result<Parameters<'_>, MappingError> {
    let mut found = Vec::new();
    for pair in query
        .unwrap_or_default()
        .split('&')
        .filter(|_| query.is_some_and(|query| !query.is_empty()))
    {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name, Part::Value)?;
        if name.is_empty() || found.len() >= PARTS_MAX {
            return Err(MappingError::InvalidUri("parameters without a name, or too many"));
        }
        if !is_of_signature(&name) {
            found.push((name, decode(value, Part::Value)?));
        }
    }
    Ok(found)
}

fn parameters_of(
    operation: &'static OperationModel,
    all: &'static [Member],
    parameters: &Parameters<'_>,
    place: &Place<'_>,
    members: &mut Vec<(&'static str, Node<'static>)>,
    target: &mut String,
) -> Result<(), MappingError> {
    let mut separator = '?';
    let mut write = |target: &mut String, name: &str, value: &str| {
        target.push(separator);
        encode_value(target, name);
        target.push('=');
        encode_value(target, value);
        separator = '&';
    };
    let mut rest: Vec<(Cow<'static, str>, Node<'static>)> = Vec::new();
    let of_query = |name: &str| {
        all.iter().find(|member| {
            member.location() == Location::Query
                && member.wire_name() == name
                && member.shape().map().is_none()
        })
    };
    for (number, (name, value)) in parameters.iter().enumerate() {
        let is_first = parameters.iter().take(number).all(|(known, _)| known != name);
        let literal = operation.uri().query().iter().find(|(known, _)| known == name);
        let inner = place.inner(name)?;
        if let Some((_, expected)) = literal {
            if !is_first || expected.unwrap_or_default() != value {
                return Err(inner.wrong("it is given twice, or is another than the operation names"));
            }
            write(target, name, value);
            continue;
        }
        write(target, name, value);
        match (of_query(name), is_first) {
            (Some(member), _) if member.shape().list().is_some() => {
                let shape = member.shape().list().map_or(&Shape::Text, |list| list.member());
                let item = owned(plain(shape, value, &inner)?);
                match members.iter_mut().find(|(known, _)| *known == member.name()) {
                    Some((_, Node::List(items))) => items.push(item),
                    _ => members.push((member.name(), Node::List(vec![item]))),
                }
            }
            (Some(member), true) => {
                members.push((member.name(), owned(plain(member.shape(), value, &inner)?)))
            }
            (None, true) => rest.push((
                Cow::Owned(name.to_string()),
                Node::Text(Cow::Owned(value.to_string())),
            )),
            (_, false) => return Err(inner.wrong("it is given twice")),
        }
    }
    let is_free = |member: &&Member| {
        let map = (member.location() == Location::Query)
            .then(|| member.shape().map())
            .flatten();
        map.is_some_and(|map| matches!(map.value(), Shape::Text))
    };
    match (rest.first(), all.iter().find(is_free)) {
        (None, _) => Ok(()),
        (Some(_), Some(member)) => {
            members.push((member.name(), Node::Map(rest)));
            Ok(())
        }
        (Some((name, _)), None) => Err(MappingError::UnknownParameter {
            name: name.chars().take(64).collect(),
            operation: operation.name(),
        }),
    }
}

fn header(
    member: &'static Member,
    given: &[(&str, &HeaderValue)],
    place: &Place<'_>,
) -> Result<Option<Node<'static>>, MappingError> {
    let inner = place.inner(member.wire_name())?;
    let is_it = |(name, _): &&(&str, &HeaderValue)| name.eq_ignore_ascii_case(member.wire_name());
    let mut values = given.iter().filter(is_it).map(|(_, value)| *value);
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(inner.wrong("it is given twice"));
    }
    let text = first
        .to_str()
        .map_err(|_| inner.wrong("it has letters outside ASCII"))?;
    let node = match member.shape() {
        Shape::List(list) => {
            let items: Result<Vec<_>, _> = text
                .split(',')
                .map(|item| plain(list.member(), item.trim_matches(' '), &inner).map(owned))
                .collect();
            Node::List(items?)
        }
        Shape::Document => Node::Text(Cow::Owned(text.to_owned())),
        shape => owned(plain(shape, text, &inner)?),
    };
    Ok(Some(node))
}

fn prefixed(
    member: &'static Member,
    headers: &HeaderMap,
    place: &Place<'_>,
) -> Result<Node<'static>, MappingError> {
    let inner = place.inner(member.wire_name())?;
    let prefix = member.wire_name().to_ascii_lowercase();
    let mut entries = Vec::new();
    for (name, value) in headers {
        let Some(rest) = name.as_str().strip_prefix(&prefix) else {
            continue;
        };
        let text = value
            .to_str()
            .map_err(|_| inner.wrong("it has letters outside ASCII"))?;
        entries.push((
            Cow::Owned(rest.to_owned()),
            Node::Text(Cow::Owned(text.to_owned())),
        ));
    }
    if has_twins(&entries) {
        return Err(inner.wrong("it is given twice"));
    }
    Ok(Node::Map(entries))
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
