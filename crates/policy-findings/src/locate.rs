//! From a stretch of the text to its lines and columns, and to its path in the tree.
//!
//! The path is found from the position alone, by descending from the root into whatever contains it. So
//! checks need not carry paths.

use std::collections::BTreeMap;
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
    root: Option<&'t Node<'t>>,
    /// Where the bytes of strings' contents that are asked for stand.
    parts: PartOffsets,
    /// All positions that are asked for, in ascending order.
    positions: Vec<Position>,
}

/// Offsets in the text by the start of a string and an offset in its content.
type PartOffsets = BTreeMap<(u32, usize), u32>;

impl<'t> Locator<'t> {
    pub(crate) fn new<'p>(
        text: &'t str,
        root: Option<&'t Node<'t>>,
        places: impl Iterator<Item = &'p Place> + Clone,
    ) -> Self {
        let parts = part_offsets(text, places.clone());
        let mut offsets: Vec<u32> = places
            .map(|place| stretch(&parts, place))
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
            root,
            parts,
            positions: offsets.into_iter().map(position).collect(),
        }
    }

    pub(crate) fn location(&self, place: &Place) -> Location {
        let stretch = stretch(&self.parts, place);
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

/// Looks up all parts of strings. Each string is walked over once, however many of its parts are asked for.
fn part_offsets<'p>(text: &str, places: impl Iterator<Item = &'p Place>) -> PartOffsets {
    let mut wanted: BTreeMap<(u32, usize), u32> = BTreeMap::new();
    for place in places {
        if let Some(part) = &place.part {
            wanted.insert((place.start, part.start), place.end);
            wanted.insert((place.start, part.end), place.end);
        }
    }
    let mut offsets = PartOffsets::new();
    let mut walked: Option<(u32, StringWalk<'_>)> = None;
    for ((start, content), end) in wanted {
        let mut walk = match walked.take() {
            Some((same, walk)) if same == start => walk,
            _ => StringWalk::new(text.get(start as usize..end as usize).unwrap_or_default()),
        };
        let offset = u32::try_from(walk.source_offset(content)).unwrap_or(u32::MAX);
        offsets.insert((start, content), start.saturating_add(offset));
        walked = Some((start, walk));
    }
    offsets
}

/// The bytes of the text that a place covers.
fn stretch(parts: &PartOffsets, place: &Place) -> Range<u32> {
    let Some(part) = &place.part else {
        return place.start..place.end;
    };
    let at = |content| parts.get(&(place.start, content)).copied().unwrap_or(place.start);
    at(part.start)..at(part.end)
}

/// A walk over a string, in its source (quotes included) and its content at once.
struct StringWalk<'t> {
    source: &'t str,
    /// Offset in the source.
    at: usize,
    /// Offset in the content.
    passed: usize,
}

impl<'t> StringWalk<'t> {
    fn new(source: &'t str) -> Self {
        Self {
            source,
            at: 1,
            passed: 0,
        }
    }

    /// Where in the source a byte of the content stands; never one before that of the last call.
    fn source_offset(&mut self, content: usize) -> usize {
        while self.passed < content {
            let rest = self.source.get(self.at..).unwrap_or_default();
            let mut characters = rest.chars();
            let (taken, meant) = match (characters.next(), characters.next()) {
                (Some('\\'), Some('u')) => unicode_escape(rest),
                (Some('\\'), Some(_)) => (2, 1),
                (Some(character), _) => (character.len_utf8(), character.len_utf8()),
                (None, _) => break,
            };
            self.at += taken;
            self.passed += meant;
        }
        self.at
    }
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
