//! Machines: EC2's instances, others that are managed, and tasks of ECS.

use super::super::own_action;
use super::{document, invalid, on};
use crate::MappingError;
use crate::aws::input::Node;
use crate::aws::request::{Request, Resolved};

/// The ARN of a machine by its id: `i-…` is an instance of EC2, `mi-…` a managed one.
pub(super) fn arn(request: &Request<'_>, path: &str, id: &str) -> Result<String, MappingError> {
    if !id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(invalid(path, "it names no machine"));
    }
    let resource_type = match id.split_once('-') {
        Some(("i", _)) => "instance",
        Some(("mi", _)) => "managed-instance",
        _ => return Err(invalid(path, "it names no machine")),
    };
    request.arn(resource_type, &[("InstanceId", id)])
}

/// Any machine that can be managed.
fn any(request: &Request<'_>) -> Result<Vec<String>, MappingError> {
    Ok(vec![
        request.arn("instance", &[("InstanceId", "*")])?,
        request.arn("managed-instance", &[("InstanceId", "*")])?,
    ])
}

/// Every machine that a list of targets can mean. What is chosen by tags or groups could be any.
pub(super) fn arns_of_targets<'a>(
    request: &Request<'_>,
    targets: impl IntoIterator<Item = &'a Node<'a>>,
) -> Result<Vec<String>, MappingError> {
    let mut arns = Vec::new();
    for target in targets {
        let key = target.member("Key").and_then(Node::as_text).unwrap_or_default();
        let values = target.at("Values");
        // Evidence: the API reference; an asterisk as the one value means every machine.
        let is_ids = key.eq_ignore_ascii_case("InstanceIds") && !values.is_empty();
        for id in values.iter().filter(|_| is_ids) {
            match id.as_text() {
                Some("*") | None => arns.extend(any(request)?),
                Some(id) => arns.push(arn(request, "Targets", id)?),
            }
        }
        if !is_ids {
            arns.extend(any(request)?);
        }
    }
    Ok(arns)
}

fn on_all(request: &Request<'_>, mut arns: Vec<String>) -> Result<Resolved, MappingError> {
    arns.sort_unstable();
    arns.dedup();
    if arns.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Targets".to_owned(),
        });
    }
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}

pub(super) fn instance(request: &Request<'_>) -> Result<Resolved, MappingError> {
    Ok(on(
        request,
        arn(request, "InstanceId", request.required("InstanceId")?)?,
    ))
}

pub(super) fn instances(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let ids = request.texts("InstanceIds")?;
    let arns = ids.into_iter().map(|id| arn(request, "InstanceIds", id));
    on_all(request, arns.collect::<Result<_, _>>()?)
}

pub(super) fn compliance(request: &Request<'_>) -> Result<Resolved, MappingError> {
    Ok(on(
        request,
        arn(request, "ResourceId", request.required("ResourceId")?)?,
    ))
}

pub(super) fn targets(request: &Request<'_>) -> Result<Resolved, MappingError> {
    on_all(request, arns_of_targets(request, request.nodes("Targets"))?)
}

/// A machine, or a container as `ecs:CLUSTER_TASK_RUNTIME`.
fn target_arn(request: &Request<'_>) -> Result<String, MappingError> {
    let target = request.required("Target")?;
    let Some(container) = target.strip_prefix("ecs:") else {
        return arn(request, "Target", target);
    };
    let mut parts = container.rsplitn(3, '_');
    let (Some(_runtime), Some(task), Some(cluster)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(invalid("Target", "it names no task"));
    };
    request.arn("task", &[("TaskId", &format!("{cluster}/{task}"))])
}

pub(super) fn target(request: &Request<'_>) -> Result<Resolved, MappingError> {
    Ok(on(request, target_arn(request)?))
}

/// Evidence: recorded responses; the document must be allowed even if the request leaves it to the default.
pub(super) fn start_session(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let name = request
        .text("DocumentName")?
        .unwrap_or("SSM-SessionManagerRunShell");
    let document = document::arn(request, "DocumentName", name)?;
    Ok(Resolved::Permissions(vec![
        request.permission("ssm:StartSession", target_arn(request)?),
        request.permission("ssm:StartSession", document),
    ]))
}

/// Evidence: recorded responses for the document and the machines, the user guide for the bucket of the output.
pub(super) fn send_command(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let ids = request.texts("InstanceIds")?;
    let machines = ids.into_iter().map(|id| arn(request, "InstanceIds", id));
    let mut arns: Vec<String> = machines.collect::<Result<_, _>>()?;
    arns.extend(arns_of_targets(request, request.nodes("Targets"))?);
    if arns.is_empty() {
        return Err(MappingError::MissingMember {
            member: "InstanceIds".to_owned(),
        });
    }
    arns.push(document::arn(
        request,
        "DocumentName",
        request.required("DocumentName")?,
    )?);
    if let Some(bucket) = request
        .text("OutputS3BucketName")?
        .filter(|bucket| !bucket.is_empty())
    {
        arns.push(request.arn("bucket", &[("BucketName", bucket)])?);
    }
    on_all(request, arns)
}

/// A machine gets another role: both must be allowed, besides passing it.
pub(super) fn role(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let role = request.arn("iam-role", &[("RoleName", request.required("IamRole")?)])?;
    let machine = arn(request, "InstanceId", request.required("InstanceId")?)?;
    on_all(request, vec![role, machine])
}
