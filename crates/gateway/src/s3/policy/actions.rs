//! S3's actions, and what they are about: buckets, objects, or neither.
//!
//! Evidence: the Service Authorization Reference's page on S3.

/// What an action is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

/// Whether an action pattern stands for any known action about such a thing.
pub(super) fn applies_to(pattern: &str, level: Level) -> bool {
    let Some(name) = pattern.split_once(':').map(|(_, name)| name) else {
        return pattern == "*";
    };
    let names = match level {
        Level::Bucket => BUCKET_ACTIONS,
        Level::Object => OBJECT_ACTIONS,
    };
    names
        .iter()
        .any(|known| matches(name.as_bytes(), known.as_bytes()))
}

/// Whether an action pattern stands for any action at all.
pub(super) fn is_known(pattern: &str) -> bool {
    let others = || OTHER_ACTIONS.iter();
    let stands_for = |name: &str| others().any(|known| matches(name.as_bytes(), known.as_bytes()));
    applies_to(pattern, Level::Bucket)
        || applies_to(pattern, Level::Object)
        || pattern.split_once(':').is_some_and(|(_, name)| stands_for(name))
}

/// Whether a pattern with `*` and `?` matches a name, in any case. Linear in both but for the last star.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = name.get(read) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted.eq_ignore_ascii_case(byte) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((star_at, star_read)) = star else {
                    return false;
                };
                at = star_at + 1;
                read = star_read + 1;
                star = Some((star_at, read));
            }
        }
    }
    pattern
        .get(at..)
        .unwrap_or_default()
        .iter()
        .all(|byte| *byte == b'*')
}

/// Actions about objects.
#[rustfmt::skip]
const OBJECT_ACTIONS: &[&str] = &[
    "AbortMultipartUpload", "BypassGovernanceRetention", "DeleteObject", "DeleteObjectAnnotation",
    "DeleteObjectTagging", "DeleteObjectVersion", "DeleteObjectVersionAnnotation",
    "DeleteObjectVersionTagging", "GetObject", "GetObjectAcl", "GetObjectAnnotation", "GetObjectAttributes",
    "GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging", "GetObjectTorrent", "GetObjectVersion",
    "GetObjectVersionAcl", "GetObjectVersionAnnotation", "GetObjectVersionAnnotationForReplication",
    "GetObjectVersionAttributes", "GetObjectVersionForReplication", "GetObjectVersionTagging",
    "GetObjectVersionTorrent", "InitiateReplication", "ListMultipartUploadParts", "ListObjectAnnotations",
    "ListObjectVersionAnnotations", "ObjectOwnerOverrideToBucketOwner", "PutObject", "PutObjectAcl",
    "PutObjectAnnotation", "PutObjectLegalHold", "PutObjectRetention", "PutObjectTagging",
    "PutObjectVersionAcl", "PutObjectVersionAnnotation", "PutObjectVersionTagging", "ReplicateDelete",
    "ReplicateObject", "ReplicateObjectAnnotation", "ReplicateTags", "RestoreObject",
    "UpdateObjectEncryption",
];

/// Actions about buckets.
#[rustfmt::skip]
const BUCKET_ACTIONS: &[&str] = &[
    "AllowVendedLogDeliveryForResource", "CreateBucket", "CreateBucketMetadataTableConfiguration",
    "DeleteBucket", "DeleteBucketMetadataTableConfiguration", "DeleteBucketPolicy", "DeleteBucketWebsite",
    "GetAccelerateConfiguration", "GetAnalyticsConfiguration", "GetBucketAbac", "GetBucketAcl",
    "GetBucketCORS", "GetBucketLocation", "GetBucketLogging", "GetBucketMetadataTableConfiguration",
    "GetBucketNotification", "GetBucketObjectLockConfiguration", "GetBucketOwnershipControls",
    "GetBucketPolicy", "GetBucketPolicyStatus", "GetBucketPublicAccessBlock", "GetBucketRequestPayment",
    "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite", "GetEncryptionConfiguration",
    "GetIntelligentTieringConfiguration", "GetInventoryConfiguration", "GetLifecycleConfiguration",
    "GetMetricsConfiguration", "GetReplicationConfiguration", "ListBucket", "ListBucketMultipartUploads",
    "ListBucketVersions", "ListTagsForResource", "PauseReplication", "PutAccelerateConfiguration",
    "PutAnalyticsConfiguration", "PutBucketAbac", "PutBucketAcl", "PutBucketCORS", "PutBucketLogging",
    "PutBucketNotification", "PutBucketObjectLockConfiguration", "PutBucketOwnershipControls",
    "PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketRequestPayment", "PutBucketTagging",
    "PutBucketVersioning", "PutBucketWebsite", "PutEncryptionConfiguration",
    "PutIntelligentTieringConfiguration", "PutInventoryConfiguration", "PutLifecycleConfiguration",
    "PutMetricsConfiguration", "PutReplicationConfiguration", "TagResource", "UntagResource",
    "UpdateBucketMetadataAnnotationTableConfiguration", "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
];

