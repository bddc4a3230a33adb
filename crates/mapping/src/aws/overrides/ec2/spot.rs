//! RequestSpotInstances: what the launch that it describes uses, and the request for it.
//!
//! Evidence: the service authorization reference: neither the instances nor their volumes are among the types.
//! Default subnets and groups are decided on as for RunInstances.

use super::{Decided, existing, made, run_instances, tags};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

const SPECIFICATION: &str = "LaunchSpecification";

pub(super) fn resolve(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut decided = Decided::default();
    decided.permissions.push(made(request, "spot-instances-request")?);
    tags::on_creation(request, "spot-instances-request", &mut decided.permissions)?;
    tags::check_types(request, &decided.permissions)?;
    let Some(specification @ Node::Map(_)) = request.input.top(SPECIFICATION) else {
        return Err(MappingError::MissingMember {
            member: SPECIFICATION.to_owned(),
        });
    };
    let launch = Request {
        service: request.service,
        operation: request.operation,
        input: specification,
        scope: request.scope,
        known: request.known,
        path: request.path,
        compiled: request.compiled,
        tables: request.tables,
        keys: request.keys.clone(),
    };
    for (resource_type, path) in [
        ("key-pair", "KeyName"),
        ("placement-group", "Placement.GroupName"),
    ] {
        if let Some(name) = launch.text(path)? {
            decided.permissions.push(existing(&launch, resource_type, name)?);
        }
    }
    let placed = "LaunchSpecification.SecurityGroup";
    let done = run_instances::used(&launch, placed, &mut decided)?;
    Ok(match done {
        Ok(()) => decided.resolved(),
        Err(lookup) => Resolved::Needs(lookup),
    })
}
