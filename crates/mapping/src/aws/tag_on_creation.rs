//! Tags that a request gives to what it makes: AWS asks for the permission to tag, too.
//!
//! Evidence: recorded responses of functions, topics, log groups, repositories, databases, load balancers, tasks, alarms,
//! clusters, delivery streams, guardrails and definitions of jobs that were refused for their tags, and the API
//! references of the others.

mod made;

use lanyard_policy::ContextValue;

use super::call::Permission;
use super::overrides::ec2_creation_tags;
use super::request::Request;
use crate::MappingError;

/// Prefix, operation, the action that is needed as well, and the types that get the tags. In order.
const MAKES: &[(&str, &str, &str, &[&str])] = &[
    ("amplify", "CreateApp", "TagResource", &["apps"]),
    ("appsync", "CreateGraphqlApi", "TagResource", &[]),
    (
        "batch",
        "RegisterJobDefinition",
        "TagResource",
        &["job-definition"],
    ),
    ("batch", "SubmitJob", "TagResource", &["job"]),
    ("bedrock", "CreateGuardrail", "TagResource", &["guardrail"]),
    ("cloudwatch", "PutCompositeAlarm", "TagResource", &["alarm"]),
    ("cloudwatch", "PutInsightRule", "TagResource", &["insight-rule"]),
    ("cloudwatch", "PutMetricAlarm", "TagResource", &["alarm"]),
    ("cloudwatch", "PutMetricStream", "TagResource", &["metric-stream"]),
    ("ecr", "CreateRepository", "TagResource", &["repository"]),
    (
        "ecs",
        "CreateCapacityProvider",
        "TagResource",
        &["capacity-provider"],
    ),
    ("ecs", "CreateCluster", "TagResource", &["cluster"]),
    ("ecs", "CreateService", "TagResource", &["service"]),
    ("ecs", "CreateTaskSet", "TagResource", &["task-set"]),
    (
        "ecs",
        "RegisterContainerInstance",
        "TagResource",
        &["container-instance"],
    ),
    (
        "ecs",
        "RegisterTaskDefinition",
        "TagResource",
        &["task-definition"],
    ),
    ("ecs", "RunTask", "TagResource", &["task"]),
    ("ecs", "StartTask", "TagResource", &["task"]),
    ("eks", "CreateCluster", "TagResource", &["cluster"]),
    (
        "elasticloadbalancing",
        "CreateListener",
        "AddTags",
        &["listener/app", "listener/gwy", "listener/net"],
    ),
    (
        "elasticloadbalancing",
        "CreateLoadBalancer",
        "AddTags",
        &[
            "loadbalancer",
            "loadbalancer/app/",
            "loadbalancer/gwy/",
            "loadbalancer/net/",
        ],
    ),
    (
        "elasticloadbalancing",
        "CreateRule",
        "AddTags",
        &["listener-rule/app", "listener-rule/net"],
    ),
    (
        "elasticloadbalancing",
        "CreateTargetGroup",
        "AddTags",
        &["targetgroup"],
    ),
    (
        "elasticloadbalancing",
        "CreateTrustStore",
        "AddTags",
        &["truststore"],
    ),
    ("elasticmapreduce", "RunJobFlow", "AddTags", &["cluster"]),
    ("events", "CreateEventBus", "TagResource", &["event-bus"]),
    (
        "events",
        "PutRule",
        "TagResource",
        &["rule-on-custom-event-bus", "rule-on-default-event-bus"],
    ),
    (
        "firehose",
        "CreateDeliveryStream",
        "TagDeliveryStream",
        &["deliverystream"],
    ),
    ("kinesis", "CreateChannel", "TagResource", &["channel"]),
    ("kinesis", "CreateStream", "AddTagsToStream", &["stream"]),
    ("kinesis", "RegisterStreamConsumer", "TagResource", &["consumer"]),
    (
        "lambda",
        "CreateCapacityProvider",
        "TagResource",
        &["capacityProvider"],
    ),
    (
        "lambda",
        "CreateCodeSigningConfig",
        "TagResource",
        &["code signing config"],
    ),
    (
        "lambda",
        "CreateEventSourceMapping",
        "TagResource",
        &["eventSourceMapping"],
    ),
    ("lambda", "CreateFunction", "TagResource", &["function"]),
    ("logs", "CreateDelivery", "TagResource", &["delivery"]),
    (
        "logs",
        "CreateLogAnomalyDetector",
        "TagResource",
        &["anomaly-detector"],
    ),
    ("logs", "CreateLogGroup", "TagResource", &["log-group"]),
    ("logs", "CreateLookupTable", "TagResource", &["lookup-table"]),
    (
        "logs",
        "CreateScheduledQuery",
        "TagResource",
        &["scheduled-query"],
    ),
    (
        "logs",
        "PutDeliveryDestination",
        "TagResource",
        &["delivery-destination"],
    ),
    ("logs", "PutDeliverySource", "TagResource", &["delivery-source"]),
    ("logs", "PutDestination", "TagResource", &["destination"]),
    (
        "rds",
        "CopyDBClusterParameterGroup",
        "AddTagsToResource",
        &["cluster-pg"],
    ),
    (
        "rds",
        "CopyDBClusterSnapshot",
        "AddTagsToResource",
        &["cluster-snapshot"],
    ),
    ("rds", "CopyDBParameterGroup", "AddTagsToResource", &["pg"]),
    ("rds", "CopyDBSnapshot", "AddTagsToResource", &["snapshot"]),
    ("rds", "CopyOptionGroup", "AddTagsToResource", &["og"]),
    ("rds", "CreateDBCluster", "AddTagsToResource", &["cluster"]),
    (
        "rds",
        "CreateDBClusterParameterGroup",
        "AddTagsToResource",
        &["cluster-pg"],
    ),
    (
        "rds",
        "CreateDBClusterSnapshot",
        "AddTagsToResource",
        &["cluster-snapshot"],
    ),
    ("rds", "CreateDBInstance", "AddTagsToResource", &["db"]),
    ("rds", "CreateDBInstanceReadReplica", "AddTagsToResource", &["db"]),
    ("rds", "CreateDBParameterGroup", "AddTagsToResource", &["pg"]),
    ("rds", "CreateDBProxy", "AddTagsToResource", &["proxy"]),
    ("rds", "CreateDBSecurityGroup", "AddTagsToResource", &["secgrp"]),
    ("rds", "CreateDBSnapshot", "AddTagsToResource", &["snapshot"]),
    ("rds", "CreateDBSubnetGroup", "AddTagsToResource", &["subgrp"]),
    ("rds", "CreateEventSubscription", "AddTagsToResource", &["es"]),
    ("rds", "CreateOptionGroup", "AddTagsToResource", &["og"]),
    (
        "rds",
        "RestoreDBClusterFromSnapshot",
        "AddTagsToResource",
        &["cluster"],
    ),
    (
        "rds",
        "RestoreDBClusterToPointInTime",
        "AddTagsToResource",
        &["cluster"],
    ),
    (
        "rds",
        "RestoreDBInstanceFromDBSnapshot",
        "AddTagsToResource",
        &["db"],
    ),
    (
        "rds",
        "RestoreDBInstanceToPointInTime",
        "AddTagsToResource",
        &["db"],
    ),
    ("secretsmanager", "CreateSecret", "TagResource", &["Secret"]),
    ("sns", "CreateTopic", "TagResource", &["topic"]),
    ("sqs", "CreateQueue", "TagQueue", &["queue"]),
    ("ssm", "CreateAssociation", "AddTagsToResource", &["association"]),
    ("ssm", "CreateDocument", "AddTagsToResource", &["document"]),
    (
        "ssm",
        "CreateMaintenanceWindow",
        "AddTagsToResource",
        &["maintenancewindow"],
    ),
    ("ssm", "CreateOpsItem", "AddTagsToResource", &["opsitem"]),
    ("ssm", "CreateOpsMetadata", "AddTagsToResource", &["opsmetadata"]),
    (
        "ssm",
        "CreatePatchBaseline",
        "AddTagsToResource",
        &["patchbaseline"],
    ),
    ("ssm", "PutParameter", "AddTagsToResource", &["parameter"]),
    (
        "ssm",
        "StartAutomationExecution",
        "AddTagsToResource",
        &["automation-execution"],
    ),
    ("states", "CreateActivity", "TagResource", &["activity"]),
    ("states", "CreateStateMachine", "TagResource", &["statemachine"]),
    (
        "transcribe",
        "StartTranscriptionJob",
        "TagResource",
        &["transcriptionjob"],
    ),
];

