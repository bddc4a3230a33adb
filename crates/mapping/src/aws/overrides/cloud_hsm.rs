//! CloudHSM: tags are on clusters and on backups, which their ids tell apart.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("ListTags", TAGGED),
        ("TagResource", TAGGED),
        ("UntagResource", TAGGED),
    ],
};

const TAGGED: Resolve = Resolve::Custom(
    tagged,
    "the cluster or backup {ResourceId}, which its id tells apart",
);

/// Evidence: the API reference, which has the forms of both ids.
fn tagged(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let wrong = || MappingError::InvalidMember {
        member: "ResourceId".to_owned(),
        reason: "it is neither the id of a cluster nor that of a backup",
    };
    let id = request.required("ResourceId")?;
    let (kind, rest) = id.split_once('-').ok_or_else(wrong)?;
    let placeholder = match kind {
        "backup" => "CloudHsmBackupInstanceName",
        "cluster" => "CloudHsmClusterInstanceName",
        _ => return Err(wrong()),
    };
    if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(wrong());
    }
    let arn = request.arn(kind, &[(placeholder, id)])?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), arn),
    ]))
}
