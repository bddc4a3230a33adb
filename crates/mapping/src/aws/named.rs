//! Members whose names say too little for the rules, by hand.

/// Prefix, type, placeholder, and the members that stand for it, the first that an operation has.
///
/// Evidence: the API reference of each service, where it says what a member names.
const MEMBERS: &[(&str, &str, &str, &[&str])] = &[
    ("athena", "workgroup", "WorkGroupName", &["WorkGroup"]),
    (
        "autoscaling",
        "autoScalingGroup",
        "GroupFriendlyName",
        &["AutoScalingGroupName", "AutoScalingGroupNames"],
    ),
    (
        "cloudwatch",
        "insight-rule",
        "InsightRuleName",
        &["RuleName", "RuleNames"],
    ),
    ("eks", "cluster", "ClusterName", &["clusterName", "name"]),
    (
        "elasticmapreduce",
        "cluster",
        "ClusterId",
        &["JobFlowId", "JobFlowIds"],
    ),
    (
        "rds",
        "cluster",
        "DbClusterInstanceName",
        &["DBClusterIdentifier"],
    ),
    (
        "rds",
        "cluster-pg",
        "ClusterParameterGroupName",
        &["DBClusterParameterGroupName"],
    ),
    (
        "rds",
        "cluster-snapshot",
        "ClusterSnapshotName",
        &["DBClusterSnapshotIdentifier"],
    ),
    ("rds", "db", "DbInstanceName", &["DBInstanceIdentifier"]),
    ("rds", "pg", "ParameterGroupName", &["DBParameterGroupName"]),
    ("rds", "snapshot", "SnapshotName", &["DBSnapshotIdentifier"]),
    ("rds", "subgrp", "SubnetGroupName", &["DBSubnetGroupName"]),
    (
        "redshift",
        "eventsubscription",
        "EventSubscriptionName",
        &["SubscriptionName"],
    ),
    (
        "redshift",
        "subnetgroup",
        "SubnetGroupName",
        &["ClusterSubnetGroupName"],
    ),
    ("ses", "dedicated-ip-pool", "DedicatedIPPool", &["PoolName"]),
    ("ses", "identity", "IdentityName", &["EmailIdentity"]),
];

/// Prefix, type and placeholder of parts that no request tells, beside a name that it does tell: `*` stands there.
///
/// Differs from AWS, which knows them: a policy that spells such a part out grants nothing, and denies nothing.
const UNKNOWN: &[(&str, &str, &str)] = &[
    ("autoscaling", "autoScalingGroup", "GroupId"),
    ("autoscaling", "launchConfiguration", "Id"),
    ("cloudformation", "stack", "Id"),
    ("cloudformation", "stackset", "Id"),
    ("eks", "addon", "UUID"),
    ("eks", "fargateprofile", "UUID"),
    ("eks", "nodegroup", "UUID"),
];

/// The members that stand for a placeholder.
pub(super) fn members(
    prefix: &str,
    resource_type: &str,
    placeholder: &str,
) -> Option<&'static [&'static str]> {
    let is_it =
        |entry: &&(&str, &str, &str, _)| (entry.0, entry.1, entry.2) == (prefix, resource_type, placeholder);
    MEMBERS.iter().find(is_it).map(|(.., members)| *members)
}

/// Whether a part of an ARN is one that no request tells.
pub(super) fn is_unknown(prefix: &str, resource_type: &str, placeholder: &str) -> bool {
    UNKNOWN.contains(&(prefix, resource_type, placeholder))
}
