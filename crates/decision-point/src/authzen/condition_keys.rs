//! Which condition keys a question has: its context, and the properties of its subject, action and resource under the
//! name of the application's service.

use std::borrow::Cow;

use super::entity::{Action, Entity, Optional};
use super::properties::Properties;
use super::request::Tuple;
use crate::keys::{Gathering, Keys, Value};
use crate::refusal::Refusal;

/// The property of a subject that is the key `aws:SourceIp`.
///
/// Evidence: the specification has it as a common property, an address of the subject.
const IP_ADDRESS: &str = "ip_address";
const SOURCE_IP: &str = "aws:SourceIp";

/// What has properties.
const ENTITIES: [&str; 3] = ["subject", "action", "resource"];

/// The condition keys of a question, under the name of the service.
pub(crate) fn keys(service: &str, tuple: &Tuple) -> Result<Keys<'static>, Refusal> {
    let mut gathering = Gathering::default();
    let mut push = |name: String, value: &Value<'static>| {
        let pushed = gathering.push(Cow::Owned(name), value.clone());
        pushed.map_err(|problem| Refusal::validation(format!("The request has {problem}.")))
    };
    let service = service.to_ascii_lowercase();
    let context = members(&tuple.context);
    for (name, value) in context {
        // With a colon it is the name of a condition key, but for one in the name of a tag or of something within.
        let is_key = name.split('/').next().is_some_and(|start| start.contains(':'));
        // Fails closed: whoever may say something of the circumstances sets no property of the resource by it.
        if is_of_property(&service, name) {
            return Err(Refusal::validation(format!(
                "The context has {}, which is a property of the subject, the action or the resource.",
                name.escape_debug()
            )));
        }
        let name = if is_key {
            name.to_string()
        } else {
            format!("{service}:context/{name}")
        };
        push(name, value)?;
    }
    let has_address = context
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(SOURCE_IP));
    let entity = |entity: &Optional<Entity>| entity.0.as_ref().map(|entity| entity.properties.clone());
    let action = |action: &Optional<Action>| action.0.as_ref().map(|action| action.properties.clone());
    let [subject, of_action, resource] = ENTITIES;
    for (of, properties) in [
        (subject, entity(&tuple.subject)),
        (of_action, action(&tuple.action)),
        (resource, entity(&tuple.resource)),
    ] {
        for (name, value) in members(&properties.unwrap_or_default()) {
            if of == subject && name == IP_ADDRESS && !has_address {
                push(SOURCE_IP.to_owned(), value)?;
            }
            push(format!("{service}:{of}/{name}"), value)?;
        }
    }
    Ok(gathering.keys)
}

/// Whether the name of a condition key is that of a property.
fn is_of_property(service: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let rest = name.strip_prefix(service).and_then(|rest| rest.strip_prefix(':'));
    rest.and_then(|rest| rest.split('/').next())
        .is_some_and(|of| ENTITIES.contains(&of))
}

fn members(properties: &Optional<Properties>) -> &[(Cow<'static, str>, Value<'static>)] {
    properties.0.as_ref().map_or(&[], |properties| &properties.0.0)
}
