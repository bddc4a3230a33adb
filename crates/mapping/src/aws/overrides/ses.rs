//! SES: addresses that get no messages are the account's, unless a request names a tenant.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("DeleteSuppressedDestination", OF_TENANT),
        ("GetSuppressedDestination", OF_TENANT),
        ("ListSuppressedDestinations", OF_TENANT),
        ("PutSuppressedDestination", OF_TENANT),
    ],
};

const OF_TENANT: Resolve = Resolve::Custom(of_tenant);

/// Evidence: a recorded denial of a request without a tenant, which names nothing.
fn of_tenant(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let action = own_action(request);
    let permission = match request.text("TenantName")? {
        Some(name) => {
            let arn = request.arn("tenant", &[("TenantName", name), ("TenantId", "*")])?;
            request.permission(action, arn)
        }
        None => request.wildcard(action),
    };
    Ok(Resolved::Permissions(vec![permission]))
}
