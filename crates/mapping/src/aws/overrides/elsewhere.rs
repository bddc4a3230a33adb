//! Permissions of other services that an operation needs as well: of objects that are read, of secrets.

use lanyard_catalogue::catalogue;

use super::object_address::ObjectAddress;
use crate::MappingError;
use crate::aws::arn_form::is_plain;
use crate::aws::call::Permission;
use crate::aws::request::Request;

/// A permission on something of another service, of which nothing but its ARN is known here.
pub(super) fn permission(
    request: &Request<'_>,
    action: &'static str,
    resource_type: &'static str,
    arn: String,
) -> Permission {
    let mut permission = request.permission(action, arn);
    permission.resource_type = Some(resource_type);
    // What stands in the request is about the service's own resource, and not about this one.
    permission.context = lanyard_policy::Context::new();
    permission.takes_resource_tags = false;
    if let Some(action) = catalogue().action(action) {
        let of_types = action
            .resources()
            .iter()
            .flat_map(|resource| resource.condition_keys());
        let keys = action.condition_keys().iter().chain(of_types);
        permission.unknown_keys = keys.map(|key| key.name()).collect();
    }
    permission.unknown_keys.push("aws:ResourceTag/${TagKey}");
    permission.unknown_keys.sort_unstable();
    permission.unknown_keys.dedup();
    permission
}

/// The permission to read the object that the members below a path name, if one is named.
pub(super) fn object(request: &Request<'_>, below: &str) -> Result<Option<Permission>, MappingError> {
    let path = |member: &str| {
        if below.is_empty() {
            member.to_owned()
        } else {
            format!("{below}.{member}")
        }
    };
    if !request.has(&path("S3Bucket")) && !request.has(&path("S3Key")) {
        return Ok(None);
    }
    let bucket = bucket(request, &path("S3Bucket"))?;
    let key = request.required(&path("S3Key"))?;
    if !is_plain(key) {
        return Err(invalid(&path("S3Key")));
    }
    let action = read_action(request.has(&path("S3ObjectVersion")));
    let arn = format!("arn:aws:s3:::{bucket}/{key}");
    Ok(Some(permission(request, action, "object", arn)))
}

/// The permissions to read the object at the address in a member.
pub(super) fn object_at(
    request: &Request<'_>,
    member: &str,
    address: &str,
    permissions: &mut Vec<Permission>,
) -> Result<(), MappingError> {
    let address = ObjectAddress::read(address).map_err(|reason| MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    })?;
    let action = read_action(address.version.is_some());
    for key in &address.keys {
        let arn = format!("arn:aws:s3:::{}/{key}", address.bucket);
        let mut permission = permission(request, action, "object", arn);
        permission.enter("s3:VersionId", address.version);
        permissions.push(permission);
    }
    Ok(())
}

/// The action that reads an object, or a version of it that is named.
fn read_action(has_version: bool) -> &'static str {
    if has_version {
        "s3:GetObjectVersion"
    } else {
        "s3:GetObject"
    }
}

/// The permission on all objects of the bucket at a path.
pub(super) fn objects_of(
    request: &Request<'_>,
    action: &'static str,
    path: &str,
) -> Result<Permission, MappingError> {
    let arn = format!("arn:aws:s3:::{}/*", bucket(request, path)?);
    Ok(permission(request, action, "object", arn))
}

fn bucket<'a>(request: &Request<'a>, path: &str) -> Result<&'a str, MappingError> {
    let bucket = request.required(path)?;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if bucket.bytes().all(is_letter) {
        Ok(bucket)
    } else {
        Err(invalid(path))
    }
}

fn invalid(path: &str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason: "it names nothing that could be decided on",
    }
}
