//! ECS: services, tasks and instances are parts of a cluster, which is the default one unless the request says.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "CreateService",
            Resolve::Custom(
                |request| part(request, "service", "serviceName"),
                "service {serviceName} of {cluster}, or of the default cluster",
            ),
        ),
        ("CreateTaskSet", TASK_SET),
        ("DeleteAttributes", ANY_INSTANCE),
        ("DeleteService", SERVICE),
        (
            "DeleteTaskDefinitions",
            Resolve::Custom(
                task_definitions,
                "each of {taskDefinitions}, by family and revision or by ARN",
            ),
        ),
        ("DeleteTaskSet", TASK_SET),
        ("DeregisterContainerInstance", CLUSTER),
        ("DescribeContainerInstances", INSTANCES),
        (
            "DescribeServices",
            Resolve::Custom(
                |request| part(request, "service", "services"),
                "each of {services} of {cluster}, or of the default cluster",
            ),
        ),
        ("DescribeTaskSets", TASK_SET),
        ("DescribeTasks", TASKS),
        (
            "ExecuteCommand",
            Resolve::Custom(
                execute_command,
                "task {task}, and {cluster} or the default cluster",
            ),
        ),
        ("GetTaskProtection", TASKS),
        ("ListAttributes", CLUSTER),
        ("ListContainerInstances", CLUSTER),
        ("ListServiceDeployments", SERVICE),
        (
            "ListServices",
            Resolve::Custom(
                list_services,
                "*, with {cluster}, or the default cluster, as a condition key",
            ),
        ),
        ("ListTasks", ANY_INSTANCE),
        ("PutAttributes", ANY_INSTANCE),
        ("RegisterContainerInstance", CLUSTER),
        (
            "RegisterTaskDefinition",
            Resolve::Custom(register_task_definition, "*, since a family grants nothing"),
        ),
        ("RunTask", RUN),
        ("StartTask", RUN),
        (
            "StopTask",
            Resolve::Custom(
                |request| part(request, "task", "task"),
                "task {task} of {cluster}, or of the default cluster",
            ),
        ),
        ("SubmitAttachmentStateChanges", CLUSTER),
        ("SubmitContainerStateChange", CLUSTER),
        ("SubmitTaskStateChange", CLUSTER),
        (
            "UpdateContainerAgent",
            Resolve::Custom(
                |request| part(request, "container-instance", "containerInstance"),
                "container instance {containerInstance} of {cluster}, or of the default cluster",
            ),
        ),
        ("UpdateContainerInstancesState", INSTANCES),
        ("UpdateService", SERVICE),
        ("UpdateServicePrimaryTaskSet", SERVICE),
        ("UpdateTaskProtection", TASKS),
        ("UpdateTaskSet", TASK_SET),
    ],
};

const CLUSTER: Resolve = Resolve::Custom(cluster, "{cluster}, or the default cluster");
const SERVICE: Resolve = Resolve::Custom(
    |request| part(request, "service", "service"),
    "service {service} of {cluster}, or of the default cluster",
);
const TASKS: Resolve = Resolve::Custom(
    |request| part(request, "task", "tasks"),
    "each of {tasks} of {cluster}, or of the default cluster",
);
const INSTANCES: Resolve = Resolve::Custom(
    |request| part(request, "container-instance", "containerInstances"),
    "each of {containerInstances} of {cluster}, or of the default cluster",
);
const ANY_INSTANCE: Resolve = Resolve::Custom(
    any_instance,
    "every container instance of {cluster}, or of the default cluster",
);
const TASK_SET: Resolve = Resolve::Custom(
    task_set,
    "the task sets that are named, or every one, of {service} of {cluster}",
);
const RUN: Resolve = Resolve::Custom(
    run,
    "the task definition {taskDefinition}, with {cluster}, or the default cluster, as a condition key",
);

/// The ARN of the cluster of a request.
fn cluster_arn(request: &Request<'_>) -> Result<String, MappingError> {
    let name = request.text("cluster")?.unwrap_or("default");
    // What is behind the name would be taken for a part of what is in the cluster.
    if name.starts_with("arn:") || !name.contains('/') {
        request.arn_or_name("cluster", "ClusterName", name)
    } else {
        Err(invalid("cluster", "it names no cluster"))
    }
}

fn invalid(path: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason,
    }
}

/// A permission with the cluster as a condition key.
fn in_cluster(request: &Request<'_>, cluster: &str, arn: String) -> Permission {
    request
        .permission(own_action(request), arn)
        .with("ecs:cluster", cluster)
}

fn cluster(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = cluster_arn(request)?;
    Ok(Resolved::Permissions(vec![
        request.permission(own_action(request), cluster),
    ]))
}

/// Services, tasks or instances by name or id in the cluster, or by ARN, which must be of that cluster. None at all
/// means each of them.
fn part(request: &Request<'_>, resource_type: &str, path: &'static str) -> Result<Resolved, MappingError> {
    let cluster = cluster_arn(request)?;
    let Some((place, name)) = cluster.split_once(":cluster/") else {
        return Err(invalid("cluster", "it names no cluster"));
    };
    let start = format!("{place}:{resource_type}/{name}/");
    let mut permissions = Vec::new();
    for text in request.texts(path)? {
        let id = match text.strip_prefix("arn:") {
            None => text,
            Some(_) => {
                let arn = request.checked_arn(resource_type, text)?;
                match arn.strip_prefix(&start) {
                    Some(_) => text.rsplit('/').next().unwrap_or_default(),
                    None => return Err(invalid(path, "it is in another cluster")),
                }
            }
        };
        let is_id = !id.is_empty()
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_id {
            return Err(invalid(path, "it is no name and no id"));
        }
        permissions.push(in_cluster(request, &cluster, format!("{start}{id}")));
    }
    // Without a revision the newest is meant, which only the service knows.
    let definition = match request.text("taskDefinition")? {
        Some(text) if text.contains(':') => Some(task_definition_arn(request, "taskDefinition", text)?),
        _ => None,
    };
    let is_given = request.has("taskDefinition");
    let permissions_of = permissions.into_iter().map(|permission| match &definition {
        Some(definition) => permission.with("ecs:task-definition", definition),
        None if is_given => permission,
        None => permission.without("ecs:task-definition"),
    });
    let mut permissions: Vec<Permission> = permissions_of.collect();
    if permissions.is_empty() {
        let is_list = request.operation.name() == "GetTaskProtection";
        if !is_list {
            return Err(MappingError::MissingMember {
                member: path.to_owned(),
            });
        }
        permissions.push(in_cluster(request, &cluster, format!("{start}*")));
    }
    Ok(Resolved::Permissions(permissions))
}

