//! Automations and associations: a document that is run on machines.

use super::super::own_action;
use super::{document, machine, on};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

/// The association by its id. Of one that is named by document and machine only the service knows the id.
pub(super) fn association(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let id = request.text("AssociationId")?;
    let is_named = request.has("Name") && request.has("InstanceId");
    let id = match id {
        Some(id) => id,
        None if is_named => "*",
        None => request.required("AssociationId")?,
    };
    Ok(on(request, request.arn("association", &[("AssociationId", id)])?))
}

/// The document and the machines of one association, wherever it stands in the request.
fn parts(request: &Request<'_>, entry: &Node<'_>) -> Result<Vec<String>, MappingError> {
    let mut arns = Vec::new();
    if let Some(name) = entry.member("Name").and_then(Node::as_text) {
        arns.push(document::arn(request, "Name", name)?);
    }
    if let Some(id) = entry.member("InstanceId").and_then(Node::as_text) {
        arns.push(machine::arn(request, "InstanceId", id)?);
    }
    arns.extend(machine::arns_of_targets(request, entry.at("Targets"))?);
    Ok(arns)
}

fn on_all(request: &Request<'_>, mut arns: Vec<String>) -> Resolved {
    arns.sort_unstable();
    arns.dedup();
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Resolved::Permissions(permissions.collect())
}

pub(super) fn create_association(request: &Request<'_>) -> Result<Resolved, MappingError> {
    request.required("Name")?;
    let mut arns = parts(request, request.input)?;
    arns.push(request.arn("association", &[("AssociationId", "*")])?);
    Ok(on_all(request, arns))
}

pub(super) fn create_association_batch(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = Vec::new();
    for entry in request.nodes("Entries") {
        if entry.member("Name").is_none() {
            return Err(MappingError::MissingMember {
                member: "Entries.Name".to_owned(),
            });
        }
        arns.extend(parts(request, entry)?);
    }
    if arns.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Entries".to_owned(),
        });
    }
    Ok(on_all(request, arns))
}

pub(super) fn update_association(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = parts(request, request.input)?;
    let id = request.required("AssociationId")?;
    arns.push(request.arn("association", &[("AssociationId", id)])?);
    Ok(on_all(request, arns))
}

pub(super) fn update_association_status(request: &Request<'_>) -> Result<Resolved, MappingError> {
    request.required("Name")?;
    request.required("InstanceId")?;
    Ok(on_all(request, parts(request, request.input)?))
}

/// Evidence: the service authorization reference; the document, those that a change runs, and the execution, which
/// has no id yet.
pub(super) fn start(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = vec![document::arn(
        request,
        "DocumentName",
        request.required("DocumentName")?,
    )?];
    for name in request.texts("Runbooks.DocumentName")? {
        arns.push(document::arn(request, "Runbooks.DocumentName", name)?);
    }
    arns.push(request.arn("automation-execution", &[("AutomationExecutionId", "*")])?);
    Ok(on_all(request, arns))
}
