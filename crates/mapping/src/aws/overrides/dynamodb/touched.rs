//! Which attributes a request touches: `dynamodb:Attributes`.
//!
//! Evidence: recorded decisions of AWS. The key's attributes count, so a condition that does not list them refuses
//! even a read that is projected to others; conditions count, whatever is returned; what comes back because nothing
//! was projected does not count.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::expression::{self, Kind, Unreadable};
use crate::MappingError;
use crate::aws::input::Node;

/// The top-level attributes of one item's request, each once.
#[derive(Debug, Default)]
pub(super) struct Touched<'a> {
    names: BTreeSet<Cow<'a, str>>,
}

const EXPRESSIONS: [(&str, Kind); 4] = [
    ("ProjectionExpression", Kind::Projection),
    ("FilterExpression", Kind::Condition),
    ("ConditionExpression", Kind::Condition),
    ("UpdateExpression", Kind::Update),
];
/// Members that are maps by the names of attributes.
const MAPS: [&str; 7] = [
    "Key",
    "Item",
    "Expected",
    "AttributeUpdates",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
];

impl<'a> Touched<'a> {
    /// What one structure with the members of a request touches: a whole request, or an item of a transaction.
    pub(super) fn by(node: &'a Node<'_>) -> Result<Self, MappingError> {
        let mut touched = Self::default();
        for (member, kind) in EXPRESSIONS {
            let Some(text) = text(node, member)? else { continue };
            let names = expression::attributes(text, kind).map_err(|error| unreadable(member, error))?;
            for name in names {
                touched.names.insert(Cow::Borrowed(attribute(node, name)?));
            }
        }
        if let Some(text) = text(node, "KeyConditionExpression")? {
            let member = "KeyConditionExpression";
            for condition in expression::key_conditions(text).map_err(|error| unreadable(member, error))? {
                touched
                    .names
                    .insert(Cow::Borrowed(attribute(node, condition.attribute)?));
            }
        }
        for member in MAPS {
            if let Some(map) = node.member(member) {
                touched.add_names_of(map);
            }
        }
        if let Some(list) = node.member("AttributesToGet") {
            for item in list.items() {
                let name = item
                    .as_text()
                    .ok_or_else(|| invalid("AttributesToGet", "it is no text"))?;
                touched.names.insert(Cow::Borrowed(name));
            }
        }
        Ok(touched)
    }

    /// The attributes of a key or an item.
    pub(super) fn add_names_of(&mut self, map: &'a Node<'_>) {
        for (name, _) in map.members() {
            self.names.insert(Cow::Borrowed(name));
        }
    }

    pub(super) fn add(&mut self, name: Cow<'a, str>) {
        self.names.insert(name);
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| name.as_ref())
    }
}

/// The attribute that is meant by a name in an expression, which may be a placeholder.
pub(super) fn attribute<'a>(node: &'a Node<'_>, name: &'a str) -> Result<&'a str, MappingError> {
    if !name.starts_with('#') {
        return Ok(name);
    }
    node.member("ExpressionAttributeNames")
        .and_then(|names| names.member(name))
        .and_then(Node::as_text)
        .ok_or_else(|| {
            invalid(
                "ExpressionAttributeNames",
                "it lacks a name that an expression uses",
            )
        })
}

pub(super) fn text<'a>(node: &'a Node<'_>, member: &str) -> Result<Option<&'a str>, MappingError> {
    match node.member(member) {
        None | Some(Node::Null) => Ok(None),
        Some(Node::Text(text)) => Ok(Some(text)),
        Some(_) => Err(invalid(member, "it is no text")),
    }
}

pub(super) fn unreadable(member: &str, Unreadable(reason): Unreadable) -> MappingError {
    invalid(member, reason)
}

pub(super) fn invalid(member: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    }
}
