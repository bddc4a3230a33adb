//! Where a request gives a role to a service, which needs `iam:PassRole` on the role.
//!
//! A member whose name speaks of a role passes what stands in it, in every operation that is not named as one that
//! reads; so does one that names an instance profile, whose role is looked up. What is different is in a table by
//! hand, with its reason: members that take a role's bare name, members of other names, members that speak of a role
//! and pass none. Whom a role is passed to is a table too; where it is silent, `iam:PassedToService` is unknown.
//!
//! Invariant: a role of another account is never passed. Evidence: the user guide on passing roles: the role must be
//! of the account of the one who passes it.
//!
//! Deliberately absent: roles within documents and free texts, such as the options of a platform or the definition
//! of a workflow. Evidence: AWS checks those when the service uses the role, by its trust policy.

mod members;
mod role;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use lanyard_service_models::{OperationModel, ServiceModel};
use members::{Place, each_text, find};
use role::{account_of, own_role, profile_role, role_named};
use tables::Kind;

use super::call::Permission;
use super::request::{Request, Resolved};
use crate::MappingError;

/// The members with which an operation gives a role to a service, as paths. Lists on the way are not written, a map
/// is a star.
pub(crate) fn members(service: &'static ServiceModel, operation: &'static OperationModel) -> Vec<String> {
    let mut found = BTreeSet::new();
    if let (Some(input), false) = (operation.input(), tables::only_reads(operation.name())) {
        let place = Place {
            service: service.id(),
            operation: operation.name(),
        };
        for member in input.members() {
            each_text(member.shape(), &[member.name()], &mut Vec::new(), &mut |path| {
                if tables::kind(place.service, place.operation, path).is_some() {
                    found.insert(path.join("."));
                }
            });
        }
    }
    found.into_iter().collect()
}

/// The permissions to pass the roles that a request names, or what must be known first. `members` are those that
/// were found for its operation when the mapping was made.
///
/// # Errors
/// What stands in such a place and is no role.
pub(crate) fn permissions(request: &Request<'_>, members: &[String]) -> Result<Resolved, MappingError> {
    let mut permissions: Vec<Permission> = Vec::new();
    let (Some(input), false) = (request.operation.input(), members.is_empty()) else {
        return Ok(Resolved::Permissions(permissions));
    };
    let place = Place {
        service: request.service.id(),
        operation: request.operation.name(),
    };
    let mut texts = Vec::new();
    for member in input.members() {
        if let Some(node) = request.input.member(member.name()) {
            find(place, member.shape(), node, &[member.name()], &mut texts)?;
        }
    }
    for (path, kind, text) in texts {
        let role = match kind {
            Kind::Role | Kind::RoleName => Some(role_named(request, kind, text, &path)?),
            Kind::ByValue | Kind::ForeignRole => match own_role(request, text) {
                Some(_) if kind == Kind::ByValue => Some(role_named(request, kind, text, &path)?),
                Some(role) => (account_of(&role) == Some(request.scope.account)).then_some(role),
                // Fails closed: what a lenient server could take for a role.
                None if text.contains(":role/") => return Err(invalid(&path, "it is no role")),
                None => None,
            },
            Kind::Profile => match profile_role(request, text, &path)? {
                Ok(role) => Some(role),
                Err(lookup) => return Ok(Resolved::Needs(lookup)),
            },
        };
        let Some(role) = role else { continue };
        let passed_to = tables::passed_to(place.service, tables::last(&path), kind);
        permissions.push(permission(request, role, passed_to));
    }
    permissions.dedup_by(|one, other| {
        one.resource == other.resource
            && one.context.get("iam:PassedToService") == other.context.get("iam:PassedToService")
    });
    Ok(Resolved::Permissions(permissions))
}

fn permission(request: &Request<'_>, role: String, passed_to: Option<&'static str>) -> Permission {
    let mut permission = request.permission("iam:PassRole", role);
    permission.resource_type = Some("role");
    // What stands in the request is about the service's resource, and not about the role.
    permission.context = lanyard_policy::Context::new();
    permission.takes_resource_tags = false;
    permission.unknown_keys = vec![
        "iam:AssociatedResourceArn",
        "iam:ResourceTag/${TagKey}",
        "aws:ResourceTag/${TagKey}",
    ];
    match passed_to {
        Some(service) => permission.with("iam:PassedToService", service),
        None => {
            permission.unknown_keys.push("iam:PassedToService");
            permission
        }
    }
}

fn invalid(path: &[&'static str], reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.join("."),
        reason,
    }
}
