//! Application Auto Scaling: the ids in the ARNs of its targets are its own, and stand in no request.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("DeleteScalingPolicy", ANY_TARGET),
        ("DeleteScheduledAction", ANY_TARGET),
        ("DeregisterScalableTarget", ANY_TARGET),
        ("PutScalingPolicy", ANY_TARGET),
        ("PutScheduledAction", ANY_TARGET),
        ("RegisterScalableTarget", ANY_TARGET),
    ],
};

/// Evidence: a recorded denial, which names every target. What is scaled decides by a condition key.
const ANY_TARGET: Resolve = Resolve::On(&[OnType {
    resource_type: "ScalableTarget",
    named: Named::Any,
    absent: Absent::Any,
}]);
