//! Inputs and outputs of the API as the trail shows them.
//!
//! What the model calls sensitive is hidden here; what else may not be shown is hidden by the trail's own list of
//! names. Both have to agree for a value to appear.

use std::borrow::Cow;

use lanyard_audit::{HIDDEN, Parameters, Shown};
use lanyard_aws_api::Structure;
use lanyard_aws_api::shape::{Kind, Shape};
use lanyard_aws_api::value::View;

/// The members of a structure as parameters of a record.
pub(super) fn parameters(structure: &dyn Structure) -> Parameters {
    Parameters::of(members(structure))
}

fn members(structure: &dyn Structure) -> Vec<(&str, Shown<'_>)> {
    let members = structure.shape().members.iter().enumerate();
    members
        .filter_map(|(index, member)| Some((member.name, shown(member.shape, structure.member(index))?)))
        .collect()
}

fn shown<'a>(shape: &Shape, view: View<'a>) -> Option<Shown<'a>> {
    if matches!(view, View::Absent) {
        return None;
    }
    if shape.sensitive {
        return Some(Shown::Hidden);
    }
    Some(match view {
        View::Absent | View::Entry(..) => return None,
        View::Text(text) => Shown::Text(Cow::Borrowed(text)),
        View::Integer(integer) => Shown::Integer(integer),
        View::Boolean(boolean) => Shown::Boolean(boolean),
        // Evidence: CloudTrail's published samples have dates in this form.
        View::Timestamp(time) => {
            Shown::Text(Cow::Owned(time.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string()))
        }
        // Blobs of these services are certificates, keys and reports: not worth repeating.
        View::Blob(_) => Shown::Hidden,
        View::Structure(structure) => Shown::Structure(members(structure)),
        View::List(list) => match &shape.kind {
            Kind::List { member, .. } => Shown::List(
                (0..list.count())
                    .filter_map(|index| shown(member, list.at(index)))
                    .collect(),
            ),
            Kind::Map { key, value, .. } => {
                let entries = (0..list.count()).filter_map(|index| match list.at(index) {
                    View::Entry(name, entry) => {
                        Some((name_of(key, name.look())?, shown(value, entry.look())?))
                    }
                    _ => None,
                });
                Shown::Structure(entries.collect())
            }
            _ => return None,
        },
    })
}

/// The key of an entry, which is text or not shown.
fn name_of<'a>(shape: &Shape, view: View<'a>) -> Option<&'a str> {
    match view {
        View::Text(_) if shape.sensitive => Some(HIDDEN),
        View::Text(name) => Some(name),
        _ => None,
    }
}
