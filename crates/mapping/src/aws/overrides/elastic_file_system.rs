//! EFS: tags, whose resource may be named by an id that tells its kind.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "DeleteReplicationConfiguration",
            Resolve::On(&[OnType {
                resource_type: "file-system",
                named: Named::ArnOrBy("FileSystemId", "SourceFileSystemId"),
                absent: Absent::Missing,
            }]),
        ),
        (
            "ListTagsForResource",
            Resolve::Custom(
                tagged,
                "the access point or file system {ResourceId}, which its id tells apart",
            ),
        ),
        (
            "TagResource",
            Resolve::Custom(
                tagged,
                "the access point or file system {ResourceId}, which its id tells apart",
            ),
        ),
        (
            "UntagResource",
            Resolve::Custom(
                tagged,
                "the access point or file system {ResourceId}, which its id tells apart",
            ),
        ),
    ],
};

/// Evidence: the API reference: ids of access points begin with `fsap-`, those of file systems with `fs-`.
fn tagged(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("ResourceId")?;
    let id = match text.starts_with("arn:") {
        true => text.rsplit('/').next().unwrap_or_default(),
        false => text,
    };
    let arn = if id.starts_with("fsap-") {
        request.arn_or_name("access-point", "AccessPointId", text)?
    } else if id.starts_with("fs-") {
        request.arn_or_name("file-system", "FileSystemId", text)?
    } else {
        return Err(MappingError::InvalidMember {
            member: "ResourceId".to_owned(),
            reason: "it is neither an access point nor a file system",
        });
    };
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}
