//! CloudFront: distributions that are made with tags, and those that take over from another one.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[(
        "CreateDistributionWithTags",
        &["cloudfront:CreateDistribution", "cloudfront:TagResource"],
    )],
    operations: &[
        (
            "CreateDistributionWithTags",
            Resolve::Custom(with_tags, "* to make it, and every distribution to tag it"),
        ),
        // Fails closed: both are asked for, the one that is changed and the one whose configuration it takes.
        (
            "UpdateDistributionWithStagingConfig",
            Resolve::On(&[
                OnType {
                    resource_type: "distribution",
                    named: Named::By(&[("DistributionId", "Id")]),
                    absent: Absent::Missing,
                },
                OnType {
                    resource_type: "distribution",
                    named: Named::By(&[("DistributionId", "StagingDistributionId")]),
                    absent: Absent::Missing,
                },
            ]),
        ),
    ],
};

/// Evidence: the API reference names both actions; the id is the service's.
fn with_tags(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = request.arn("distribution", &[("DistributionId", "*")])?;
    Ok(Resolved::Permissions(vec![
        request.wildcard("cloudfront:CreateDistribution"),
        request.permission("cloudfront:TagResource", arn),
    ]))
}
