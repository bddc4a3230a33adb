//! The parameters of a query: which members they are, and how they are written upstream.

use std::borrow::Cow;

use lanyard_service_models::{Location, Member, OperationModel, Shape};

use super::{PARTS_MAX, owned};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::read::Place;
use crate::aws::read::plain::plain;
use crate::aws::read::signature::is_of_signature;
use crate::percent::{Part, decode, encode_value};

pub(super) type Parameters<'q> = Vec<(Cow<'q, str>, Cow<'q, str>)>;

pub(super) fn parameters(query: Option<&str>) -> Result<Parameters<'_>, MappingError> {
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

pub(super) fn parameters_of(
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
