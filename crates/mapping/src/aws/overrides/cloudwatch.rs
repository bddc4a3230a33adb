//! CloudWatch: data of metrics belongs to no resource that a request could name.

use super::{Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    // Evidence: the user guide, which restricts writing by the namespace, a condition key; recorded denials of reading.
    operations: &[
        ("GetMetricData", Resolve::Wildcard),
        ("ListMetrics", Resolve::Wildcard),
        ("PutMetricData", Resolve::Wildcard),
    ],
};
