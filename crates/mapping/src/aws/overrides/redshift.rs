//! Redshift: snapshots, whose ARNs have the name of their cluster.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("AuthorizeSnapshotAccess", SNAPSHOT),
        (
            "BatchDeleteClusterSnapshots",
            Resolve::Custom(
                batch,
                "each snapshot of {Identifiers}, and its cluster; without a cluster the snapshot of any",
            ),
        ),
        (
            "CopyClusterSnapshot",
            Resolve::Custom(
                copy,
                "the source and the target as snapshots, and their cluster; without a cluster the snapshots of any",
            ),
        ),
        ("DeleteClusterSnapshot", SNAPSHOT),
        (
            "DescribeTags",
            Resolve::Custom(
                describe_tags,
                "what {ResourceName} is the ARN of; without it everything that can have tags",
            ),
        ),
        ("RevokeSnapshotAccess", SNAPSHOT),
    ],
};

const SNAPSHOT: Resolve = Resolve::Custom(
    snapshot,
    "snapshot {SnapshotArn}, or {SnapshotIdentifier} with its cluster; without a cluster the snapshot of any",
);

/// The types that tags are on.
const TAGGED: [&str; 13] = [
    "cluster",
    "eventsubscription",
    "hsmclientcertificate",
    "hsmconfiguration",
    "integration",
    "parametergroup",
    "securitygroup",
    "securitygroupingress-cidr",
    "snapshot",
    "snapshotcopygrant",
    "snapshotschedule",
    "subnetgroup",
    "usagelimit",
];

fn on(request: &Request<'_>, arns: Vec<String>) -> Resolved {
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Resolved::Permissions(permissions.collect())
}

/// Evidence: the API reference: whoever may not touch the snapshots of every cluster must say which one it is, so that
/// a request that does not is about a snapshot of any of them.
fn of_cluster(request: &Request<'_>, cluster: Option<&str>, name: &str) -> Result<Vec<String>, MappingError> {
    for name in [Some(name), cluster].into_iter().flatten() {
        if name.contains(['/', ':']) {
            return Err(request.unmapped("it is no name of a snapshot"));
        }
    }
    let place = [("ClusterName", cluster.unwrap_or("*")), ("SnapshotName", name)];
    let mut arns = vec![request.arn("snapshot", &place)?];
    if let Some(cluster) = cluster {
        arns.push(request.arn("cluster", &[("ClusterName", cluster)])?);
    }
    Ok(arns)
}

fn snapshot(request: &Request<'_>) -> Result<Resolved, MappingError> {
    if let Some(arn) = request.text("SnapshotArn")? {
        if request.has("SnapshotIdentifier") || request.has("SnapshotClusterIdentifier") {
            return Err(request.unmapped("it names a snapshot twice"));
        }
        return Ok(on(request, vec![request.checked_arn("snapshot", arn)?]));
    }
    let cluster = request.text("SnapshotClusterIdentifier")?;
    let arns = of_cluster(request, cluster, request.required("SnapshotIdentifier")?)?;
    Ok(on(request, arns))
}

/// The snapshot that is copied, and the one that is made of it.
fn copy(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let cluster = request.text("SourceSnapshotClusterIdentifier")?;
    let mut arns = of_cluster(request, cluster, request.required("SourceSnapshotIdentifier")?)?;
    arns.extend(of_cluster(
        request,
        cluster,
        request.required("TargetSnapshotIdentifier")?,
    )?);
    arns.sort_unstable();
    arns.dedup();
    Ok(on(request, arns))
}

fn batch(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = Vec::new();
    for entry in request.nodes("Identifiers") {
        let text = |member: &str| entry.member(member).and_then(|node| node.as_text());
        let name = text("SnapshotIdentifier").ok_or_else(|| MappingError::MissingMember {
            member: "Identifiers.SnapshotIdentifier".to_owned(),
        })?;
        arns.extend(of_cluster(request, text("SnapshotClusterIdentifier"), name)?);
    }
    arns.sort_unstable();
    arns.dedup();
    Ok(on(request, arns))
}

/// The tags of one thing, by its ARN, or those of everything.
fn describe_tags(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let Some(arn) = request.text("ResourceName")? else {
        let any = TAGGED.iter().map(|known| request.any(known));
        return Ok(on(request, any.collect::<Result<_, _>>()?));
    };
    let mut found = TAGGED
        .iter()
        .filter_map(|known| request.checked_arn(known, arn).ok());
    let arn = found.next().ok_or_else(|| MappingError::InvalidMember {
        member: "ResourceName".to_owned(),
        reason: "it is no ARN of such a resource here",
    })?;
    Ok(on(request, vec![arn]))
}
