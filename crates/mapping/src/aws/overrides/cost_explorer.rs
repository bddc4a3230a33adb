//! Cost Explorer: what costs are asked of is a billing view only where one is named.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("GetCostAndUsage", COSTS),
        ("GetCostAndUsageComparisons", COSTS),
        ("GetCostAndUsageWithResources", COSTS),
        ("GetCostCategories", COSTS),
        ("GetCostComparisonDrivers", COSTS),
        ("GetCostForecast", COSTS),
        ("GetDimensionValues", COSTS),
        ("GetTags", COSTS),
        ("GetUsageForecast", COSTS),
    ],
};

const COSTS: Resolve = Resolve::Custom(
    costs,
    "billing view {BillingViewArn}; without one /{the operation}",
);

/// Evidence: denials of AWS that users quote: without a view the operation is the resource, written as a path.
fn costs(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = match request.text("BillingViewArn")? {
        Some(view) => request.checked_arn("billingview", view)?,
        None => {
            let (region, account) = (request.scope.region, request.scope.account);
            format!("arn:aws:ce:{region}:{account}:/{}", request.operation.name())
        }
    };
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}
