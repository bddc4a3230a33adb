//! The members that stand in headers.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue};
use lanyard_service_models::{Member, Shape};

use super::owned;
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::read::plain::plain;
use crate::aws::read::{Place, has_twins};

pub(super) fn header(
    member: &'static Member,
    given: &[(&str, &HeaderValue)],
    place: &Place<'_>,
) -> Result<Option<Node<'static>>, MappingError> {
    let inner = place.inner(member.wire_name())?;
    let is_it = |(name, _): &&(&str, &HeaderValue)| name.eq_ignore_ascii_case(member.wire_name());
    let mut values = given.iter().filter(is_it).map(|(_, value)| *value);
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(inner.wrong("it is given twice"));
    }
    let text = first
        .to_str()
        .map_err(|_| inner.wrong("it has letters outside ASCII"))?;
    let node = match member.shape() {
        Shape::List(list) => {
            let items: Result<Vec<_>, _> = text
                .split(',')
                .map(|item| plain(list.member(), item.trim_matches(' '), &inner).map(owned))
                .collect();
            Node::List(items?)
        }
        Shape::Document => Node::Text(Cow::Owned(text.to_owned())),
        shape => owned(plain(shape, text, &inner)?),
    };
    Ok(Some(node))
}

pub(super) fn prefixed(
    member: &'static Member,
    headers: &HeaderMap,
    place: &Place<'_>,
) -> Result<Node<'static>, MappingError> {
    let inner = place.inner(member.wire_name())?;
    let prefix = member.wire_name().to_ascii_lowercase();
    let mut entries = Vec::new();
    for (name, value) in headers {
        let Some(rest) = name.as_str().strip_prefix(&prefix) else {
            continue;
        };
        let text = value
            .to_str()
            .map_err(|_| inner.wrong("it has letters outside ASCII"))?;
        entries.push((
            Cow::Owned(rest.to_owned()),
            Node::Text(Cow::Owned(text.to_owned())),
        ));
    }
    if has_twins(&entries) {
        return Err(inner.wrong("it is given twice"));
    }
    Ok(Node::Map(entries))
}
