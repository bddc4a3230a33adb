//! Tags, of whatever can have them.

use lanyard_aws_api::iam as api;
use lanyard_directory::{Tag, Taggable, Tags};
use lanyard_names::{TagKey, TagValue};

use crate::change::Change;
use crate::error::Refusal;
use crate::iam::shapes;
use crate::page::{Page, Paged};

/// The tags that a request gives.
pub(crate) fn given(tags: Option<&[api::Tag]>) -> Result<Vec<Tag>, Refusal> {
    let tags = tags.unwrap_or_default().iter().zip(1..);
    tags.map(|(tag, number)| read(tag, number)).collect()
}

fn read(tag: &api::Tag, number: usize) -> Result<Tag, Refusal> {
    // Evidence for the code: a recorded answer to a key of white space. Its text is not known.
    if tag.key.trim().is_empty() {
        return Err(Refusal::validation(format!(
            "1 validation error detected: Value at 'tags.{number}.member.key' failed to satisfy constraint: Member must \
             have length greater than or equal to 1"
        )));
    }
    match (TagKey::parse(&tag.key), TagValue::parse(&tag.value)) {
        (Ok(key), Ok(value)) => Ok(Tag { key, value }),
        // The model has the same limits and patterns, so this is never reached by a decoded request.
        (Err(_), _) | (_, Err(_)) => Err(Refusal::validation("The specified tag is invalid.")),
    }
}

/// Adds tags, replacing those of the same keys. Evidence for refusing none: recorded answers, for users and server
/// certificates.
pub(crate) fn put(what: Taggable<'_>, tags: &[api::Tag], change: &mut Change<'_>) -> Result<(), Refusal> {
    if tags.is_empty() {
        return Err(Refusal::no_tags());
    }
    Ok(change.edit.tag(what, given(Some(tags))?)?)
}

/// Takes tags away; keys that are not there are ignored.
pub(crate) fn remove(what: Taggable<'_>, keys: &[String], change: &mut Change<'_>) -> Result<(), Refusal> {
    Ok(change.edit.untag(what, keys)?)
}

/// A page of tags.
pub(crate) fn list(
    tags: &Tags,
    marker: Option<&str>,
    items_max: Option<i32>,
) -> Result<Paged<api::Tag>, Refusal> {
    let page = Page::asked(marker, items_max)?;
    Ok(page.cut_sorted(shapes::listed_tags(tags), |tag| tag.key.clone()))
}
