//! The members that name roles: found in the model when the mapping is made, and in each request.

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

/// Shows every text of a shape, by its path. A shape within itself is gone through once.
pub(super) fn each_text(
    shape: &'static Shape,
    path: &[&'static str],
    within: &mut Vec<*const Shape>,
    show: &mut dyn FnMut(&[&'static str]),
) {
    match shape {
        Shape::Text => show(path),
        Shape::List(list) => each_text(list.member(), path, within, show),
        Shape::Map(map) => each_text(map.value(), &[path, &["*"]].concat(), within, show),
        Shape::Structure(structure) => {
            let itself: *const Shape = shape;
            if within.contains(&itself) {
                return;
            }
            within.push(itself);
            for member in structure.members() {
                let inner = [path, &[member.name()]].concat();
                each_text(member.shape(), &inner, within, show);
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
