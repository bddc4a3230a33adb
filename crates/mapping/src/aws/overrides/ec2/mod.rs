//! EC2: the common operations, each resource that a call names as a permission of its own.
//!
//! A resource that is made is `TYPE/*`. Tags that it shall have are decided as `ec2:CreateTags` on it too, with the
//! operation as `ec2:CreateAction`. What an upstream alone knows is looked up: default subnets and groups, what an
//! association is of, which id a name stands for, what a launch template says. What it does not tell is refused, never
//! guessed.
//!
//! Of the condition keys, those are told that stand in the request. What an existing resource is like does not stand
//! there: members of such names say what it shall become.

mod asked;
mod by_table;
mod defaults;
mod found;
mod ids;
mod launch_template;
mod launch_template_data;
mod peering;
mod run_instances;
mod snapshots;
mod spot;
mod table;
pub(crate) mod tags;
mod told;

use lanyard_catalogue::catalogue;

use super::ServiceOverrides;
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::pin::Pin;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: table::OPERATIONS,
};

/// What a request is decided on, and what is written into it of that.
#[derive(Debug, Default)]
struct Decided {
    permissions: Vec<Permission>,
    pins: Vec<Pin>,
}

impl Decided {
    fn resolved(self) -> Resolved {
        Resolved::Pinned(self.permissions, self.pins)
    }
}

/// A permission on a resource that is there, or whose name is in its ARN.
fn existing(
    request: &Request<'_>,
    resource_type: &'static str,
    id: &str,
) -> Result<Permission, MappingError> {
    let mut permission = on_resource(request, &action(request), resource_type, id)?;
    // Members with the names of keys tell what the resource shall become, and not what it is.
    for key in told(&permission) {
        permission.context.remove(&key);
        if let Some(key) = catalogue().condition_key(&key) {
            permission.unknown_keys.push(key.name());
        }
    }
    if let Some(key) = ids::condition_key(resource_type).filter(|key| is_listed(&permission, key)) {
        permission = permission.with(key, id);
    }
    without_request_tags(&mut permission);
    Ok(permission)
}

/// A permission on a resource that is being made.
fn made(request: &Request<'_>, resource_type: &'static str) -> Result<Permission, MappingError> {
    let mut permission = on_resource(request, &action(request), resource_type, "*")?;
    let own_key = ids::condition_key(resource_type);
    if let Some(key) = own_key.filter(|key| is_listed(&permission, key)) {
        // Of a member that names what this is made from.
        permission.context.remove(key);
        permission.unknown_keys.push(key);
    }
    permission.takes_resource_tags = false;
    tags::with_request_tags(request, permission, resource_type)
}

/// The keys of EC2 that members of the request gave.
fn told(permission: &Permission) -> Vec<String> {
    permission
        .context
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| key.starts_with("ec2:") && key != "ec2:Region")
        .collect()
}

/// Whether the catalogue knows a key for this action on this type of resource.
fn is_listed(permission: &Permission, key: &str) -> bool {
    let Some(action) = catalogue().action(&permission.action) else {
        return false;
    };
    let has = |keys: &[&lanyard_catalogue::ConditionKey]| {
        keys.iter().any(|known| known.name().eq_ignore_ascii_case(key))
    };
    let mut with_it = action
        .resources()
        .iter()
        .filter(|resource| has(resource.condition_keys()))
        .peekable();
    // What comes with no type comes with every request.
    if with_it.peek().is_none() {
        return has(action.condition_keys());
    }
    with_it.any(|resource| Some(resource.resource_type().name()) == permission.resource_type)
}

/// A permission with what every one of EC2 has.
fn on_resource(
    request: &Request<'_>,
    action: &str,
    resource_type: &'static str,
    id: &str,
) -> Result<Permission, MappingError> {
    let placeholder =
        ids::placeholder(resource_type).ok_or_else(|| request.unmapped("its resources have no form"))?;
    let arn = request.arn(resource_type, &[(placeholder, id)])?;
    let mut permission = request.permission(action.to_owned(), arn);
    permission.resource_type = Some(resource_type);
    // A member with the name of a key counts for those resources of the request alone that have the key.
    for key in told(&permission) {
        if !is_listed(&permission, &key) {
            permission.context.remove(&key);
        }
    }
    Ok(permission.with("ec2:Region", request.scope.region))
}

/// Takes away the tags of the request, and says that there are none.
fn without_request_tags(permission: &mut Permission) {
    permission
        .context
        .remove_all(|key| key == "aws:TagKeys" || key.starts_with("aws:RequestTag/"));
    permission
        .unknown_keys
        .retain(|key| *key != "aws:TagKeys" && !key.starts_with("aws:RequestTag/"));
}

fn action(request: &Request<'_>) -> String {
    format!("ec2:{}", request.operation.name())
}

fn invalid(path: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason,
    }
}
