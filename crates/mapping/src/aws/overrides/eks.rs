//! EKS: a cluster has its name before it is made.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[("CreateCluster", Resolve::Custom(create_cluster, "cluster {name}"))],
};

/// Evidence: recorded responses, though the catalogue has no resource for it.
fn create_cluster(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arn = request.arn("cluster", &[("ClusterName", request.required("name")?)])?;
    let mut permission = request.permission(own_action(request), arn);
    permission.resource_type = Some("cluster");
    Ok(Resolved::Permissions(vec![permission]))
}
