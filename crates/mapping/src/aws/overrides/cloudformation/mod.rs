//! CloudFormation: what is asked of a template alone is asked on nothing; what lies in buckets is read for the caller.

pub(in crate::aws) mod templates;

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[(
        "GetTemplateSummary",
        Resolve::Custom(
            get_template_summary,
            "stack {StackName} and stack set {StackSetName}; * for a template alone",
        ),
    )],
};

/// Of a stack, of a stack set, or of a template that the request brings.
///
/// Evidence: recorded responses; those about a template name no resource.
fn get_template_summary(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut permissions = Vec::new();
    if let Some(name) = request.text("StackName")? {
        let arn = if name.starts_with("arn:") {
            request.checked_arn("stack", name)?
        } else {
            request.arn("stack", &[("StackName", name), ("Id", "*")])?
        };
        permissions.push(request.permission(own_action(request), arn));
    }
    if let Some(name) = request.text("StackSetName")? {
        let arn = request.arn("stackset", &[("StackSetName", name), ("Id", "*")])?;
        permissions.push(request.permission(own_action(request), arn));
    }
    if permissions.is_empty() {
        permissions.push(request.wildcard(own_action(request)));
    }
    Ok(Resolved::Permissions(permissions))
}
