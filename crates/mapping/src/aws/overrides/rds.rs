//! RDS: what a database is made of has names, which are resources of the same operation.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "AuthorizeDBSecurityGroupIngress",
            Resolve::On(&[by("secgrp", &[("SecurityGroupName", "DBSecurityGroupName")])]),
        ),
        (
            "CopyDBClusterParameterGroup",
            Resolve::On(&[
                named(
                    "cluster-pg",
                    "ClusterParameterGroupName",
                    "SourceDBClusterParameterGroupIdentifier",
                ),
                by(
                    "cluster-pg",
                    &[(
                        "ClusterParameterGroupName",
                        "TargetDBClusterParameterGroupIdentifier",
                    )],
                ),
            ]),
        ),
        (
            "CopyDBClusterSnapshot",
            Resolve::On(&[
                named(
                    "cluster-snapshot",
                    "ClusterSnapshotName",
                    "SourceDBClusterSnapshotIdentifier",
                ),
                by(
                    "cluster-snapshot",
                    &[("ClusterSnapshotName", "TargetDBClusterSnapshotIdentifier")],
                ),
            ]),
        ),
        (
            "CopyDBParameterGroup",
            Resolve::On(&[
                named("pg", "ParameterGroupName", "SourceDBParameterGroupIdentifier"),
                by(
                    "pg",
                    &[("ParameterGroupName", "TargetDBParameterGroupIdentifier")],
                ),
            ]),
        ),
        (
            "CopyDBSnapshot",
            Resolve::On(&[
                named("snapshot", "SnapshotName", "SourceDBSnapshotIdentifier"),
                by("snapshot", &[("SnapshotName", "TargetDBSnapshotIdentifier")]),
            ]),
        ),
        (
            "CopyOptionGroup",
            Resolve::On(&[
                named("og", "OptionGroupName", "SourceOptionGroupIdentifier"),
                by("og", &[("OptionGroupName", "TargetOptionGroupIdentifier")]),
            ]),
        ),
        (
            "CreateBlueGreenDeployment",
            Resolve::Custom(
                create_blue_green_deployment,
                "every deployment, {Source}, and the parameter groups that are named",
            ),
        ),
        ("CreateDBInstance", NEW_INSTANCE),
        (
            "CreateIntegration",
            Resolve::Custom(create_integration, "every integration, and the {SourceArn}"),
        ),
        (
            "CreateDBInstanceReadReplica",
            Resolve::Custom(
                create_read_replica,
                "the instance that is made, the instance or cluster that it follows, and the groups that are named",
            ),
        ),
        (
            "CreateDBSecurityGroup",
            Resolve::On(&[by("secgrp", &[("SecurityGroupName", "DBSecurityGroupName")])]),
        ),
        (
            "CreateGlobalCluster",
            Resolve::On(&[
                by("global-cluster", &[("GlobalCluster", "GlobalClusterIdentifier")]),
                OnType {
                    absent: Absent::None,
                    ..named("cluster", "DbClusterInstanceName", "SourceDBClusterIdentifier")
                },
            ]),
        ),
        (
            "DeleteDBCluster",
            // A cluster may go without leaving a snapshot, though the catalogue has it required.
            Resolve::On(&[
                by("cluster", &[("DbClusterInstanceName", "DBClusterIdentifier")]),
                optional(
                    "cluster-snapshot",
                    &[("ClusterSnapshotName", "FinalDBSnapshotIdentifier")],
                ),
            ]),
        ),
        // Fails closed: names of proxies are no part of their ARNs.
        ("DeleteDBProxy", ANY_PROXY),
        (
            "DeleteDBSecurityGroup",
            Resolve::On(&[by("secgrp", &[("SecurityGroupName", "DBSecurityGroupName")])]),
        ),
        ("DeregisterDBProxyTargets", PROXY_TARGETS),
        ("DescribeDBClusterEndpoints", ENDPOINTS),
        ("DescribeDBProxies", ANY_PROXY),
        ("DescribeDBProxyTargetGroups", ANY_PROXY),
        (
            "DescribeDBProxyTargets",
            Resolve::On(&[any("proxy"), any("target-group")]),
        ),
        (
            "DescribeDBSecurityGroups",
            Resolve::On(&[any_if_not_named(
                "secgrp",
                &[("SecurityGroupName", "DBSecurityGroupName")],
            )]),
        ),
        (
            "DescribeExportTasks",
            Resolve::Custom(
                exported,
                "what {SourceArn} is the ARN of; without it every cluster and snapshot",
            ),
        ),
        (
            "FailoverDBCluster",
            Resolve::On(&[
                by("cluster", &[("DbClusterInstanceName", "DBClusterIdentifier")]),
                optional("db", &[("DbInstanceName", "TargetDBInstanceIdentifier")]),
            ]),
        ),
        (
            "ModifyDBCluster",
            Resolve::On(&[
                by("cluster", &[("DbClusterInstanceName", "DBClusterIdentifier")]),
                optional(
                    "cluster-pg",
                    &[("ClusterParameterGroupName", "DBClusterParameterGroupName")],
                ),
                optional("og", &[("OptionGroupName", "OptionGroupName")]),
                optional("pg", &[("ParameterGroupName", "DBInstanceParameterGroupName")]),
            ]),
        ),
        ("ModifyDBInstance", INSTANCE),
        ("FailoverGlobalCluster", MEMBER_TO_BE_FIRST),
        ("ModifyDBProxy", ANY_PROXY),
        ("ModifyDBProxyTargetGroup", Resolve::On(&[any("target-group")])),
        (
            "RegisterDBProxyTargets",
            Resolve::On(&[
                any("target-group"),
                optional("cluster", &[("DbClusterInstanceName", "DBClusterIdentifiers")]),
                optional("db", &[("DbInstanceName", "DBInstanceIdentifiers")]),
            ]),
        ),
        (
            "RemoveFromGlobalCluster",
            Resolve::On(&[
                by("global-cluster", &[("GlobalCluster", "GlobalClusterIdentifier")]),
                named("cluster", "DbClusterInstanceName", "DbClusterIdentifier"),
            ]),
        ),
        (
            "RestoreDBClusterFromSnapshot",
            Resolve::Custom(
                restore_cluster_from_snapshot,
                "the snapshot {SnapshotIdentifier}, the cluster that is made, and the groups that are named",
            ),
        ),
        (
            "RestoreDBClusterToPointInTime",
            Resolve::Custom(
                restore_cluster_to_point_in_time,
                "the cluster that is made, the one whose data it gets, and the groups that are named",
            ),
        ),
        (
            "RestoreDBInstanceToPointInTime",
            Resolve::Custom(
                restore_instance_to_point_in_time,
                "the instance that is made, the one or the backups whose data it gets, and the groups that are named",
            ),
        ),
        (
            "RevokeDBSecurityGroupIngress",
            Resolve::On(&[by("secgrp", &[("SecurityGroupName", "DBSecurityGroupName")])]),
        ),
        (
            "StartExportTask",
            Resolve::Custom(
                exported,
                "what {SourceArn} is the ARN of; without it every cluster and snapshot",
            ),
        ),
        ("SwitchoverGlobalCluster", MEMBER_TO_BE_FIRST),
    ],
};

