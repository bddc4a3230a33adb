//! From a stretch of the text to its lines and columns, and to its path in the tree.
//!
//! The path is found from the position alone, by descending from the root into whatever contains it. So
//! checks need not carry paths.

use std::ops::Range;

use lanyard_policy::Lines;

use crate::sink::cut;
use crate::tree::{Node, Value};
use crate::{Location, PathElement, Position, Span};

/// A place that a check names.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    start: u32,
    end: u32,
    /// Part of a string: bytes of its content.
    part: Option<Range<usize>>,
}

impl Place {
    /// A whole value or name.
    pub(crate) fn of(node: &Node<'_>) -> Self {
        Self {
            start: node.start,
            end: node.end,
            part: None,
        }
    }

    /// A part of a string, in bytes of its content.
    pub(crate) fn part(node: &Node<'_>, part: Range<usize>) -> Self {
        Self {
            part: Some(part),
            ..Self::of(node)
        }
    }

    /// A stretch of the text that need not be a value.
    pub(crate) fn stretch(start: u32, end: u32) -> Self {
        Self {
            start,
            end,
            part: None,
        }
    }
}

pub(crate) struct Locator<'t> {
    text: &'t str,
    root: Option<&'t Node<'t>>,
    /// All positions that are asked for, in ascending order.
    positions: Vec<Position>,
}

impl<'t> Locator<'t> {
    pub(crate) fn new<'p>(
        text: &'t str,
        root: Option<&'t Node<'t>>,
        places: impl Iterator<Item = &'p Place>,
    ) -> Self {
        let mut offsets: Vec<u32> = places
            .map(|place| stretch(text, place))
            .flat_map(|stretch| [stretch.start, stretch.end])
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        let mut lines = Lines::new(text);
        let position = |offset| {
            let span = lines.span(offset, offset);
            Position {
                line: span.line,
                column: span.column,
                offset,
            }
        };
        Self {
            text,
            root,
            positions: offsets.into_iter().map(position).collect(),
        }
    }

    pub(crate) fn location(&self, place: &Place) -> Location {
        let stretch = stretch(self.text, place);
        let span = Span {
            start: self.position(stretch.start),
            end: self.position(stretch.end),
        };
        let mut path = Vec::new();
        if let Some(root) = self.root {
            descend(root, place, &mut path);
        }
        Location { path, span }
    }

    fn position(&self, offset: u32) -> Position {
        let found = self
            .positions
            .binary_search_by_key(&offset, |position| position.offset);
        let position = found.ok().and_then(|index| self.positions.get(index).copied());
        position.unwrap_or(Position {
            line: 1,
            column: offset,
            offset,
        })
    }
}

/// The bytes of the text that a place covers.
fn stretch(text: &str, place: &Place) -> Range<u32> {
    let Some(part) = &place.part else {
        return place.start..place.end;
    };
    let source = text
        .get(place.start as usize..place.end as usize)
        .unwrap_or_default();
    let at = |content| {
        place
            .start
            .saturating_add(u32::try_from(source_offset(source, content)).unwrap_or(u32::MAX))
    };
    at(part.start)..at(part.end)
}

/// Where in a string's source (quotes included) a byte of its content stands.
fn source_offset(source: &str, content: usize) -> usize {
    let mut at = 1;
    let mut passed = 0;
    while passed < content {
        let rest = source.get(at..).unwrap_or_default();
        let mut characters = rest.chars();
        let (taken, meant) = match (characters.next(), characters.next()) {
            (Some('\\'), Some('u')) => unicode_escape(rest),
            (Some('\\'), Some(_)) => (2, 1),
            (Some(character), _) => (character.len_utf8(), character.len_utf8()),
            (None, _) => break,
        };
        at += taken;
        passed += meant;
    }
    at
}

/// The length of an escape in the source and of what it means, for an escape that was read before.
fn unicode_escape(rest: &str) -> (usize, usize) {
    let digits = rest.get(2..6).unwrap_or_default();
    match u32::from_str_radix(digits, 16).ok().map(char::from_u32) {
        Some(Some(character)) => (6, character.len_utf8()),
        // Half a pair: with its other half it means a character of four bytes.
        _ => (12, 4),
    }
}

fn descend(root: &Node<'_>, place: &Place, path: &mut Vec<PathElement>) {
    let contains = |node: &Node<'_>| node.start <= place.start && place.end <= node.end;
    let mut node = root;
    loop {
        match &node.value {
            Value::Object(members) => {
                let behind = members.partition_point(|member| member.value.end < place.end);
                let Some(member) = members.get(behind) else { return };
                if contains(&member.name) {
                    path.push(PathElement::Key(cut(member.name()).into_owned()));
                    node = &member.name;
                } else if contains(&member.value) {
                    path.push(PathElement::Value(cut(member.name()).into_owned()));
                    node = &member.value;
                } else {
                    return;
                }
            }
            Value::Array(elements) => {
                let index = elements.partition_point(|element| element.end < place.end);
                match elements.get(index) {
                    Some(element) if contains(element) => {
                        path.push(PathElement::Index(index));
                        node = element;
                    }
                    _ => return,
                }
            }
            Value::String(text) => {
                if let Some(part) = &place.part {
                    let characters =
                        |range: Range<usize>| text.get(range).map_or(0, |text| text.chars().count());
                    path.push(PathElement::Substring {
                        start: characters(0..part.start),
                        length: characters(part.clone()),
                    });
                }
                return;
            }
            Value::Scalar(_) | Value::Null => return,
        }
    }
}
