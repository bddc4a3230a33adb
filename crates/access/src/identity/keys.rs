//! The condition keys that a principal brings along: its tags, its session and what its provider says of it.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::TagKey;
use lanyard_policy::Context;

use crate::entity::Entity;
use crate::{FederationKeys, Session, reserved};

/// Tags of the user or role, overridden by the session's; keys are compared without regard to case.
pub(super) fn insert_tags(context: &mut Context, entity: &Entity, session: Option<&Session>) {
    let of_session = session.map_or(&[][..], |session| &session.tags);
    for tag in entity.tags().into_iter().flatten() {
        let is_overridden = of_session
            .iter()
            .any(|other| TagKey::same(other.key.as_str(), tag.key.as_str()));
        if !is_overridden {
            insert_tag(context, tag.key.as_str(), tag.value.to_shared());
        }
    }
    for tag in of_session {
        insert_tag(context, tag.key.as_str(), tag.value.to_shared());
    }
}

fn insert_tag(context: &mut Context, key: &str, value: Arc<str>) {
    context.insert(Arc::<str>::from(format!("aws:PrincipalTag/{key}")), value);
}

pub(super) fn insert_session(context: &mut Context, session: &Session) {
    if let Some(on_behalf) = &session.on_behalf {
        insert_services(context, &on_behalf.services);
    }
    if !session.stands_for_long_term_key() {
        context.insert(
            "aws:TokenIssueTime",
            Arc::<str>::from(to_seconds(session.issued_at).to_string()),
        );
        context.insert("aws:MultiFactorAuthPresent", session.mfa);
    }
    if let Some(source_identity) = &session.source_identity {
        context.insert("aws:SourceIdentity", source_identity.to_shared());
    }
    if let Some(federation) = &session.federation {
        context.insert("aws:FederatedProvider", Arc::clone(&federation.provider));
        insert_keys(context, &federation.keys);
    }
}

/// Through which services somebody calls.
///
/// Evidence: the IAM guide's page on global condition keys: the services in the order in which they were called, and the
/// first and the last of them for themselves.
fn insert_services(context: &mut Context, services: &[Arc<str>]) {
    if let (Some(first), Some(last)) = (services.first(), services.last()) {
        context.insert("aws:CalledViaFirst", Arc::clone(first));
        context.insert("aws:CalledViaLast", Arc::clone(last));
    }
    context.insert_many("aws:CalledVia", services.iter().map(Arc::clone));
}

/// The keys that stand for what an identity provider says of somebody.
pub(super) fn insert_keys(context: &mut Context, keys: &FederationKeys) {
    for (name, values) in keys {
        // What we know of a caller is never for others to say, whatever a provider is called.
        if reserved::is_of_principal(name) || reserved::is_of_request(name) {
            continue;
        }
        match values.as_slice() {
            [value] => context.insert(Arc::clone(name), Arc::clone(value)),
            values => context.insert_many(Arc::clone(name), values.iter().map(Arc::clone)),
        }
    }
}

/// Condition values have no fraction of a second.
pub(crate) fn to_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