/// What is not said is every one. Evidence: recorded responses of `DescribeDBInstances`, of which this is the like.
const ENDPOINTS: Resolve = Resolve::On(&[
    any_if_not_named("cluster", &[("DbClusterInstanceName", "DBClusterIdentifier")]),
    any_if_not_named(
        "cluster-endpoint",
        &[("DbClusterEndpoint", "DBClusterEndpointIdentifier")],
    ),
]);

/// Evidence: the service authorization reference; the instance, and whatever it is given by name.
const NEW_INSTANCE: Resolve = Resolve::On(&[
    by("db", &[("DbInstanceName", "DBInstanceIdentifier")]),
    optional("cluster", &[("DbClusterInstanceName", "DBClusterIdentifier")]),
    optional("og", &[("OptionGroupName", "OptionGroupName")]),
    optional("pg", &[("ParameterGroupName", "DBParameterGroupName")]),
    optional("secgrp", &[("SecurityGroupName", "DBSecurityGroups")]),
    optional("subgrp", &[("SubnetGroupName", "DBSubnetGroupName")]),
]);
const INSTANCE: Resolve = Resolve::On(&[
    by("db", &[("DbInstanceName", "DBInstanceIdentifier")]),
    optional("og", &[("OptionGroupName", "OptionGroupName")]),
    optional("pg", &[("ParameterGroupName", "DBParameterGroupName")]),
    optional("secgrp", &[("SecurityGroupName", "DBSecurityGroups")]),
    optional("subgrp", &[("SubnetGroupName", "DBSubnetGroupName")]),
]);
const ANY_PROXY: Resolve = Resolve::On(&[any("proxy")]);

