//! Names that services keep in lower case, so that two spellings are one resource.

use super::call::Permission;
use super::request::Request;
use crate::MappingError;

/// Prefix and types of what is kept in lower case, however it is written in a request.
///
/// Evidence: the API references of DMS, RDS, ElastiCache and Redshift.
const LOWER_CASE: &[(&str, &[&str])] = &[
    ("dms", &["ReplicationSubnetGroup"]),
    (
        "elasticache",
        &[
            "cluster",
            "parametergroup",
            "replicationgroup",
            "securitygroup",
            "serverlesscache",
            "serverlesscachesnapshot",
            "snapshot",
            "subnetgroup",
            "usergroup",
        ],
    ),
    (
        "rds",
        &[
            "cluster",
            "cluster-endpoint",
            "cluster-pg",
            "cluster-snapshot",
            "db",
            "es",
            "global-cluster",
            "og",
            "pg",
            "secgrp",
            "snapshot",
            "subgrp",
        ],
    ),
    (
        "redshift",
        &[
            "cluster",
            "parametergroup",
            "securitygroup",
            "snapshot",
            "subnetgroup",
        ],
    ),
    ("redshift-data", &["cluster"]),
];

/// Refuses another spelling, which would be the same thing to the service and another one to a policy.
///
/// # Errors
/// A capital letter in the ARN of such a resource.
pub(super) fn check(request: &Request<'_>, permissions: &[Permission]) -> Result<(), MappingError> {
    let prefix = request.tables.prefix();
    let Some((_, types)) = LOWER_CASE.iter().find(|(known, _)| *known == prefix) else {
        return Ok(());
    };
    for permission in permissions {
        let is_kept = permission
            .resource_type
            .is_some_and(|known| types.contains(&known));
        if is_kept && permission.resource.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(MappingError::InvalidMember {
                member: permission.resource.chars().take(128).collect(),
                reason: "it is no name in lower case",
            });
        }
    }
    Ok(())
}