/// Fails closed: what is listed or marked could be on any instance of the cluster.
fn any_instance(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = cluster_arn(request)?;
    let arn = cluster.replacen(":cluster/", ":container-instance/", 1);
    Ok(Resolved::Permissions(vec![in_cluster(
        request,
        &cluster,
        format!("{arn}/*"),
    )]))
}

/// Evidence: the service authorization reference; the cluster and the task must be allowed.
fn execute_command(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = cluster_arn(request)?;
    let Resolved::Permissions(mut permissions) = part(request, "task", "task")? else {
        return Err(request.unmapped("the task is not named"));
    };
    let task = permissions.first().map(|permission| permission.resource.clone());
    permissions.push(in_cluster(request, &cluster, cluster.clone()));
    let container = request.text("container")?;
    let permissions = permissions.into_iter().map(|mut permission| {
        if let Some(task) = &task {
            permission = permission.with("ecs:task", task);
        }
        match container {
            Some(container) => permission.with("ecs:container-name", container),
            None => permission,
        }
    });
    Ok(Resolved::Permissions(permissions.collect()))
}

/// A set of tasks in a service of the cluster; without an id any of them.
fn task_set(request: &Request<'_>) -> Result<Resolved, MappingError> {
    request.required("cluster")?;
    let cluster = cluster_arn(request)?;
    let Resolved::Permissions(services) = part(request, "service", "service")? else {
        return Err(request.unmapped("the service is not named"));
    };
    let Some(service) = services.first().map(|permission| permission.resource.clone()) else {
        return Err(request.unmapped("the service is not named"));
    };
    let start = service.replacen(":service/", ":task-set/", 1);
    let mut ids = Vec::new();
    for path in ["taskSet", "taskSets"] {
        for text in request.texts(path)? {
            let id = match text.strip_prefix("arn:") {
                None => text,
                Some(_) => {
                    let arn = request.checked_arn("task-set", text)?;
                    if arn.rsplit_once('/').is_none_or(|(place, _)| place != start) {
                        return Err(invalid(path, "it is of another service"));
                    }
                    text.rsplit('/').next().unwrap_or_default()
                }
            };
            if id.is_empty()
                || !id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            {
                return Err(invalid(path, "it is no id"));
            }
            ids.push(id);
        }
    }
    if ids.is_empty() {
        ids.push("*");
    }
    let permissions = ids
        .into_iter()
        .map(|id| in_cluster(request, &cluster, format!("{start}/{id}")).with("ecs:service", &service));
    Ok(Resolved::Permissions(permissions.collect()))
}

fn list_services(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = cluster_arn(request)?;
    let permission = request.wildcard("ecs:ListServices").with("ecs:cluster", &cluster);
    Ok(Resolved::Permissions(vec![permission]))
}

/// The ARN of a task definition by family, by family and revision, or by ARN.
///
/// Evidence: recorded responses; without a revision the family alone is the resource.
fn task_definition_arn(request: &Request<'_>, path: &str, text: &str) -> Result<String, MappingError> {
    if text.starts_with("arn:") {
        return request.checked_arn("task-definition", text);
    }
    let (family, revision) = text
        .split_once(':')
        .map_or((text, None), |(family, revision)| (family, Some(revision)));
    let is_family = !family.is_empty()
        && family
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let is_number =
        |revision: &str| !revision.is_empty() && revision.bytes().all(|byte| byte.is_ascii_digit());
    if !is_family || !revision.is_none_or(is_number) {
        return Err(invalid(path, "it names no task definition"));
    }
    let (region, account) = (request.scope.region, request.scope.account);
    Ok(format!("arn:aws:ecs:{region}:{account}:task-definition/{text}"))
}

fn run(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = cluster_arn(request)?;
    let path = "taskDefinition";
    let arn = task_definition_arn(request, path, request.required(path)?)?;
    let mut permission = in_cluster(request, &cluster, arn);
    permission.resource_type = Some("task-definition");
    Ok(Resolved::Permissions(vec![permission]))
}

/// The family decides about the tags alone.
///
/// Evidence: recorded responses; a policy that names families grants nothing.
fn register_task_definition(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if request.required("family")?.contains(':') {
        return Err(invalid("family", "it names no family"));
    }
    Ok(Resolved::Permissions(vec![
        request.wildcard("ecs:RegisterTaskDefinition"),
    ]))
}

fn task_definitions(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let path = "taskDefinitions";
    let permissions = request
        .texts(path)?
        .into_iter()
        .map(|text| {
            let arn = task_definition_arn(request, path, text)?;
            let mut permission = request.permission("ecs:DeleteTaskDefinitions", arn);
            permission.resource_type = Some("task-definition");
            Ok(permission)
        })
        .collect::<Result<Vec<_>, MappingError>>()?;
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: path.to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}