/// The group of a proxy, and what is put into it. Ids of groups are in no request.
const PROXY_TARGETS: Resolve = Resolve::On(&[
    any("proxy"),
    any("target-group"),
    optional("cluster", &[("DbClusterInstanceName", "DBClusterIdentifiers")]),
    optional("db", &[("DbInstanceName", "DBInstanceIdentifiers")]),
]);
const MEMBER_TO_BE_FIRST: Resolve = Resolve::On(&[
    by("global-cluster", &[("GlobalCluster", "GlobalClusterIdentifier")]),
    named("cluster", "DbClusterInstanceName", "TargetDbClusterIdentifier"),
]);

const fn any(resource_type: &'static str) -> OnType {
    OnType {
        resource_type,
        named: Named::Any,
        absent: Absent::Any,
    }
}

const fn by(resource_type: &'static str, placeholders: &'static [(&'static str, &'static str)]) -> OnType {
    OnType {
        resource_type,
        named: Named::By(placeholders),
        absent: Absent::Missing,
    }
}

const fn any_if_not_named(
    resource_type: &'static str,
    placeholders: &'static [(&'static str, &'static str)],
) -> OnType {
    OnType {
        resource_type,
        named: Named::By(placeholders),
        absent: Absent::Any,
    }
}

const fn optional(
    resource_type: &'static str,
    placeholders: &'static [(&'static str, &'static str)],
) -> OnType {
    OnType {
        resource_type,
        named: Named::By(placeholders),
        absent: Absent::None,
    }
}

/// By name, or by ARN where it is shared or in another region.
const fn named(resource_type: &'static str, placeholder: &'static str, path: &'static str) -> OnType {
    OnType {
        resource_type,
        named: Named::ArnOrBy(placeholder, path),
        absent: Absent::Missing,
    }
}

/// What a cluster is given by name.
const PARTS_OF_CLUSTER: [(&str, &str, &str); 3] = [
    (
        "cluster-pg",
        "ClusterParameterGroupName",
        "DBClusterParameterGroupName",
    ),
    ("og", "OptionGroupName", "OptionGroupName"),
    ("subgrp", "SubnetGroupName", "DBSubnetGroupName"),
];
const PARTS_OF_INSTANCE: [(&str, &str, &str); 4] = [
    (
        "db-capacity-reservation",
        "DBCapacityReservationIdentifier",
        "DBCapacityReservationIdentifier",
    ),
    ("og", "OptionGroupName", "OptionGroupName"),
    ("pg", "ParameterGroupName", "DBParameterGroupName"),
    ("subgrp", "SubnetGroupName", "DBSubnetGroupName"),
];

/// Evidence: the API reference; a name alone is that of a snapshot of a cluster, one of an instance is named by its
/// ARN.
fn restore_cluster_from_snapshot(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let snapshot = request.required("SnapshotIdentifier")?;
    let is_of_instance = snapshot.starts_with("arn:") && snapshot.split(':').nth(5) == Some("snapshot");
    let snapshot = if is_of_instance {
        request.checked_arn("snapshot", snapshot)?
    } else {
        request.arn_or_name("cluster-snapshot", "ClusterSnapshotName", snapshot)?
    };
    restored(
        request,
        &["DBClusterIdentifier"],
        ("cluster", "DbClusterInstanceName"),
        &PARTS_OF_CLUSTER,
        vec![snapshot],
    )
}

/// The cluster that is made, and the one whose data it gets.
fn restore_cluster_to_point_in_time(request: &Request<'_>) -> Result<Resolved, MappingError> {
    refuse_id(request, "SourceDbClusterResourceId")?;
    restored(
        request,
        &["DBClusterIdentifier", "SourceDBClusterIdentifier"],
        ("cluster", "DbClusterInstanceName"),
        &PARTS_OF_CLUSTER,
        Vec::new(),
    )
}

/// The instance that is made, and the one or the backups whose data it gets.
fn restore_instance_to_point_in_time(request: &Request<'_>) -> Result<Resolved, MappingError> {
    refuse_id(request, "SourceDbiResourceId")?;
    let backups = request.text("SourceDBInstanceAutomatedBackupsArn")?;
    let backups = backups.map(|arn| request.checked_arn("auto-backup", arn));
    let mut instances = vec!["TargetDBInstanceIdentifier"];
    if backups.is_none() || request.has("SourceDBInstanceIdentifier") {
        instances.push("SourceDBInstanceIdentifier");
    }
    restored(
        request,
        &instances,
        ("db", "DbInstanceName"),
        &PARTS_OF_INSTANCE,
        backups.into_iter().collect::<Result<_, _>>()?,
    )
}

