//! What the operations of the table are decided on: each entry says with which members a request names what.

use super::defaults::{self, Found, known};
use super::{Decided, existing, found, ids, invalid, made, table, tags};
use crate::MappingError;
use crate::aws::pin::Pin;
use crate::aws::request::{Request, Resolved};

/// What an operation names.
#[derive(Debug, Clone, Copy)]
pub(super) enum On {
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
pub(super) enum Network {
    /// That of the VPC of the subnet in `SubnetId`.
    OfSubnet,
    /// That of the VPC in `VpcId`, for an endpoint of a type that has groups.
    OfEndpoint,
}

/// Makes the table by operation, and the list of overrides that points to it.
macro_rules! on {
    (
        $($name:literal => $on:expr),*;
        custom: $($custom:literal => $resolve:path, $said:literal),*;
        refused: $($refused:literal => $reason:expr),*
    ) => {
        pub(super) static TABLE: &[(&str, &[On])] = &[$(($name, &$on)),*];
        pub(super) static OPERATIONS: &[(&str, crate::aws::overrides::Resolve)] = &[
            $(($name, crate::aws::overrides::Resolve::ByTable(super::by_table::resolve, super::told::told)),)*
            $(($custom, crate::aws::overrides::Resolve::Custom($resolve, $said)),)*
            $(($refused, crate::aws::overrides::Resolve::Refused($reason)),)*
        ];
    };
}
pub(super) use on;

/// Decides by the table.
pub(super) fn resolve(request: &Request<'_>) -> Result<Resolved, MappingError> {
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

/// Adds the permissions on what an entry of the table names.
fn add(request: &Request<'_>, on: On, decided: &mut Decided) -> Found<()> {
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
            add_ids(request, resource_type, &ids, path, decided)?;
        }
        On::AnyIds(path) => {
            for id in request.texts(path)? {
                let resource_type =
                    ids::resource_type(id).ok_or_else(|| invalid(path, "it is no known id"))?;
                add_ids(request, resource_type, &[id], path, decided)?;
            }
        }
        On::Name { resource_type, path } => add_named(request, resource_type, path, decided)?,
        On::VpcOrDefault(path) => {
            let vpcs = match request.text(path)? {
                Some(vpc) => vec![vpc],
                None => known!(defaults::vpcs(request)),
            };
            add_ids(request, "vpc", &vpcs, path, decided)?;
        }
        On::GroupsOrDefault { path, of } => {
            let mut groups = request.texts(path)?;
            if groups.is_empty() {
                groups.extend(known!(default_group(request, of)));
            }
            add_ids(request, "security-group", &groups, path, decided)?;
        }
        On::IdOrName {
            resource_type,
            path,
            name,
        } => {
            let id = known!(id_or_name(request, path, name, decided));
            add_ids(request, resource_type, &[id], path, decided)?;
        }
        On::Group => {
            let id = known!(group(request, decided));
            add_ids(request, "security-group", &[id], "GroupId", decided)?;
        }
        On::Id(resource_type, path) => {
            let id = request.required(path)?;
            ids::check_spelling(id, path)?;
            decided.permissions.push(existing(request, resource_type, id)?);
        }
        On::SubnetOrLocal(path) => {
            let mut subnets = request.texts(path)?;
            subnets.retain(|id| *id != "local");
            add_ids(request, "subnet", &subnets, path, decided)?;
        }
        On::Of(of) => known!(found::add_of(request, of, decided)),
        On::Made(resource_type) => add_made(request, resource_type, decided)?,
        On::MadeIfTagged(resource_type) => {
            if tags::are_any(request, resource_type)? {
                add_made(request, resource_type, decided)?;
            }
        }
    }
    Ok(Ok(()))
}

fn add_ids(
    request: &Request<'_>,
    resource_type: &'static str,
    ids: &[&str],
    path: &str,
    decided: &mut Decided,
) -> Result<(), MappingError> {
    for id in ids {
        ids::check(resource_type, id, path)?;
        decided.permissions.push(existing(request, resource_type, id)?);
    }
    Ok(())
}

fn add_named(
    request: &Request<'_>,
    resource_type: &'static str,
    path: &str,
    decided: &mut Decided,
) -> Result<(), MappingError> {
    let Some(name) = request.text(path)? else {
        return Err(unnamed(request, path));
    };
    let mut permission = existing(request, resource_type, name)?;
    permission.takes_resource_tags &= !is_creation(request);
    let permission = tags::with_request_tags(request, permission, resource_type)?;
    decided.permissions.push(permission);
    tags::on_creation(request, resource_type, &mut decided.permissions)
}

fn add_made(
    request: &Request<'_>,
    resource_type: &'static str,
    decided: &mut Decided,
) -> Result<(), MappingError> {
    decided.permissions.push(made(request, resource_type)?);
    tags::on_creation(request, resource_type, &mut decided.permissions)
}

/// The id at a path, or that of what a name stands for.
fn id_or_name<'a>(
    request: &Request<'a>,
    path: &str,
    name: &found::Name,
    decided: &mut Decided,
) -> Found<&'a str> {
    match request.text(path)? {
        Some(_) if request.has(name.member) => {
            Err(invalid(path, "it stands there with what can stand in its place"))
        }
        Some(id) => Ok(Ok(id)),
        None => {
            let id = known!(found::id_by_name(request, name, decided));
            Ok(Ok(id.ok_or_else(|| unnamed(request, path))?))
        }
    }
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