/// What a request needs for its tags, besides what it needs already. What has no name yet is any of its type.
///
/// # Errors
/// A type whose ARNs cannot be made.
pub(super) fn permissions(
    request: &Request<'_>,
    needed: &[Permission],
) -> Result<Vec<Permission>, MappingError> {
    let prefix = request.tables.prefix();
    let operation = request.operation.name();
    if prefix == "ec2"
        && needed
            .iter()
            .all(|permission| permission.action != "ec2:CreateTags")
    {
        return ec2_creation_tags(request);
    }
    if !request.compiled.tags.has_keys() {
        return Ok(Vec::new());
    }
    let Some((action, types)) = tagged(prefix, operation) else {
        return Ok(Vec::new());
    };
    if request.compiled.tags.read(request.input).is_empty() {
        return Ok(Vec::new());
    }
    if types.is_empty() {
        return Ok(vec![request.wildcard(format!("{prefix}:{action}"))]);
    }
    let is_made = |permission: &&Permission| {
        permission
            .resource_type
            .is_some_and(|known| types.contains(&known))
    };
    let mut arns: Vec<String> = needed
        .iter()
        .filter(is_made)
        // Tags of a log group are decided on it alone, everything else with its streams.
        .map(|permission| permission.resource.trim_end_matches(":log-stream:").to_owned())
        .collect();
    if arns.is_empty() {
        arns.extend(
            needed
                .iter()
                .filter_map(|permission| beneath(operation, permission)),
        );
    }
    let cluster = needed.iter().find_map(cluster);
    if arns.is_empty() {
        arns.extend(unnumbered(request, cluster.as_deref())?);
    }
    if arns.is_empty() {
        let forms = types.iter().filter_map(|name| request.tables.forms(name).first());
        arns.extend(forms.filter_map(|form| form.filled(request.scope, |_| Some("*"))));
    }
    if arns.is_empty() {
        return Err(request.unmapped("what gets its tags has another form of ARN"));
    }
    arns.dedup();
    let permissions = arns.into_iter().map(|arn| {
        let mut permission = request.permission(format!("{prefix}:{action}"), arn);
        if let Some(cluster) = &cluster {
            permission = permission.with("ecs:cluster", cluster);
        }
        for key in [
            "ecs:CreateAction",
            "elasticfilesystem:CreateAction",
            "elasticloadbalancing:CreateAction",
        ] {
            if permission.unknown_keys.contains(&key) {
                permission = permission.with(key, operation);
            }
        }
        permission
    });
    Ok(permissions.collect())
}

