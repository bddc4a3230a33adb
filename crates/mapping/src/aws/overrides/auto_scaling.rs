//! Auto Scaling: groups that are named inside of tags, and instances whose group only the service knows.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "CreateOrUpdateTags",
            Resolve::Custom(tags, "the group {Tags.ResourceId} of each tag"),
        ),
        (
            "DeleteTags",
            Resolve::Custom(tags, "the group {Tags.ResourceId} of each tag"),
        ),
        // Fails closed: to which group an instance belongs only the service knows.
        (
            "SetInstanceHealth",
            Resolve::On(&[OnType {
                resource_type: "autoScalingGroup",
                named: Named::Any,
                absent: Absent::Any,
            }]),
        ),
    ],
};

/// Evidence: recorded responses; the id of a group is any, since requests have its name alone.
fn tags(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    for tag in request.nodes("Tags") {
        let Some(group) = tag.member("ResourceId").and_then(Node::as_text) else {
            return Err(MappingError::MissingMember {
                member: "Tags.ResourceId".to_owned(),
            });
        };
        let values = [("GroupId", "*"), ("GroupFriendlyName", group)];
        let arn = request.arn("autoScalingGroup", &values)?;
        permissions.push(request.permission(own_action(request), arn));
    }
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Tags".to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}
