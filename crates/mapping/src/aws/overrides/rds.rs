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
        ("CreateDBInstance", NEW_INSTANCE),
        (
            "CreateDBSecurityGroup",
            Resolve::On(&[by("secgrp", &[("SecurityGroupName", "DBSecurityGroupName")])]),
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
        ("DescribeDBProxies", ANY_PROXY),
        (
            "DescribeDBSecurityGroups",
            Resolve::On(&[OnType {
                resource_type: "secgrp",
                named: Named::By(&[("SecurityGroupName", "DBSecurityGroupName")]),
                absent: Absent::Any,
            }]),
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
        ("ModifyDBProxy", ANY_PROXY),
        (
            "RestoreDBClusterFromSnapshot",
            Resolve::Custom(restore_cluster_from_snapshot),
        ),
        (
            "RestoreDBClusterToPointInTime",
            Resolve::Custom(restore_cluster_to_point_in_time),
        ),
        (
            "RestoreDBInstanceToPointInTime",
            Resolve::Custom(restore_instance_to_point_in_time),
        ),
        (
            "RevokeDBSecurityGroupIngress",
            Resolve::On(&[by("secgrp", &[("SecurityGroupName", "DBSecurityGroupName")])]),
        ),
    ],
};

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
const ANY_PROXY: Resolve = Resolve::On(&[OnType {
    resource_type: "proxy",
    named: Named::Any,
    absent: Absent::Any,
}]);

const fn by(resource_type: &'static str, placeholders: &'static [(&'static str, &'static str)]) -> OnType {
    OnType {
        resource_type,
        named: Named::By(placeholders),
        absent: Absent::Missing,
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
        "DbCapacityReservationIdentifier",
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
