//! Operations on whatever has tags or a policy.

use super::{document, invalid, machine, on, parameter};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

/// The resource of a kind and an id.
///
/// Evidence: the API reference; the ids of items of OpsCenter's metadata and of documents may be ARNs.
pub(super) fn by_kind(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let id = request.required("ResourceId")?;
    let arn = match request.required("ResourceType")? {
        "Parameter" => parameter::arn(request, "ResourceId", id)?,
        "Document" => document::arn(request, "ResourceId", id)?,
        "ManagedInstance" => machine::arn(request, "ResourceId", id)?,
        "MaintenanceWindow" => window_part(request, id)?,
        "PatchBaseline" => request.arn_or_name("patchbaseline", "PatchBaselineIdResourceId", id)?,
        "OpsItem" => request.arn_or_name("opsitem", "ResourceId", id)?,
        "OpsMetadata" => request.checked_arn("opsmetadata", id)?,
        "Automation" => request.arn_or_name("automation-execution", "AutomationExecutionId", id)?,
        "Association" => request.arn_or_name("association", "AssociationId", id)?,
        "CloudConnector" => request.arn_or_name("cloud-connector", "CloudConnectorId", id)?,
        _ => {
            return Err(invalid(
                "ResourceType",
                "it is no kind with tags that is known here",
            ));
        }
    };
    Ok(on(request, arn))
}

fn window_part(request: &Request<'_>, id: &str) -> Result<String, MappingError> {
    request.arn_or_name("maintenancewindow", "ResourceId", id)
}

pub(super) fn by_arn(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let text = request.required("ResourceArn")?;
    let resource = text.splitn(6, ':').nth(5).unwrap_or_default();
    let arn = match resource.split('/').next() {
        Some("document") => document::arn(request, "ResourceArn", text)?,
        Some("parameter") => parameter::arn(request, "ResourceArn", text)?,
        Some("opsitemgroup") => request.checked_arn("opsitemgroup", text)?,
        _ => return Err(invalid("ResourceArn", "it is no ARN of something with a policy")),
    };
    Ok(on(request, arn))
}
