//! Tags: on resources that are there, and on those that are being made.

use super::defaults::{Found, known};
use super::{asked, found, ids, invalid, on_resource, without_request_tags};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

/// How many tags a request may give to a resource. Each resource of a request is decided on with all of them, so that
/// without a bound a request of a few megabytes would be one of many gigabytes here.
///
/// Evidence: the user guide has fifty.
const TAGS_MAX: usize = 200;

/// `ec2:CreateTags` on each resource.
pub(super) fn create(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let tags = pairs(&request.nodes("Tags"))?;
    if tags.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Tags".to_owned(),
        });
    }
    on_each(request, |permission| {
        let permission = with_tags(permission, &tags);
        // Differs from tags that come with a creation: nothing is being made.
        permission.without("ec2:CreateAction")
    })
}

/// `ec2:DeleteTags` on each resource. Without tags in the request, all of a resource's are taken away.
pub(super) fn delete(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let keys = request.texts("Tags.Key")?;
    check_count(keys.len())?;
    on_each(request, |mut permission| {
        without_request_tags(&mut permission);
        if keys.is_empty() {
            // Fails closed: which tags go is known to the upstream only.
            permission.unknown_keys.push("aws:TagKeys");
            return permission;
        }
        permission.with_many("aws:TagKeys", keys.iter().copied())
    })
}

fn on_each(
    request: &Request<'_>,
    finish: impl Fn(Permission) -> Permission,
) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for id in request.texts("Resources")? {
        let (resource_type, id) = match named(request, id)? {
            Ok(named) => named,
            Err(lookup) => return Ok(Resolved::Needs(lookup)),
        };
        let mut permission = on_resource(request, &super::action(request), resource_type, id)?;
        if let Some(key) = ids::condition_key(resource_type).filter(|key| super::is_listed(&permission, key))
        {
            permission = permission.with(key, id);
        }
        permissions.push(finish(permission));
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Resources".to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}

/// The type of what has an id, and what it is called in policies: a key pair and a placement group by their names,
/// which EC2 is asked for. A name goes with its id for good.
fn named<'a>(request: &Request<'a>, id: &'a str) -> Found<(&'static str, &'a str)> {
    for (prefix, resource_type, name) in [
        ("key-", "key-pair", &asked::KEY_PAIR_ID),
        ("pg-", "placement-group", &asked::PLACEMENT_GROUP_ID),
    ] {
        if id.starts_with(prefix) {
            return Ok(Ok((resource_type, known!(found::called_so(request, name, id)))));
        }
    }
    let resource_type = ids::resource_type(id);
    let resource_type =
        resource_type.ok_or_else(|| invalid("Resources", "it is no known id, in lower case"))?;
    Ok(Ok((resource_type, id)))
}

/// Enters the tags that a resource of the type shall have.
pub(super) fn with_request_tags(
    request: &Request<'_>,
    permission: Permission,
    resource_type: &str,
) -> Result<Permission, MappingError> {
    Ok(with_tags(permission, &tags_for(request, resource_type)?))
}

/// Whether a resource of the type shall have tags.
pub(super) fn are_any(request: &Request<'_>, resource_type: &str) -> Result<bool, MappingError> {
    Ok(!tags_for(request, resource_type)?.is_empty())
}

/// Adds the permission to tag what is being made, if it gets tags.
///
/// Evidence: the user guide on permission to tag resources during creation.
pub(super) fn on_creation(
    request: &Request<'_>,
    resource_type: &'static str,
    permissions: &mut Vec<Permission>,
) -> Result<(), MappingError> {
    let tags = tags_for(request, resource_type)?;
    if tags.is_empty() {
        return Ok(());
    }
    // The name of a key pair or a placement group is known before it is made.
    let id = match resource_type {
        "key-pair" => request.required("KeyName")?,
        "placement-group" => request.required("GroupName")?,
        _ => "*",
    };
    let permission = on_resource(request, "ec2:CreateTags", resource_type, id)?
        .with("ec2:CreateAction", request.operation.name());
    let mut permission = with_tags(permission, &tags);
    permission.takes_resource_tags = false;
    permissions.push(permission);
    Ok(())
}

/// The permissions to tag what an operation makes that is decided by rules: its tags say of which types they are.
pub(crate) fn on_creation_by_rules(request: &Request<'_>) -> Result<Vec<Permission>, MappingError> {
    let mut permissions = Vec::new();
    let types = request.texts("TagSpecifications.ResourceType")?;
    if types.len() != request.nodes("TagSpecifications").len() {
        return Err(invalid(
            "TagSpecifications",
            "it does not say which type of resource it is for",
        ));
    }
    for name in types {
        let service = lanyard_catalogue::catalogue().service("ec2");
        let known = service.and_then(|service| service.resource_type(name));
        let resource_type = known.ok_or_else(|| invalid("TagSpecifications", "there is no such type"))?;
        on_creation(request, resource_type.name(), &mut permissions)?;
    }
    Ok(permissions)
}

/// Refuses tags for a type of which the request makes nothing.
pub(super) fn check_types(request: &Request<'_>, permissions: &[Permission]) -> Result<(), MappingError> {
    for resource_type in request.texts("TagSpecifications.ResourceType")? {
        let is_tagged = permissions
            .iter()
            .any(|permission| permission.resource_type == Some(resource_type));
        if !is_tagged {
            return Err(invalid("TagSpecifications", "the request makes no such resource"));
        }
    }
    Ok(())
}

/// Of two specifications for one type, both count.
fn tags_for<'a>(request: &Request<'a>, resource_type: &str) -> Result<Vec<(&'a str, &'a str)>, MappingError> {
    let mut tags = Vec::new();
    for specification in request.nodes("TagSpecifications") {
        let made = specification.member("ResourceType").and_then(Node::as_text);
        // Where only one type is made, the specification need not name it.
        if made.is_none_or(|made| made == resource_type) {
            tags.extend(pairs(&specification.at("Tags"))?);
            check_count(tags.len())?;
        }
    }
    Ok(tags)
}

fn check_count(tags: usize) -> Result<(), MappingError> {
    if tags <= TAGS_MAX {
        Ok(())
    } else {
        Err(invalid("Tags", "there are more than a resource can have"))
    }
}

fn pairs<'a>(nodes: &[&'a Node<'a>]) -> Result<Vec<(&'a str, &'a str)>, MappingError> {
    check_count(nodes.len())?;
    nodes
        .iter()
        .map(|tag| {
            let key = tag.member("Key").and_then(Node::as_text);
            let key = key.ok_or_else(|| invalid("Tags", "a tag has no key"))?;
            Ok((
                key,
                tag.member("Value").and_then(Node::as_text).unwrap_or_default(),
            ))
        })
        .collect()
}

fn with_tags(mut permission: Permission, tags: &[(&str, &str)]) -> Permission {
    without_request_tags(&mut permission);
    for (key, value) in tags {
        permission.context.insert(
            format!("aws:RequestTag/{key}"),
            lanyard_policy::Text::copied(value),
        );
    }
    permission.with_many("aws:TagKeys", tags.iter().map(|(key, _)| *key))
}
