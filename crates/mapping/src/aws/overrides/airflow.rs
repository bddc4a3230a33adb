//! Managed Workflows for Apache Airflow: tokens are of the environment that is named.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        // Evidence: a denial of AWS in a trail that a user quotes.
        (
            "CreateCliToken",
            Resolve::On(&[OnType {
                resource_type: "environment",
                named: Named::By(&[("EnvironmentName", "Name")]),
                absent: Absent::Missing,
            }]),
        ),
    ],
};
