//! Under which prefix the actions of a service stand in policies.

use crate::ServiceModel;

/// Services whose prefix is not the name for which requests are signed.
///
/// Evidence: the service authorization reference.
const PREFIXES: [(&str, &str); 2] = [("cloudwatch", "cloudwatch"), ("stepfunctions", "states")];

/// The prefix of a service.
pub(crate) fn of(service: &ServiceModel) -> &'static str {
    let known = PREFIXES.binary_search_by(|(id, _)| (*id).cmp(service.id)).ok();
    let prefix = known.and_then(|place| PREFIXES.get(place));
    prefix.map_or(service.signing_name, |(_, prefix)| prefix)
}
