//! MediaConnect: what is made in a flow, or is one, gets its id from the service.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("AddFlowOutputs", Resolve::On(&[FLOW, any("Output")])),
        ("AddFlowSources", Resolve::On(&[FLOW, any("Source")])),
        ("CreateFlow", Resolve::On(&[any("Flow")])),
        ("GrantFlowEntitlements", Resolve::On(&[FLOW, any("Entitlement")])),
    ],
};

const FLOW: OnType = OnType {
    resource_type: "Flow",
    named: Named::Arn("FlowArn"),
    absent: Absent::Missing,
};

const fn any(resource_type: &'static str) -> OnType {
    OnType {
        resource_type,
        named: Named::Any,
        absent: Absent::Any,
    }
}
