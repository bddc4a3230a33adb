//! The members that stand in headers.

use std::borrow::Cow;

use http::{HeaderName, HeaderValue};
use lanyard_service_models::{Member, Shape};

use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::read::plain::plain;
use crate::aws::read::{Place, has_twins};

/// Headers that go on, of which none is there twice.
type Given<'g, 'h> = &'g [(&'h HeaderName, &'h HeaderValue)];

pub(super) fn header<'h>(
    member: &'static Member,
    given: Given<'_, 'h>,
    place: &Place<'_>,
) -> Result<Option<Node<'h>>, MappingError> {
    let is_it = |(name, _): &&(&'h HeaderName, &'h HeaderValue)| {
        name.as_str().eq_ignore_ascii_case(member.wire_name())
    };
    let Some((_, value)) = given.iter().find(is_it) else {
        return Ok(None);
    };
    let inner = place.inner(member.wire_name())?;
    let text = value
        .to_str()
        .map_err(|_| inner.wrong("it has letters outside ASCII"))?;
    let node = match member.shape() {
        Shape::List(list) => {
            let items: Result<Vec<_>, _> = text
                .split(',')
                .map(|item| plain(list.member(), Cow::Borrowed(item.trim_matches(' ')), &inner))
                .collect();
            Node::List(items?)
        }
        Shape::Document => Node::Text(Cow::Borrowed(text)),
        shape => plain(shape, Cow::Borrowed(text), &inner)?,
    };
    Ok(Some(node))
}

pub(super) fn prefixed<'h>(
    member: &'static Member,
    given: Given<'_, 'h>,
    place: &Place<'_>,
) -> Result<Node<'h>, MappingError> {
    let inner = place.inner(member.wire_name())?;
    let prefix = member.wire_name().to_ascii_lowercase();
    let mut entries = Vec::new();
    for (name, value) in given {
        let Some(rest) = name.as_str().strip_prefix(&prefix) else {
            continue;
        };
        let text = value
            .to_str()
            .map_err(|_| inner.wrong("it has letters outside ASCII"))?;
        entries.push((Cow::Borrowed(rest), Node::Text(Cow::Borrowed(text))));
    }
    if has_twins(&entries) {
        return Err(inner.wrong("it is given twice"));
    }
    Ok(Node::Map(entries))
}