/// Actions about neither, which no statement of a bucket policy can be about.
#[rustfmt::skip]
const OTHER_ACTIONS: &[&str] = &[
    "AssociateAccessGrantsIdentityCenter", "CreateAccessGrant", "CreateAccessGrantsInstance",
    "CreateAccessGrantsLocation", "CreateAccessPoint", "CreateAccessPointForObjectLambda", "CreateJob",
    "CreateMultiRegionAccessPoint", "CreateStorageLensGroup", "DeleteAccessGrant",
    "DeleteAccessGrantsInstance", "DeleteAccessGrantsInstanceResourcePolicy", "DeleteAccessGrantsLocation",
    "DeleteAccessPoint", "DeleteAccessPointForObjectLambda", "DeleteAccessPointPolicy",
    "DeleteAccessPointPolicyForObjectLambda", "DeleteJobTagging", "DeleteMultiRegionAccessPoint",
    "DeleteStorageLensConfiguration", "DeleteStorageLensConfigurationTagging", "DeleteStorageLensGroup",
    "DescribeJob", "DescribeMultiRegionAccessPointOperation", "DissociateAccessGrantsIdentityCenter",
    "GetAccessGrant", "GetAccessGrantsInstance", "GetAccessGrantsInstanceForPrefix",
    "GetAccessGrantsInstanceResourcePolicy", "GetAccessGrantsLocation", "GetAccessPoint",
    "GetAccessPointConfigurationForObjectLambda", "GetAccessPointForObjectLambda", "GetAccessPointPolicy",
    "GetAccessPointPolicyForObjectLambda", "GetAccessPointPolicyStatus",
    "GetAccessPointPolicyStatusForObjectLambda", "GetAccountPublicAccessBlock", "GetDataAccess",
    "GetJobTagging", "GetMultiRegionAccessPoint", "GetMultiRegionAccessPointPolicy",
    "GetMultiRegionAccessPointPolicyStatus", "GetMultiRegionAccessPointRoutes",
    "GetStorageLensConfiguration", "GetStorageLensConfigurationTagging", "GetStorageLensDashboard",
    "GetStorageLensGroup", "ListAccessGrants", "ListAccessGrantsInstances", "ListAccessGrantsLocations",
    "ListAccessPoints", "ListAccessPointsForObjectLambda", "ListAllMyBuckets", "ListCallerAccessGrants",
    "ListJobs", "ListMultiRegionAccessPoints", "ListStorageLensConfigurations", "ListStorageLensGroups",
    "PutAccessGrantsInstanceResourcePolicy", "PutAccessPointConfigurationForObjectLambda",
    "PutAccessPointPolicy", "PutAccessPointPolicyForObjectLambda", "PutAccessPointPublicAccessBlock",
    "PutAccountPublicAccessBlock", "PutJobTagging", "PutMultiRegionAccessPointPolicy",
    "PutStorageLensConfiguration", "PutStorageLensConfigurationTagging",
    "SubmitMultiRegionAccessPointRoutes", "UpdateAccessGrantsLocation", "UpdateJobPriority",
    "UpdateJobStatus", "UpdateStorageLensGroup",
];

#[cfg(test)]
mod tests {
    use super::{Level, applies_to, is_known};

    fn check(pattern: &str, expected: (bool, bool)) {
        let found = (
            applies_to(pattern, Level::Bucket),
            applies_to(pattern, Level::Object),
        );
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn patterns_stand_for_what_they_match_in_any_case() {
        check("*", (true, true));
        check("s3:*", (true, true));
        check("s3:GetObject", (false, true));
        check("S3:getobject", (false, true));
        check("s3:GetObject*", (false, true));
        check("s3:ListBucket", (true, false));
        check("s3:List*", (true, true));
        check("s3:*Object?", (false, false));
        check("s3:Put*Acl", (true, true));
        check("s3:GetObjects", (false, false));
    }

    #[test]
    fn actions_about_neither_are_known_and_others_are_not() {
        assert!(is_known("s3:ListAllMyBuckets"));
        assert!(is_known("s3:createjob"));
        assert!(!is_known("s3:NoSuchAction"));
        assert!(!is_known("s3:NoSuch*"));
    }
}
