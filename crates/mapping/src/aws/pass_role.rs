//! Where a request gives a role to a service, which needs `iam:PassRole` on the role.

use lanyard_service_models::{OperationModel, ServiceModel};

use super::request::{Request, Resolved};
use crate::MappingError;

/// The members with which an operation gives a role to a service, as paths.
pub(crate) fn members(_service: &'static ServiceModel, _operation: &'static OperationModel) -> Vec<String> {
    Vec::new()
}

/// The permissions to pass the roles that a request names, or what must be known first. `members` are those that were found for its operation when
/// the mapping was made.
///
/// # Errors
/// What stands in such a place and is no role.
pub(crate) fn permissions(_request: &Request<'_>, _members: &[String]) -> Result<Resolved, MappingError> {
    Ok(Resolved::Permissions(Vec::new()))
}
