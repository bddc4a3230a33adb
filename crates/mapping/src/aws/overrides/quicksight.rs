//! QuickSight: groups and users, whose namespaces stand in their ARNs before their names.
//!
//! Evidence: ARNs in the API reference: `group/default/Sales`, `user/default/anna`.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("CreateGroupMembership", GROUP),
        ("DeleteGroup", GROUP),
        ("DeleteGroupMembership", GROUP),
        ("DeleteUser", USER),
        ("DeleteUserCustomPermission", USER),
        ("DescribeGroup", GROUP),
        ("DescribeGroupMembership", GROUP),
        ("DescribeUser", USER),
        ("ListGroupMemberships", GROUP),
        (
            "ListGroups",
            Resolve::Custom(|request| all(request, "group"), "every group of {Namespace}"),
        ),
        ("ListUserGroups", USER),
        (
            "ListUsers",
            Resolve::Custom(|request| all(request, "user"), "every user of {Namespace}"),
        ),
        (
            "SearchGroups",
            Resolve::Custom(|request| all(request, "group"), "every group of {Namespace}"),
        ),
        ("UpdateGroup", GROUP),
        ("UpdateUser", USER),
        ("UpdateUserCustomPermission", USER),
    ],
};

const GROUP: Resolve = Resolve::Custom(
    |request| one(request, "group", "GroupName"),
    "group {GroupName} of {Namespace}",
);
const USER: Resolve = Resolve::Custom(
    |request| one(request, "user", "UserName"),
    "user {UserName} of {Namespace}",
);

/// Fails closed: a name of a namespace with a separator would move the border to the name behind it.
fn on(request: &Request<'_>, kind: &str, name: &str) -> Result<Resolved, MappingError> {
    let namespace = request.required("Namespace")?;
    if namespace.contains(['/', ':']) {
        return Err(MappingError::InvalidMember {
            member: "Namespace".to_owned(),
            reason: "it is no name of a namespace",
        });
    }
    if namespace == "*" || name.contains(['*', '?']) && name != "*" {
        return Err(request.unmapped("it names nothing that could be decided on"));
    }
    let arn = if name == "*" {
        request.arn(kind, &[("ResourceId", namespace)])? + "/*"
    } else {
        request.arn(kind, &[("ResourceId", &format!("{namespace}/{name}"))])?
    };
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}

fn one(request: &Request<'_>, kind: &str, path: &'static str) -> Result<Resolved, MappingError> {
    let name = request.required(path)?;
    if name == "*" {
        return Err(request.unmapped("it names nothing that could be decided on"));
    }
    on(request, kind, name)
}

fn all(request: &Request<'_>, kind: &str) -> Result<Resolved, MappingError> {
    on(request, kind, "*")
}
