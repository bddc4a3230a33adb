//! The members that name roles: found in the model when the mapping is made, and in each request.

use std::collections::BTreeSet;

use lanyard_service_models::Shape;

use super::invalid;
use super::tables::{self, Kind};
use crate::MappingError;
use crate::aws::input::Node;

const DEPTH_MAX: usize = 64;

#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
}

/// Notes the members of a shape that name roles. A shape within itself is gone through once.
pub(super) fn collect(
    place: Place,
    shape: &'static Shape,
    path: &[&'static str],
    within: &mut Vec<*const Shape>,
    found: &mut BTreeSet<String>,
) {
    match shape {
        Shape::Text if tables::kind(place.service, place.operation, path).is_some() => {
            found.insert(path.join("."));
        }
        Shape::List(list) => collect(place, list.member(), path, within, found),
        Shape::Map(map) => collect(place, map.value(), &[path, &["*"]].concat(), within, found),
        Shape::Structure(structure) => {
            let itself: *const Shape = shape;
            if within.contains(&itself) {
                return;
            }
            within.push(itself);
            for member in structure.members() {
                collect(
                    place,
                    member.shape(),
                    &[path, &[member.name()]].concat(),
                    within,
                    found,
                );
            }
            within.pop();
        }
        _ => {}
    }
}

type Found<'a> = Vec<(Vec<&'static str>, Kind, &'a str)>;

/// Finds the texts of a request that name roles, however deep.
pub(super) fn find<'a>(
    place: Place,
    shape: &'static Shape,
    node: &'a Node<'_>,
    path: &[&'static str],
    found: &mut Found<'a>,
) -> Result<(), MappingError> {
    if path.len() > DEPTH_MAX {
        return Err(invalid(path, "it is nested too deeply"));
    }
    match (shape, node) {
        (Shape::Text, Node::Text(text)) => {
            // An empty text takes a role away.
            if let (Some(kind), false) = (
                tables::kind(place.service, place.operation, path),
                text.is_empty(),
            ) {
                found.push((path.to_vec(), kind, text));
            }
        }
        (Shape::List(list), Node::List(items)) => {
            for item in items {
                find(place, list.member(), item, path, found)?;
            }
        }
        (Shape::Map(map), Node::Map(entries)) => {
            for (_, value) in entries {
                find(place, map.value(), value, &[path, &["*"]].concat(), found)?;
            }
        }
        (Shape::Structure(structure), Node::Map(_)) => {
            for member in structure.members() {
                if let Some(value) = node.member(member.name()) {
                    find(
                        place,
                        member.shape(),
                        value,
                        &[path, &[member.name()]].concat(),
                        found,
                    )?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}