/// What is made, and the cluster or instance that it is a copy of.
fn create_blue_green_deployment(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = vec![
        request.arn("deployment", &[("BlueGreenDeploymentIdentifier", "*")])?,
        of_one_type(request, &["cluster", "db"], request.required("Source")?)?,
    ];
    for path in ["TargetResourceConfigurations.SourceArn"] {
        for arn in request.texts(path)? {
            arns.push(of_one_type(request, &["cluster", "db"], arn)?);
        }
    }
    let parts = [
        (
            "cluster-pg",
            "ClusterParameterGroupName",
            "TargetDBClusterParameterGroupName",
        ),
        ("pg", "ParameterGroupName", "TargetDBParameterGroupName"),
    ];
    restored(request, &[], ("db", "DbInstanceName"), &parts, arns)
}

/// The instance that is made, and the instance or cluster that it follows.
fn create_read_replica(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = request.text("SourceDBClusterIdentifier")?;
    let cluster = cluster.map(|name| request.arn_or_name("cluster", "DbClusterInstanceName", name));
    let mut instances = vec!["DBInstanceIdentifier"];
    if cluster.is_none() || request.has("SourceDBInstanceIdentifier") {
        instances.push("SourceDBInstanceIdentifier");
    }
    restored(
        request,
        &instances,
        ("db", "DbInstanceName"),
        &PARTS_OF_INSTANCE,
        cluster.into_iter().collect::<Result<_, _>>()?,
    )
}

/// What can be exported to S3: its ARN tells which it is. Who asks for exports of anything asks for those of everything.
fn exported(request: &Request<'_>) -> Result<Resolved, MappingError> {
    const TYPES: [&str; 3] = ["cluster", "cluster-snapshot", "snapshot"];
    let arns = match request.text("SourceArn")? {
        Some(arn) => vec![of_one_type(request, &TYPES, arn)?],
        None if request.operation.name() == "DescribeExportTasks" => vec![
            request.arn("cluster", &[("DbClusterInstanceName", "*")])?,
            request.arn("cluster-snapshot", &[("ClusterSnapshotName", "*")])?,
            request.arn("snapshot", &[("SnapshotName", "*")])?,
        ],
        None => {
            return Err(MappingError::MissingMember {
                member: "SourceArn".to_owned(),
            });
        }
    };
    restored(request, &[], ("db", "DbInstanceName"), &[], arns)
}

/// The ARN, which is one of these types.
fn of_one_type(request: &Request<'_>, types: &[&str], arn: &str) -> Result<String, MappingError> {
    let mut types = types.iter().map(|known| request.checked_arn(known, arn));
    let first = types
        .next()
        .unwrap_or_else(|| Err(request.unmapped("it names no resource")));
    types.fold(first, |found, other| found.or(other))
}

/// Fails closed: which name something with this id has only the service knows.
fn refuse_id(request: &Request<'_>, path: &'static str) -> Result<(), MappingError> {
    if request.has(path) {
        return Err(MappingError::InvalidMember {
            member: path.to_owned(),
            reason: "sources are taken by name or ARN",
        });
    }
    Ok(())
}

/// All of these, what is named of the parts, and what was found before.
fn restored(
    request: &Request<'_>,
    required: &[&str],
    (kind, placeholder): (&str, &str),
    parts: &[(&str, &str, &str)],
    mut arns: Vec<String>,
) -> Result<Resolved, MappingError> {
    for path in required {
        arns.push(request.arn_or_name(kind, placeholder, request.required(path)?)?);
    }
    for (kind, placeholder, path) in parts {
        if let Some(name) = request.text(path)? {
            arns.push(request.arn_or_name(kind, placeholder, name)?);
        }
    }
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}

/// Evidence: the user guide: what data comes from is a cluster or an instance, and is named by its ARN. Where it goes
/// to is asked for by the other service.
fn create_integration(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let source = request.required("SourceArn")?;
    let arn = match request.checked_arn("cluster", source) {
        Ok(arn) => arn,
        Err(_) => request.checked_arn("db", source)?,
    };
    let arns = [arn, request.any("integration")?];
    let permissions = arns.map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.into()))
}
