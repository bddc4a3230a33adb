//! What a form says, held against the model of the input.
//!
//! Names are sorted, so that a list, a map or a structure is a stretch of the parameters, and each segment of their
//! names cuts it into shorter ones.

use std::borrow::Cow;

use lanyard_service_models::{List, Map, Member, Shape, Structure};

use super::queues::queue_name;
use super::{Dialect, Parameter};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::read::plain::plain;
use crate::aws::read::{Gathered, Place, has_twins};
use crate::scan;

pub(super) struct Reader {
    pub(super) dialect: Dialect,
}

impl Reader {
    fn value<'f>(
        &self,
        shape: &'static Shape,
        is_flattened: bool,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        match shape {
            Shape::Structure(structure) => self.structure(Some(structure), stretch, at, place),
            Shape::List(list) => self.list(list, is_flattened, stretch, at, place),
            Shape::Map(map) => self.map(map, is_flattened, stretch, at, place),
            _ => {
                let text = leaf(stretch, at).ok_or_else(|| place.wrong("it is no single value"))?;
                plain(shape, Cow::Borrowed(text), place)
            }
        }
    }

    pub(super) fn structure<'f>(
        &self,
        structure: Option<&'static Structure>,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        if at > 0 && stretch.iter().any(|parameter| parameter.name.len() <= at) {
            return Err(place.wrong("it is no single value"));
        }
        let mut gathered = Gathered::with_capacity(stretch.len().min(16));
        for (segment, group, end) in Groups::new(stretch, at) {
            let Some(member) = structure.and_then(|structure| self.member(structure, segment)) else {
                return Err(place.unknown(segment));
            };
            let inner = place.inner(segment)?;
            if gathered.has(member.name()) {
                return Err(inner.wrong("it is given twice"));
            }
            let node = self.value(member.shape(), member.is_flattened(), group, end, &inner)?;
            gathered.push(member.name(), node);
        }
        Ok(gathered.into_node())
    }

    fn member(&self, structure: &'static Structure, segment: &str) -> Option<&'static Member> {
        structure.members().iter().find(|member| match self.dialect {
            Dialect::Queues => queue_name(member) == segment,
            Dialect::Query | Dialect::Ec2 => member.query_name() == segment,
        })
    }

    fn list<'f>(
        &self,
        list: &'static List,
        is_flattened: bool,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        if leaf(stretch, at) == Some("") {
            return Ok(Node::List(Vec::new()));
        }
        let mut items = Vec::new();
        for (group, end) in self.entries(list.member_name(), is_flattened, stretch, at, place)? {
            let inner = place.inner("")?;
            items.push(self.value(list.member(), false, group, end, &inner)?);
        }
        Ok(Node::List(items))
    }

    fn map<'f>(
        &self,
        map: &'static Map,
        is_flattened: bool,
        stretch: Stretch<'f, '_>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Node<'f>, MappingError> {
        if leaf(stretch, at) == Some("") {
            return Ok(Node::Map(Vec::new()));
        }
        let (key_name, value_name) = match self.dialect {
            Dialect::Queues if place.is_named("Tag") => ("Key", "Value"),
            Dialect::Queues => ("Name", "Value"),
            Dialect::Query | Dialect::Ec2 => (map.key_name(), map.value_name()),
        };
        let mut entries = Vec::new();
        for (group, end) in self.entries("entry", is_flattened, stretch, at, place)? {
            let mut key = None;
            let mut value = None;
            for (segment, group, end) in Groups::new(group, end) {
                if segment == key_name {
                    key = leaf(group, end);
                } else if segment == value_name {
                    let inner = place.inner(segment)?;
                    value = Some(self.value(map.value(), false, group, end, &inner)?);
                } else {
                    return Err(place.unknown(segment));
                }
            }
            let (Some(key), Some(value)) = (key, value) else {
                return Err(place.wrong("an entry without a name or a value"));
            };
            entries.push((Cow::Borrowed(key), value));
        }
        if has_twins(&entries) {
            return Err(place.wrong("a name stands there twice"));
        }
        Ok(Node::Map(entries))
    }

    /// The numbered values of a list or a map, which stand below one name unless it is flattened.
    fn entries<'f, 'a>(
        &self,
        name: &str,
        is_flattened: bool,
        stretch: Stretch<'f, 'a>,
        at: usize,
        place: &Place<'_>,
    ) -> Result<Vec<(Stretch<'f, 'a>, usize)>, MappingError> {
        if is_flattened || self.dialect != Dialect::Query {
            return numbered(stretch, at, place);
        }
        let (stretch, at) = below(stretch, at, name, place)?;
        numbered(stretch, at, place)
    }
}

