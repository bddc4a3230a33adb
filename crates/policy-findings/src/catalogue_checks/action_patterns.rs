//! The actions of a service that a pattern stands for.

use lanyard_catalogue::{Action, Service};

use super::glob::{covers_within, has_wildcard};
use crate::work::Work;

/// What comparing with a name costs besides the steps of the comparison.
const STEPS_EACH: usize = 16;

/// The actions of a service whose names a pattern matches; if there is no work left, none more.
///
/// The names are in order, so only those that begin as the pattern does are compared with it.
pub(super) fn matching<'w>(
    service: &'static Service,
    pattern: &str,
    work: &'w Work,
) -> impl Iterator<Item = &'static Action> + use<'w> {
    let pattern = pattern.to_ascii_lowercase();
    let wildcard = pattern.find(['*', '?']).unwrap_or(pattern.len());
    let begins = pattern.get(..wildcard).unwrap_or_default();
    let actions = service.actions();
    let start = actions.partition_point(|action| lowered(action).as_str() < begins);
    let following = actions.get(start..).unwrap_or_default();
    let count = following.partition_point(|action| lowered(action).starts_with(begins));
    let candidates = following.get(..count).unwrap_or_default();
    candidates
        .iter()
        .take_while(|_| work.take(STEPS_EACH))
        .filter(move |action| covers_within(&pattern, &lowered(action), work))
}

fn lowered(action: &Action) -> String {
    action.name().to_ascii_lowercase()
}

/// Whether a name or pattern stands for some action of a service. In doubt it does.
pub(super) fn exists(service: &'static Service, name: &str, work: &Work) -> bool {
    if !has_wildcard(name) {
        return service.action(name).is_some();
    }
    matching(service, name, work).next().is_some() || work.steps_left() == 0
}
