//! Under which prefix the actions of a service stand in policies.

use crate::ServiceModel;

/// Services whose prefix is not the name for which requests are signed, in the order of their ids.
///
/// Evidence: the service authorization reference.
const PREFIXES: [(&str, &str); 11] = [
    ("cloudcontrol", "cloudformation"),
    ("cloudwatch", "cloudwatch"),
    ("iot-data", "iot"),
    ("iot-jobs-data", "iotjobsdata"),
    ("iotsecuretunneling", "iot"),
    ("mturk", "mechanicalturk"),
    ("partnercentral-account", "partnercentral"),
    ("partnercentral-benefits", "partnercentral"),
    ("partnercentral-channel", "partnercentral"),
    ("partnercentral-selling", "partnercentral"),
    ("resourcegroupstaggingapi", "tag"),
];

/// The prefix of a service.
pub(crate) fn of(service: &ServiceModel) -> &'static str {
    let known = PREFIXES.binary_search_by(|(id, _)| (*id).cmp(service.id)).ok();
    let prefix = known.and_then(|place| PREFIXES.get(place));
    prefix.map_or(service.signing_name, |(_, prefix)| prefix)
}
