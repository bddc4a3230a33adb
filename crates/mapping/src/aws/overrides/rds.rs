//! RDS: what a database is made of has names, which are resources of the same operation.

use super::{Absent, Named, OnType, Resolve, ServiceOverrides};

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