type Stretch<'f, 'a> = &'f [Parameter<'a>];

/// The next segment of the names in a stretch, with the part of the stretch that has it and where the names go on.
struct Groups<'f, 'a> {
    rest: &'f [Parameter<'a>],
    start: usize,
}

impl<'f, 'a> Groups<'f, 'a> {
    fn new(parameters: &'f [Parameter<'a>], at: usize) -> Self {
        Self {
            rest: parameters,
            start: if at == 0 { 0 } else { at + 1 },
        }
    }
}

impl<'f, 'a> Iterator for Groups<'f, 'a> {
    type Item = (&'a str, &'f [Parameter<'a>], usize);

    fn next(&mut self) -> Option<Self::Item> {
        let name: &'a str = self.rest.first()?.name;
        let (segment, _) = scan::cut(name.get(self.start..).unwrap_or_default(), b'.');
        let has_segment = |parameter: &&Parameter<'a>| {
            let rest = parameter.name.get(self.start..).unwrap_or_default();
            let behind = rest.strip_prefix(segment);
            behind.is_some_and(|behind| behind.is_empty() || behind.starts_with('.'))
        };
        let others = self.rest.iter().skip(1).take_while(has_segment);
        let (group, rest) = self.rest.split_at_checked(1 + others.count())?;
        self.rest = rest;
        Some((segment, group, self.start + segment.len()))
    }
}

/// The one value that has exactly this name.
fn leaf<'f>(stretch: Stretch<'f, '_>, at: usize) -> Option<&'f str> {
    match stretch {
        [one] if one.name.len() == at => Some(&one.value),
        _ => None,
    }
}

/// What stands below the one name that may stand there.
fn below<'f, 'a>(
    stretch: Stretch<'f, 'a>,
    at: usize,
    name: &str,
    place: &Place<'_>,
) -> Result<(Stretch<'f, 'a>, usize), MappingError> {
    let mut groups = Groups::new(stretch, at);
    match (groups.next(), groups.next()) {
        (Some((segment, group, end)), None) if segment == name => Ok((group, end)),
        (Some((segment, ..)), _) => Err(place.unknown(segment)),
        (None, _) => Err(place.wrong("it has no values")),
    }
}

/// The numbered values, in order.
///
/// Fails closed: numbers begin with one and leave none out. Some readers stop where one is missing, others do not.
fn numbered<'f, 'a>(
    stretch: Stretch<'f, 'a>,
    at: usize,
    place: &Place<'_>,
) -> Result<Vec<(Stretch<'f, 'a>, usize)>, MappingError> {
    const WRONG: &str = "its values are not numbered one after the other";
    let mut found: Vec<(usize, Stretch<'f, 'a>, usize)> = Vec::new();
    for (segment, group, end) in Groups::new(stretch, at) {
        let is_number = segment.bytes().all(|byte| byte.is_ascii_digit()) && !segment.starts_with('0');
        let number = segment.parse().ok().filter(|_| is_number);
        found.push((number.ok_or_else(|| place.wrong(WRONG))?, group, end));
    }
    found.sort_unstable_by_key(|(number, ..)| *number);
    if found
        .iter()
        .zip(1..)
        .any(|((number, ..), expected)| *number != expected)
    {
        return Err(place.wrong(WRONG));
    }
    Ok(found.into_iter().map(|(_, group, end)| (group, end)).collect())
}
