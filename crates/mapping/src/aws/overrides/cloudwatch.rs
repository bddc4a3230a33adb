//! CloudWatch: data of metrics belongs to no resource that a request could name.

use super::{Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    // Evidence: the user guide; policies restrict it by the namespace, which is a condition key.
    operations: &[("PutMetricData", Resolve::Wildcard)],
};
