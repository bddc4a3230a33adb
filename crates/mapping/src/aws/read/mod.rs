//! Readers: from the bytes of each protocol to one [`Node`], by the model of the input.
//!
//! Each is strict in the same way: names that the model does not know are refused at every level (a name in another
//! case is such a name), so are names that stand there twice, values of another kind than the model's, and nesting
//! without end. What is left has one meaning, whoever reads it.

pub(super) mod cbor;
pub(super) mod form;
pub(super) mod json;
mod plain;
pub(super) mod rest;
pub(super) mod signature;
pub(super) mod xml;

use std::borrow::Cow;

use lanyard_service_models::{Location, Member, Structure};

use super::input::Node;
use crate::MappingError;

/// How deep values may stand in values.
pub(super) const DEPTH_MAX: usize = 64;

/// How many values a request may hold: the tree of them takes more room than the bytes they came in.
const VALUES_MAX: usize = 1 << 19;

/// One value more.
///
/// # Errors
/// Too many.
pub(super) fn count(values: usize) -> Result<usize, MappingError> {
    if values < VALUES_MAX {
        Ok(values + 1)
    } else {
        Err(MappingError::Malformed("too many values"))
    }
}

/// Where in a request a value stands: a list on the stack, which is written out only for an error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    name: &'p str,
    /// How many stand around it.
    depth: usize,
    operation: &'static str,
}

impl<'p> Place<'p> {
    pub(super) fn top(operation: &'static str) -> Self {
        Self {
            parent: None,
            name: "",
            depth: 0,
            operation,
        }
    }

    /// A value in this one.
    ///
    /// # Errors
    /// Too deep.
    pub(super) fn inner<'q>(&'q self, name: &'q str) -> Result<Place<'q>, MappingError> {
        if self.depth >= DEPTH_MAX {
            return Err(MappingError::Malformed("values stand too deep in others"));
        }
        Ok(Place {
            parent: Some(self),
            name,
            depth: self.depth + 1,
            operation: self.operation,
        })
    }

    fn path(&self) -> String {
        let mut path = match self.parent {
            Some(parent) => parent.path(),
            None => String::new(),
        };
        if !path.is_empty() && !self.name.is_empty() {
            path.push('.');
        }
        // Fails closed for logs and answers: a name that a stranger made up is cut.
        path.extend(self.name.chars().take(64));
        path
    }

    pub(super) fn wrong(&self, reason: &'static str) -> MappingError {
        MappingError::InvalidMember {
            member: self.path(),
            reason,
        }
    }

    pub(super) fn unknown(&self, name: &str) -> MappingError {
        let mut member = self.path();
        if !member.is_empty() {
            member.push('.');
        }
        member.extend(name.chars().take(64));
        MappingError::UnknownMember {
            member,
            operation: self.operation,
        }
    }

    /// Whether it is called so.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name == name
    }

    /// Whether it is the whole request.
    pub(super) fn is_top(&self) -> bool {
        self.parent.is_none()
    }
}

/// Which members a structure has in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Members {
    /// All: the protocol has no other places.
    All,
    /// Those that have no other place.
    OfBody,
}

impl Members {
    /// The member of this name on the wire.
    pub(super) fn find(
        self,
        structure: &'static Structure,
        name: &str,
        is_top: bool,
    ) -> Option<&'static Member> {
        let is_there = |member: &&Member| {
            member.wire_name() == name
                && (self == Self::All || !is_top || member.location() == Location::Body)
        };
        structure.members().iter().find(is_there)
    }
}

/// The members of a structure as they are read.
#[derive(Debug, Default)]
pub(super) struct Gathered<'a> {
    members: Vec<(Cow<'a, str>, Node<'a>)>,
    /// Those that were null: they may not stand there again either.
    absent: Vec<&'static str>,
}

impl<'a> Gathered<'a> {
    pub(super) fn with_capacity(members: usize) -> Self {
        Self {
            members: Vec::with_capacity(members),
            absent: Vec::new(),
        }
    }

    /// Whether the member was read before. A structure has no more members than its model, so this stays short.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| known == name) || self.absent.contains(&name)
    }

    pub(super) fn push(&mut self, name: &'static str, node: Node<'a>) {
        if matches!(node, Node::Null) {
            self.absent.push(name);
        } else {
            self.members.push((Cow::Borrowed(name), node));
        }
    }

    pub(super) fn into_node(self) -> Node<'a> {
        Node::Map(self.members)
    }
}

/// Whether two entries of a map have one name.
pub(super) fn has_twins(entries: &[(Cow<'_, str>, Node<'_>)]) -> bool {
    if entries.len() <= 8 {
        let twin = |(index, (name, _)): (usize, &(Cow<'_, str>, _))| {
            entries.iter().skip(index + 1).any(|(other, _)| other == name)
        };
        return entries.iter().enumerate().any(twin);
    }
    let mut names: Vec<&str> = entries.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    names
        .windows(2)
        .any(|pair| matches!(pair, [one, next] if one == next))
}
