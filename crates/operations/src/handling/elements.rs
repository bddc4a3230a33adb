//! Inputs and outputs of the API as the trail shows them.
//!
//! What the model calls sensitive is hidden here; what else may not be shown is hidden by the trail's own list of
//! names. Both have to agree for a value to appear.

use lanyard_audit::{HIDDEN, Parameters};
use lanyard_aws_api::Structure;
use lanyard_aws_api::shape::{Kind, Shape};
use lanyard_aws_api::value::View;
use serde_json::{Map, Value};

/// The members of a structure as parameters of a record.
pub(super) fn parameters(structure: &dyn Structure) -> Parameters {
    let mut parameters = Parameters::new();
    for (index, member) in structure.shape().members.iter().enumerate() {
        if let Some(value) = value(member.shape, structure.member(index)) {
            parameters.insert(member.name, value);
        }
    }
    parameters
}

fn value(shape: &Shape, view: View<'_>) -> Option<Value> {
    if matches!(view, View::Absent) {
        return None;
    }
    if shape.sensitive {
        return Some(Value::from(HIDDEN));
    }
    Some(match view {
        View::Absent | View::Entry(..) => return None,
        View::Text(text) => Value::from(text),
        View::Integer(integer) => Value::from(integer),
        View::Boolean(boolean) => Value::from(boolean),
        // Evidence: CloudTrail's published samples have dates in this form.
        View::Timestamp(time) => Value::from(time.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string()),
        // Blobs of these services are certificates, keys and reports: not worth repeating.
        View::Blob(_) => Value::from(HIDDEN),
        View::Structure(structure) => Value::Object(members(structure)),
        View::List(list) => match &shape.kind {
            Kind::List { member, .. } => Value::Array(
                (0..list.count())
                    .filter_map(|index| value(member, list.at(index)))
                    .collect(),
            ),
            Kind::Map { key, value: item, .. } => {
                let entries = (0..list.count()).filter_map(|index| match list.at(index) {
                    View::Entry(name, entry) => {
                        let Some(Value::String(name)) = value(key, name.look()) else {
                            return None;
                        };
                        Some((name, value(item, entry.look())?))
                    }
                    _ => None,
                });
                Value::Object(entries.collect())
            }
            _ => return None,
        },
    })
}

fn members(structure: &dyn Structure) -> Map<String, Value> {
    let members = structure.shape().members.iter().enumerate();
    members
        .filter_map(|(index, member)| {
            Some((
                member.name.to_owned(),
                value(member.shape, structure.member(index))?,
            ))
        })
        .collect()
}
