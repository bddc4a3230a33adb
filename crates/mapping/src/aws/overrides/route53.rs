//! Route 53: tags, whose resource is named by its kind and its id.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "ChangeTagsForResource",
            Resolve::Custom(
                |request| tagged(request, "ResourceId"),
                "the {ResourceType} {ResourceId}",
            ),
        ),
        (
            "ListTagsForResource",
            Resolve::Custom(
                |request| tagged(request, "ResourceId"),
                "the {ResourceType} {ResourceId}",
            ),
        ),
        (
            "ListTagsForResources",
            Resolve::Custom(
                |request| tagged(request, "ResourceIds"),
                "the {ResourceType} of each of {ResourceIds}",
            ),
        ),
    ],
};

/// Evidence: the API reference; the kinds are called as the types are.
fn tagged(request: &Request<'_>, path: &str) -> Result<Resolved, MappingError> {
    let kind = request.required("ResourceType")?;
    if kind != "healthcheck" && kind != "hostedzone" {
        return Err(MappingError::InvalidMember {
            member: "ResourceType".to_owned(),
            reason: "it is neither healthcheck nor hostedzone",
        });
    }
    let mut permissions = Vec::new();
    for id in request.texts(path)? {
        let arn = request.arn(kind, &[("Id", id)])?;
        permissions.push(request.permission(own_action(request), arn));
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}
