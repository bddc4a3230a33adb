//! Condition keys in words. The key itself always stands beside them.

use crate::list::{named, quoted};

/// Keys that many policies use.
const KEYS: [(&str, &str); 32] = [
    ("aws:CurrentTime", "the time"),
    ("aws:EpochTime", "the time"),
    (
        "aws:MultiFactorAuthAge",
        "the age in seconds of the second factor",
    ),
    ("aws:MultiFactorAuthPresent", "the presence of a second factor"),
    ("aws:PrincipalAccount", "the caller's account"),
    ("aws:PrincipalArn", "the caller's ARN"),
    ("aws:PrincipalOrgID", "the caller's organization"),
    ("aws:PrincipalOrgPaths", "the caller's place in its organization"),
    ("aws:PrincipalType", "the kind of caller"),
    ("aws:RequestedRegion", "the region that is asked"),
    ("aws:ResourceAccount", "the account of the resource"),
    ("aws:ResourceOrgID", "the organization of the resource"),
    ("aws:SecureTransport", "the encryption of the connection"),
    ("aws:SourceAccount", "the account on whose behalf a service asks"),
    ("aws:SourceArn", "the resource on whose behalf a service asks"),
    ("aws:SourceIdentity", "the source identity of the session"),
    ("aws:SourceIp", "the caller's address"),
    ("aws:SourceVpc", "the VPC that the request comes from"),
    (
        "aws:SourceVpce",
        "the VPC endpoint that the request comes through",
    ),
    ("aws:TagKeys", "the keys of the tags in the request"),
    ("aws:userid", "the caller's unique id"),
    ("aws:username", "the caller's user name"),
    ("aws:ViaAWSService", "the mediation of a service"),
    ("iam:AWSServiceName", "the service that the role is for"),
    ("iam:PassedToService", "the service that the role is passed to"),
    ("iam:PermissionsBoundary", "the permissions boundary"),
    ("iam:PolicyARN", "the managed policy"),
    ("kms:ViaService", "the service that uses the key for the caller"),
    ("s3:prefix", "the prefix of the list"),
    ("sts:ExternalId", "the external id"),
    ("sts:RoleSessionName", "the name of the session"),
    ("sts:SourceIdentity", "the source identity that is asked for"),
];

/// Keys that end in the key of a tag.
const TAGS: [(&str, &str); 5] = [
    ("aws:PrincipalTag/", "the caller's tag"),
    ("aws:RequestTag/", "the request's tag"),
    ("aws:ResourceTag/", "the resource's tag"),
    ("iam:ResourceTag/", "the resource's tag"),
    ("s3:ExistingObjectTag/", "the object's tag"),
];

/// A key in words, with itself.
pub(crate) fn words(key: &str) -> String {
    let known = KEYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
    if let Some((_, words)) = known {
        return format!("{words} ({})", named(key));
    }
    let tag = TAGS.iter().find_map(|(prefix, words)| {
        let (head, tail) = key.split_at_checked(prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then_some((*words, tail))
    });
    match tag {
        Some((words, tail)) => format!("{words} {} ({})", quoted(tail), named(key)),
        None => format!("the key {}", named(key)),
    }
}