/// The action that an operation needs for its tags, and the types that get them.
fn tagged(prefix: &str, operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    let found = MAKES.binary_search_by(|(known, name, ..)| (*known, *name).cmp(&(prefix, operation)));
    match found.ok().and_then(|place| MAKES.get(place)) {
        Some((.., action, types)) => Some((*action, *types)),
        None => made::tagged(prefix, operation),
    }
}

/// What is not decided on when it is made, but for its tags: tasks of a cluster, revisions of a family, crawlers.
///
/// Evidence: recorded responses of tasks that were refused for their tags.
fn unnumbered(request: &Request<'_>, cluster: Option<&str>) -> Result<Option<String>, MappingError> {
    Ok(
        match (request.tables.prefix(), request.operation.name(), cluster) {
            ("ecs", "RunTask" | "StartTask", Some(cluster)) => {
                Some(format!("{}/*", cluster.replacen(":cluster/", ":task/", 1)))
            }
            ("glue", "CreateCrawler", _) => {
                let name = ("CrawlerName", request.required("Name")?);
                Some(request.arn("crawler", &[name])?)
            }
            ("ecs", "RegisterTaskDefinition", _) => {
                let family = ("TaskDefinitionFamilyName", request.required("family")?);
                let revision = ("TaskDefinitionRevisionNumber", "*");
                Some(request.arn("task-definition", &[family, revision])?)
            }
            _ => None,
        },
    )
}

/// What is made beneath something else has its name before its own id.
///
/// Evidence: recorded responses of listeners that were refused for their tags.
const BENEATH: [(&str, &str, &str, &str); 3] = [
    ("CreateListener", ":loadbalancer/", ":listener/", "/*"),
    ("CreateRule", ":listener/", ":listener-rule/", "/*"),
    ("CreateTable", ":bucket/", ":bucket/", "/table/*"),
];

fn beneath(operation: &str, permission: &Permission) -> Option<String> {
    let mut known = BENEATH.iter();
    let (_, above, own, end) = known.find(|(of, ..)| *of == operation)?;
    let (head, rest) = permission.resource.split_once(above)?;
    Some(format!("{head}{own}{rest}{end}"))
}

/// The cluster that a permission of ECS is about, by its ARN and not by the name that a request may have.
fn cluster(permission: &Permission) -> Option<String> {
    permission.context.iter().find_map(|(key, value)| match value {
        ContextValue::Single(text) if key.eq_ignore_ascii_case("ecs:cluster") => {
            Some(text.as_str().to_owned())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::MAKES;

    #[test]
    fn the_table_is_in_order() {
        assert!(MAKES.is_sorted_by(|one, next| (one.0, one.1) < (next.0, next.1)));
    }
}
