//! Fault Injection Service: experiments, which are started from a template and get their ids from the service.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[(
        "StartExperiment",
        Resolve::On(&[
            OnType {
                resource_type: "experiment",
                named: Named::Any,
                absent: Absent::Any,
            },
            OnType {
                resource_type: "experiment-template",
                named: Named::By(&[("Id", "experimentTemplateId")]),
                absent: Absent::Missing,
            },
        ]),
    )],
};
