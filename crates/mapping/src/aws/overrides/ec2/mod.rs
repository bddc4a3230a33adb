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

use lanyard_catalogue::catalogue;

use super::ServiceOverrides;
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::pin::Pin;
use crate::aws::request::{Request, Resolved};

use defaults::{Found, known};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: table::OPERATIONS,
};

/// What an operation names.
#[derive(Debug, Clone, Copy)]
enum On {
    /// Resources of a type, by the ids at a path.
    Ids {
        resource_type: &'static str,
        path: &'static str,
        is_required: bool,
    },
    /// Resources of whatever types the ids at a path have.
    AnyIds(&'static str),
    /// A resource by its name, which is in its ARN.
    Name {
        resource_type: &'static str,
        path: &'static str,
    },
    /// The VPC by the id at a path, or the default one.
    VpcOrDefault(&'static str),
    /// Security groups by the ids at a path, or the default one of the VPC.
    GroupsOrDefault { path: &'static str, of: Network },
    /// A resource by its id, or by what can stand in the id's place.
    IdOrName {
        resource_type: &'static str,
        path: &'static str,
        name: &'static found::Name,
    },
    /// A security group by its id, or by its name in the default VPC.
    Group,
    /// A resource by an id of which nobody says how it begins.
    Id(&'static str, &'static str),
    /// A subnet by its id, or `local` for none.
    SubnetOrLocal(&'static str),
    /// What a thing is of that has an id of its own.
    Of(&'static found::Of),
    /// A resource that is being made.
    Made(&'static str),
    /// The same, but a resource only if it gets tags.
    MadeIfTagged(&'static str),
}

/// Whose default group is meant.
#[derive(Debug, Clone, Copy)]
enum Network {
    /// That of the VPC of the subnet in `SubnetId`.
    OfSubnet,
    /// That of the VPC in `VpcId`, for an endpoint of a type that has groups.
    OfEndpoint,
}

/// Makes the table by operation, and the list of overrides that points to it.
macro_rules! on {
    (
        $($name:literal => $on:expr),*;
        custom: $($custom:literal => $resolve:path),*;
        refused: $($refused:literal => $reason:expr),*
    ) => {
        pub(super) static TABLE: &[(&str, &[On])] = &[$(($name, &$on)),*];
        pub(super) static OPERATIONS: &[(&str, crate::aws::overrides::Resolve)] = &[
            $(($name, crate::aws::overrides::Resolve::Custom(super::by_table)),)*
            $(($custom, crate::aws::overrides::Resolve::Custom($resolve)),)*
            $(($refused, crate::aws::overrides::Resolve::Refused($reason)),)*
        ];
    };
}
use on;

fn by_table(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = request.operation.name();
    let (_, named) = table::TABLE
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| request.unmapped("it is in no table"))?;
    let mut decided = Decided::default();
    for on in *named {
        if let Err(lookup) = add(request, *on, &mut decided)? {
            return Ok(Resolved::Needs(lookup));
        }
    }
    tags::check_types(request, &decided.permissions)?;
    Ok(decided.resolved())
}

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

/// Adds the permissions on what an entry of the table names.
fn add(request: &Request<'_>, on: On, decided: &mut Decided) -> Found<()> {
    let permissions = &mut decided.permissions;
    match on {
        On::Ids {
            resource_type,
            path,
            is_required,
        } => {
            let ids = request.texts(path)?;
            if ids.is_empty() && is_required {
                return Err(unnamed(request, path));
            }
            for id in ids {
                ids::check(resource_type, id, path)?;
                permissions.push(existing(request, resource_type, id)?);
            }
        }
        On::AnyIds(path) => {
            for id in request.texts(path)? {
                let resource_type =
                    ids::resource_type(id).ok_or_else(|| invalid(path, "it is no known id"))?;
                permissions.push(existing(request, resource_type, id)?);
            }
        }
        On::Name { resource_type, path } => {
            let Some(name) = request.text(path)? else {
                return Err(unnamed(request, path));
            };
            let mut permission = existing(request, resource_type, name)?;
            permission.takes_resource_tags &= !is_creation(request);
            permissions.push(tags::with_request_tags(request, permission, resource_type)?);
            tags::on_creation(request, resource_type, permissions)?;
        }
        On::VpcOrDefault(path) => {
            let vpcs = match request.text(path)? {
                Some(vpc) => vec![vpc],
                None => known!(defaults::vpcs(request)),
            };
            for vpc in vpcs {
                ids::check("vpc", vpc, path)?;
                permissions.push(existing(request, "vpc", vpc)?);
            }
        }
        On::GroupsOrDefault { path, of } => {
            let mut groups = request.texts(path)?;
            if groups.is_empty() {
                groups.extend(known!(default_group(request, of)));
            }
            for group in groups {
                ids::check("security-group", group, path)?;
                permissions.push(existing(request, "security-group", group)?);
            }
        }
        On::IdOrName {
            resource_type,
            path,
            name,
        } => {
            let id = match request.text(path)? {
                Some(_) if request.has(name.member) => {
                    return Err(invalid(path, "it stands there with what can stand in its place"));
                }
                Some(id) => id,
                None => {
                    known!(found::id_by_name(request, name, decided)).ok_or_else(|| unnamed(request, path))?
                }
            };
            ids::check(resource_type, id, path)?;
            decided.permissions.push(existing(request, resource_type, id)?);
        }
        On::Group => {
            let id = known!(group(request, decided));
            ids::check("security-group", id, "GroupId")?;
            decided.permissions.push(existing(request, "security-group", id)?);
        }
        On::Id(resource_type, path) => {
            let id = request.required(path)?;
            ids::check_spelling(id, path)?;
            permissions.push(existing(request, resource_type, id)?);
        }
        On::SubnetOrLocal(path) => {
            for id in request.texts(path)?.into_iter().filter(|id| *id != "local") {
                ids::check("subnet", id, path)?;
                permissions.push(existing(request, "subnet", id)?);
            }
        }
        On::Of(of) => known!(found::add_of(request, of, decided)),
        On::Made(resource_type) => {
            permissions.push(made(request, resource_type)?);
            tags::on_creation(request, resource_type, permissions)?;
        }
        On::MadeIfTagged(resource_type) => {
            if tags::are_any(request, resource_type)? {
                permissions.push(made(request, resource_type)?);
                tags::on_creation(request, resource_type, permissions)?;
            }
        }
    }
    Ok(Ok(()))
}

/// The group that is taken where a request names none; `None` if it takes none.
fn default_group<'a>(request: &Request<'a>, of: Network) -> Found<Option<&'a str>> {
    let vpc = match of {
        Network::OfSubnet => known!(defaults::vpc_of(request, request.required("SubnetId")?)),
        // An endpoint is a gateway unless it says otherwise.
        Network::OfEndpoint => match request.text("VpcEndpointType")? {
            None | Some("Gateway" | "GatewayLoadBalancer") => return Ok(Ok(None)),
            Some(_) => request.required("VpcId")?,
        },
    };
    Ok(Ok(Some(known!(defaults::group_of(request, vpc)))))
}

/// The security group that a request is about.
fn group<'a>(request: &Request<'a>, decided: &mut Decided) -> Found<&'a str> {
    let Some(id) = request.text("GroupId")? else {
        let Some(name) = request.text("GroupName")? else {
            return Err(unnamed(request, "GroupId"));
        };
        let id = known!(found::group_by_name(request, name, "GroupName"));
        decided.pins.push(Pin::new("GroupName", "GroupId", id));
        return Ok(Ok(id));
    };
    if request.has("GroupName") {
        return Err(invalid("GroupId", "it stands there with the name of a group"));
    }
    Ok(Ok(id))
}

/// Whether the resource that is named is not there yet.
fn is_creation(request: &Request<'_>) -> bool {
    let name = request.operation.name();
    name.starts_with("Create") || name.starts_with("Import")
}

/// Many operations take a name in place of an id, which only the upstream could resolve.
fn unnamed(request: &Request<'_>, path: &str) -> MappingError {
    const NAMES: [&str; 6] = [
        "GroupName",
        "LaunchTemplateName",
        "PublicIp",
        "KeyPairId",
        "SecurityGroupRuleIds",
        "AssociationId",
    ];
    if NAMES.iter().any(|name| request.has(name)) {
        invalid(
            path,
            "it must be given: what else the request gives in its place, only the upstream knows",
        )
    } else {
        MappingError::MissingMember {
            member: path.to_owned(),
        }
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
    let told: Vec<String> = permission
        .context
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| key == "aws:TagKeys" || key.starts_with("aws:RequestTag/"))
        .collect();
    for key in told {
        permission.context.remove(&key);
    }
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
