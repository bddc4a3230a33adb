//! The parameters of a query: which members they are, and how they are written upstream.

use std::borrow::Cow;

use lanyard_service_models::{Location, Member, OperationModel, Shape};

use super::{Members, PARTS_MAX};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::read::Place;
use crate::aws::read::plain::plain;
use crate::aws::read::signature::is_of_signature;
use crate::percent::{Part, decode, encode_value};

/// Reads the query into members, and writes it behind the path that goes upstream.
///
/// # Errors
/// A parameter that is not known, is given twice or has a value that it cannot have.
pub(super) fn read<'q>(
    operation: &'static OperationModel,
    query: Option<&'q str>,
    place: &Place<'_>,
    members: &mut Members<'q>,
    target: &mut String,
) -> Result<(), MappingError> {
    let Some(query) = query.filter(|query| !query.is_empty()) else {
        return Ok(());
    };
    let all = operation.input().map_or(&[][..], |input| input.members());
    let parameters = parameters(query)?;
    let mut others = Vec::new();
    for (number, (name, value)) in parameters.iter().enumerate() {
        let is_first = parameters.iter().take(number).all(|(known, _)| known != name);
        let inner = place.inner(name)?;
        write(target, if number == 0 { '?' } else { '&' }, name, value);
        if let Some((_, expected)) = operation.uri().query().iter().find(|(known, _)| known == name) {
            if !is_first || expected.unwrap_or_default() != value {
                return Err(inner.wrong("it is given twice, or is another than the operation names"));
            }
            continue;
        }
        match (member_of(all, name), is_first) {
            (Some(member), _) if member.shape().list().is_some() => {
                add(members, member, value.clone(), &inner)?;
            }
            (Some(member), true) => {
                members.push((member.name(), plain(member.shape(), value.clone(), &inner)?));
            }
            (None, true) => others.push((name.clone(), Node::Text(value.clone()))),
            (_, false) => return Err(inner.wrong("it is given twice")),
        }
    }
    let Some((name, _)) = others.first() else {
        return Ok(());
    };
    match all.iter().find(is_free) {
        Some(member) => {
            members.push((member.name(), Node::Map(others)));
            Ok(())
        }
        None => Err(MappingError::UnknownParameter {
            name: name.chars().take(64).collect(),
            operation: operation.name(),
        }),
    }
}

type Parameters<'q> = Vec<(Cow<'q, str>, Cow<'q, str>)>;

/// Names and values, without those of a signature.
fn parameters(query: &str) -> Result<Parameters<'_>, MappingError> {
    let mut found = Vec::new();
    for pair in query.split('&') {
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

/// The member that a parameter of this name is.
fn member_of(all: &'static [Member], name: &str) -> Option<&'static Member> {
    all.iter().find(|member| {
        member.location() == Location::Query && member.wire_name() == name && member.shape().map().is_none()
    })
}

/// Whether a member is all the parameters that are no other member's.
fn is_free(member: &&Member) -> bool {
    let map = (member.location() == Location::Query)
        .then(|| member.shape().map())
        .flatten();
    map.is_some_and(|map| matches!(map.value(), Shape::Text))
}

/// Adds one value more to the list that a member is.
fn add<'q>(
    members: &mut Members<'q>,
    member: &'static Member,
    value: Cow<'q, str>,
    place: &Place<'_>,
) -> Result<(), MappingError> {
    let shape = member.shape().list().map_or(&Shape::Text, |list| list.member());
    let item = plain(shape, value, place)?;
    match members.iter_mut().find(|(known, _)| *known == member.name()) {
        Some((_, Node::List(items))) => items.push(item),
        _ => members.push((member.name(), Node::List(vec![item]))),
    }
    Ok(())
}

fn write(target: &mut String, separator: char, name: &str, value: &str) {
    target.push(separator);
    encode_value(target, name);
    target.push('=');
    encode_value(target, value);
}
