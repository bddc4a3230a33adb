//! XML of services whose operations are found by method and path.

use std::borrow::Cow;

use lanyard_service_models::{Location, Shape, Structure};

use super::plain::plain;
use super::{Gathered, Place, has_twins};
use crate::MappingError;
use crate::aws::input::Node;
use crate::xml::Element;

/// What a document says, by the model.
///
/// # Errors
/// What does not fit the model.
pub(crate) fn structure<'e>(
    element: &'e Element,
    structure: &'static Structure,
    place: &Place<'_>,
) -> Result<Node<'e>, MappingError> {
    if !element.text.is_empty() {
        return Err(place.wrong("text where there should be elements"));
    }
    let mut gathered = Gathered::with_capacity(element.children.len().min(16));
    let mut children = element.children.as_slice();
    while let Some(first) = children.first() {
        let is_member = |member: &&lanyard_service_models::Member| {
            member.wire_name() == first.name
                && !member.is_attribute()
                && (member.location() == Location::Body || !place.is_top())
        };
        let Some(member) = structure.members().iter().find(is_member) else {
            return Err(place.unknown(&first.name));
        };
        let inner = place.inner(&first.name)?;
        if gathered.has(member.name()) {
            return Err(inner.wrong("it is given twice"));
        }
        // The values of a flattened list stand side by side; fails closed where something stands between them.
        let count = match (member.is_flattened(), member.shape()) {
            (true, Shape::List(_) | Shape::Map(_)) => children
                .iter()
                .take_while(|child| child.name == first.name)
                .count(),
            _ => 1,
        };
        let (own, rest) = children.split_at_checked(count).unwrap_or_default();
        children = rest;
        let node = match (member.is_flattened(), member.shape()) {
            (true, Shape::List(list)) => items(own, list.member(), &inner)?,
            (true, Shape::Map(_)) => {
                return Err(inner.wrong("maps without an element of their own are not read"));
            }
            (_, shape) => value(first, shape, &inner)?,
        };
        gathered.push(member.name(), node);
    }
    Ok(gathered.into_node())
}

/// One value of a shape.
///
/// # Errors
/// What does not fit the model.
pub(crate) fn value<'e>(
    element: &'e Element,
    shape: &'static Shape,
    place: &Place<'_>,
) -> Result<Node<'e>, MappingError> {
    match shape {
        Shape::Structure(members) => structure(element, members, place),
        Shape::List(list) => {
            if element
                .children
                .iter()
                .any(|child| child.name != list.member_name())
                || !element.text.trim_ascii().is_empty()
            {
                return Err(place.wrong("an element that is not known in this list"));
            }
            items(&element.children, list.member(), place)
        }
        Shape::Map(map) => {
            let mut entries = Vec::new();
            for entry in &element.children {
                let [key, content] = entry.children.as_slice() else {
                    return Err(place.wrong("an entry is a name and a value"));
                };
                let is_entry =
                    entry.name == "entry" && key.name == map.key_name() && content.name == map.value_name();
                if !is_entry || !key.children.is_empty() {
                    return Err(place.wrong("an entry is a name and a value"));
                }
                let node = value(content, map.value(), &place.inner(&key.text)?)?;
                entries.push((Cow::Borrowed(key.text.as_str()), node));
            }
            if has_twins(&entries) {
                return Err(place.wrong("a name stands there twice"));
            }
            Ok(Node::Map(entries))
        }
        _ if element.children.is_empty() => plain(shape, Cow::Borrowed(&element.text), place),
        _ => Err(place.wrong("elements where there should be text")),
    }
}

fn items<'e>(
    elements: &'e [Element],
    shape: &'static Shape,
    place: &Place<'_>,
) -> Result<Node<'e>, MappingError> {
    let inner = place.inner("")?;
    let items: Result<Vec<_>, _> = elements
        .iter()
        .map(|element| value(element, shape, &inner))
        .collect();
    items.map(Node::List)
}
