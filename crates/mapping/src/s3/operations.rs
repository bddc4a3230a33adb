//! Every operation of S3 with what no model says of it: the actions it needs, whose answer it is, and which ones
//! are refused.
//!
//! Evidence for the actions: the S3 user guide's page on the permissions that API operations need, and the
//! reference page of each operation.

use super::actions::{self as action, plain};
use crate::Needs;
use crate::generated::s3 as model;
use crate::model::{Kind, ModelOperation, Payload, QueryMember};
use crate::operation::{Also, Operation};

const DIRECTORY: &str = "directory buckets have an endpoint and sessions of their own";
const TABLES: &str = "it makes the store write tables of another service, which is not decided on here";
const ENDPOINT: &str = "the store would serve the bucket at an address of its own, past every policy";
const TARGETS: &str = "the store would send messages to places that are not decided on here";
const PREFLIGHTS: &str =
    "the questions that browsers ask first are not answered here, so it would change nothing";
const NOBODY_PAYS: &str =
    "nobody pays for requests here, and the store would refuse those that do not say who does";
/// Such a store would write the object, delete the bucket or list it instead, on a permission that says less.
const UNKNOWN: &str = "a store that does not know it takes the request for another one";
const ROLE: &str = "the store would act in a role that is not decided on here";

/// The most bytes of a batch delete: a thousand keys of the greatest length, most of them not escaped.
const DELETE_BYTES_MAX: usize = 4 << 20;
/// The most bytes of a list of ten thousand parts with their checksums.
const PARTS_BYTES_MAX: usize = 8 << 20;

const ACL_HEADERS: &[&str] = &[
    "x-amz-acl",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
];

const fn when(when: &'static [&'static str], action: crate::action::Action) -> Also {
    Also {
        when,
        action,
        version_action: None,
    }
}

/// What whoever writes an object with these headers needs as well.
const WRITING: &[Also] = &[
    when(ACL_HEADERS, action::PUT_OBJECT_ACL),
    when(&["x-amz-tagging"], action::PUT_OBJECT_TAGGING),
    when(
        &[
            "x-amz-object-lock-mode",
            "x-amz-object-lock-retain-until-date",
            "x-amz-object-lock-event-hold",
            "x-amz-object-lock-event-hold-duration-days",
            "x-amz-object-lock-event-hold-duration-years",
        ],
        action::PUT_OBJECT_RETENTION,
    ),
    when(&["x-amz-object-lock-legal-hold"], action::PUT_OBJECT_LEGAL_HOLD),
];

const BYPASSING: &[Also] = &[when(
    &["x-amz-bypass-governance-retention"],
    action::BYPASS_GOVERNANCE_RETENTION,
)];

const CREATING_BUCKET: &[Also] = &[
    when(ACL_HEADERS, action::PUT_BUCKET_ACL),
    when(
        &["x-amz-bucket-object-lock-enabled"],
        action::PUT_BUCKET_OBJECT_LOCK_CONFIGURATION,
    ),
    when(
        &["x-amz-bucket-object-lock-enabled"],
        action::PUT_BUCKET_VERSIONING,
    ),
    when(&["x-amz-object-ownership"], action::PUT_BUCKET_OWNERSHIP_CONTROLS),
];

const READING_ATTRIBUTES: &[Also] = &[Also {
    when: &[],
    action: action::GET_OBJECT,
    version_action: Some(action::GET_OBJECT_VERSION),
}];

/// A browser's form. No model has it: it is described in the S3 API reference.
static POST_OBJECT_MODEL: ModelOperation = ModelOperation {
    name: "PostObject",
    method: "POST",
    level: crate::Level::Bucket,
    literals: &[],
    query: &[],
    headers: &[],
    header_prefix: None,
    payload: Payload::Streaming,
    takes_checksum: false,
};

/// The model leaves out that a torrent can be one of a version, which has an action of its own.
static GET_OBJECT_TORRENT_MODEL: ModelOperation = ModelOperation {
    name: model::GET_OBJECT_TORRENT.name,
    method: model::GET_OBJECT_TORRENT.method,
    level: model::GET_OBJECT_TORRENT.level,
    literals: model::GET_OBJECT_TORRENT.literals,
    query: &[QueryMember {
        name: "versionId",
        kind: Kind::Text,
        is_required: false,
    }],
    headers: model::GET_OBJECT_TORRENT.headers,
    header_prefix: model::GET_OBJECT_TORRENT.header_prefix,
    payload: model::GET_OBJECT_TORRENT.payload,
    takes_checksum: model::GET_OBJECT_TORRENT.takes_checksum,
};

const fn operation(model: &'static ModelOperation, action: crate::action::Action) -> Operation {
    Operation::new(model, action)
}

/// In order of name.
#[rustfmt::skip]
pub(crate) static OPERATIONS: [Operation; 117] = [
    operation(&model::ABORT_MULTIPART_UPLOAD, plain("s3:AbortMultipartUpload")),
    operation(&model::COMPLETE_MULTIPART_UPLOAD, action::PUT_OBJECT).creating_object(true).body_up_to(PARTS_BYTES_MAX),
    operation(&model::COPY_OBJECT, action::PUT_OBJECT).creating_object(true).also(WRITING),
    operation(&model::CREATE_BUCKET, action::CREATE_BUCKET).needing(Needs::BucketConfiguration).also(CREATING_BUCKET),
    operation(&model::CREATE_BUCKET_METADATA_CONFIGURATION, plain("s3:CreateBucketMetadataTableConfiguration")).refused_because(TABLES),
    operation(&model::CREATE_BUCKET_METADATA_TABLE_CONFIGURATION, plain("s3:CreateBucketMetadataTableConfiguration")).refused_because(TABLES),
    operation(&model::CREATE_MULTIPART_UPLOAD, action::PUT_OBJECT).creating_object(false).also(WRITING),
    operation(&model::CREATE_SESSION, plain("s3express:CreateSession")).refused_because(DIRECTORY),
    operation(&model::DELETE_BUCKET, plain("s3:DeleteBucket")),
    operation(&model::DELETE_BUCKET_ANALYTICS_CONFIGURATION, plain("s3:PutAnalyticsConfiguration")).refused_because(UNKNOWN),
    operation(&model::DELETE_BUCKET_CORS, plain("s3:PutBucketCORS")),
    operation(&model::DELETE_BUCKET_ENCRYPTION, plain("s3:PutEncryptionConfiguration")),
    operation(&model::DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION, plain("s3:PutIntelligentTieringConfiguration")).refused_because(UNKNOWN),
    operation(&model::DELETE_BUCKET_INVENTORY_CONFIGURATION, plain("s3:PutInventoryConfiguration")).refused_because(UNKNOWN),
    operation(&model::DELETE_BUCKET_LIFECYCLE, plain("s3:PutLifecycleConfiguration")),
    operation(&model::DELETE_BUCKET_METADATA_CONFIGURATION, plain("s3:DeleteBucketMetadataTableConfiguration")).refused_because(UNKNOWN),
    operation(&model::DELETE_BUCKET_METADATA_TABLE_CONFIGURATION, plain("s3:DeleteBucketMetadataTableConfiguration")).refused_because(UNKNOWN),
    operation(&model::DELETE_BUCKET_METRICS_CONFIGURATION, plain("s3:PutMetricsConfiguration")).refused_because(UNKNOWN),
    operation(&model::DELETE_BUCKET_OWNERSHIP_CONTROLS, action::PUT_BUCKET_OWNERSHIP_CONTROLS).by_lanyard(),
    operation(&model::DELETE_BUCKET_POLICY, plain("s3:DeleteBucketPolicy")).by_lanyard(),
    operation(&model::DELETE_BUCKET_REPLICATION, plain("s3:PutReplicationConfiguration")),
    operation(&model::DELETE_BUCKET_TAGGING, plain("s3:PutBucketTagging")),
    operation(&model::DELETE_BUCKET_WEBSITE, plain("s3:DeleteBucketWebsite")),
    operation(&model::DELETE_OBJECT, action::DELETE_OBJECT).or_of_version(action::DELETE_OBJECT_VERSION).also(BYPASSING),
    operation(&model::DELETE_OBJECT_ANNOTATION, action::DELETE_OBJECT_ANNOTATION).or_of_version(action::DELETE_OBJECT_VERSION_ANNOTATION).refused_because(UNKNOWN),
    operation(&model::DELETE_OBJECT_TAGGING, action::DELETE_OBJECT_TAGGING).or_of_version(action::DELETE_OBJECT_VERSION_TAGGING),
    operation(&model::DELETE_OBJECTS, action::DELETE_OBJECT).or_of_version(action::DELETE_OBJECT_VERSION).also(BYPASSING).needing(Needs::DeleteKeys).body_up_to(DELETE_BYTES_MAX),
    operation(&model::DELETE_PUBLIC_ACCESS_BLOCK, plain("s3:PutBucketPublicAccessBlock")).by_lanyard(),
    operation(&model::GET_BUCKET_ABAC, plain("s3:GetBucketAbac")).refused_because(UNKNOWN),
    operation(&model::GET_BUCKET_ACCELERATE_CONFIGURATION, plain("s3:GetAccelerateConfiguration")),
    operation(&model::GET_BUCKET_ACL, plain("s3:GetBucketAcl")).by_lanyard(),
    operation(&model::GET_BUCKET_ANALYTICS_CONFIGURATION, plain("s3:GetAnalyticsConfiguration")),
    operation(&model::GET_BUCKET_CORS, plain("s3:GetBucketCORS")),
    operation(&model::GET_BUCKET_ENCRYPTION, plain("s3:GetEncryptionConfiguration")),
    operation(&model::GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION, plain("s3:GetIntelligentTieringConfiguration")),
    operation(&model::GET_BUCKET_INVENTORY_CONFIGURATION, plain("s3:GetInventoryConfiguration")),
    operation(&model::GET_BUCKET_LIFECYCLE, plain("s3:GetLifecycleConfiguration")).superseded(),
    operation(&model::GET_BUCKET_LIFECYCLE_CONFIGURATION, plain("s3:GetLifecycleConfiguration")),
    operation(&model::GET_BUCKET_LOCATION, plain("s3:GetBucketLocation")).by_lanyard(),
    operation(&model::GET_BUCKET_LOGGING, plain("s3:GetBucketLogging")),
    operation(&model::GET_BUCKET_METADATA_CONFIGURATION, plain("s3:GetBucketMetadataTableConfiguration")).refused_because(UNKNOWN),
    operation(&model::GET_BUCKET_METADATA_TABLE_CONFIGURATION, plain("s3:GetBucketMetadataTableConfiguration")).refused_because(UNKNOWN),
    operation(&model::GET_BUCKET_METRICS_CONFIGURATION, plain("s3:GetMetricsConfiguration")),
    operation(&model::GET_BUCKET_NOTIFICATION, plain("s3:GetBucketNotification")).superseded(),
    operation(&model::GET_BUCKET_NOTIFICATION_CONFIGURATION, plain("s3:GetBucketNotification")),
    operation(&model::GET_BUCKET_OWNERSHIP_CONTROLS, plain("s3:GetBucketOwnershipControls")).by_lanyard(),
    operation(&model::GET_BUCKET_POLICY, plain("s3:GetBucketPolicy")).by_lanyard(),
    operation(&model::GET_BUCKET_POLICY_STATUS, plain("s3:GetBucketPolicyStatus")).by_lanyard(),
    operation(&model::GET_BUCKET_REPLICATION, plain("s3:GetReplicationConfiguration")),
    operation(&model::GET_BUCKET_REQUEST_PAYMENT, plain("s3:GetBucketRequestPayment")),
    operation(&model::GET_BUCKET_TAGGING, plain("s3:GetBucketTagging")),
    operation(&model::GET_BUCKET_VERSIONING, plain("s3:GetBucketVersioning")),
    operation(&model::GET_BUCKET_WEBSITE, plain("s3:GetBucketWebsite")),
    operation(&model::GET_OBJECT, action::GET_OBJECT).or_of_version(action::GET_OBJECT_VERSION),
    operation(&model::GET_OBJECT_ACL, action::GET_OBJECT_ACL).or_of_version(action::GET_OBJECT_VERSION_ACL).by_lanyard(),
    operation(&model::GET_OBJECT_ANNOTATION, action::GET_OBJECT_ANNOTATION).or_of_version(action::GET_OBJECT_VERSION_ANNOTATION).refused_because(UNKNOWN),
    operation(&model::GET_OBJECT_ATTRIBUTES, action::GET_OBJECT_ATTRIBUTES).or_of_version(action::GET_OBJECT_VERSION_ATTRIBUTES).also(READING_ATTRIBUTES),
    operation(&model::GET_OBJECT_LEGAL_HOLD, plain("s3:GetObjectLegalHold")),
    operation(&model::GET_OBJECT_LOCK_CONFIGURATION, action::GET_BUCKET_OBJECT_LOCK_CONFIGURATION),
    operation(&model::GET_OBJECT_RETENTION, plain("s3:GetObjectRetention")),
    operation(&model::GET_OBJECT_TAGGING, action::GET_OBJECT_TAGGING).or_of_version(action::GET_OBJECT_VERSION_TAGGING),
    operation(&GET_OBJECT_TORRENT_MODEL, plain("s3:GetObjectTorrent")).or_of_version(action::GET_OBJECT_VERSION_TORRENT).refused_because(UNKNOWN),
    operation(&model::GET_PUBLIC_ACCESS_BLOCK, plain("s3:GetBucketPublicAccessBlock")).by_lanyard(),
    operation(&model::HEAD_BUCKET, action::LIST_BUCKET),
    operation(&model::HEAD_OBJECT, action::GET_OBJECT).or_of_version(action::GET_OBJECT_VERSION),
    operation(&model::LIST_BUCKET_ANALYTICS_CONFIGURATIONS, plain("s3:GetAnalyticsConfiguration")),
    operation(&model::LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS, plain("s3:GetIntelligentTieringConfiguration")),
    operation(&model::LIST_BUCKET_INVENTORY_CONFIGURATIONS, plain("s3:GetInventoryConfiguration")),
    operation(&model::LIST_BUCKET_METRICS_CONFIGURATIONS, plain("s3:GetMetricsConfiguration")),
    operation(&model::LIST_BUCKETS, action::LIST_ALL_MY_BUCKETS).by_lanyard(),
    operation(&model::LIST_DIRECTORY_BUCKETS, plain("s3express:ListAllMyDirectoryBuckets")).told_by("max-directory-buckets").refused_because(DIRECTORY),
    operation(&model::LIST_MULTIPART_UPLOADS, plain("s3:ListBucketMultipartUploads")),
    operation(&model::LIST_OBJECT_ANNOTATIONS, action::LIST_OBJECT_ANNOTATIONS).or_of_version(action::LIST_OBJECT_VERSION_ANNOTATIONS).refused_because(UNKNOWN),
    operation(&model::LIST_OBJECT_VERSIONS, action::LIST_BUCKET_VERSIONS),
    operation(&model::LIST_OBJECTS, action::LIST_BUCKET),
    operation(&model::LIST_OBJECTS_V2, action::LIST_BUCKET),
    operation(&model::LIST_PARTS, plain("s3:ListMultipartUploadParts")),
    operation(&POST_OBJECT_MODEL, action::PUT_OBJECT).creating_object(true).also(WRITING).needing(Needs::PostForm),
    operation(&model::PUT_BUCKET_ABAC, plain("s3:PutBucketAbac")).refused_because(UNKNOWN),
    operation(&model::PUT_BUCKET_ACCELERATE_CONFIGURATION, plain("s3:PutAccelerateConfiguration")).refused_because(ENDPOINT),
    operation(&model::PUT_BUCKET_ACL, action::PUT_BUCKET_ACL).by_lanyard(),
    operation(&model::PUT_BUCKET_ANALYTICS_CONFIGURATION, plain("s3:PutAnalyticsConfiguration")).needing(Needs::Destination).refused_because(UNKNOWN),
    operation(&model::PUT_BUCKET_CORS, plain("s3:PutBucketCORS")).refused_because(PREFLIGHTS),
    operation(&model::PUT_BUCKET_ENCRYPTION, plain("s3:PutEncryptionConfiguration")),
    operation(&model::PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION, plain("s3:PutIntelligentTieringConfiguration")).refused_because(UNKNOWN),
    operation(&model::PUT_BUCKET_INVENTORY_CONFIGURATION, plain("s3:PutInventoryConfiguration")).needing(Needs::Inventory).refused_because(UNKNOWN),
    operation(&model::PUT_BUCKET_LIFECYCLE, plain("s3:PutLifecycleConfiguration")).superseded(),
    operation(&model::PUT_BUCKET_LIFECYCLE_CONFIGURATION, plain("s3:PutLifecycleConfiguration")),
    operation(&model::PUT_BUCKET_LOGGING, plain("s3:PutBucketLogging")).needing(Needs::Destination),
    operation(&model::PUT_BUCKET_METRICS_CONFIGURATION, plain("s3:PutMetricsConfiguration")).refused_because(UNKNOWN),
    operation(&model::PUT_BUCKET_NOTIFICATION, plain("s3:PutBucketNotification")).superseded(),
    operation(&model::PUT_BUCKET_NOTIFICATION_CONFIGURATION, plain("s3:PutBucketNotification")).refused_because(TARGETS),
    operation(&model::PUT_BUCKET_OWNERSHIP_CONTROLS, action::PUT_BUCKET_OWNERSHIP_CONTROLS).by_lanyard(),
    operation(&model::PUT_BUCKET_POLICY, plain("s3:PutBucketPolicy")).by_lanyard(),
    operation(&model::PUT_BUCKET_REPLICATION, plain("s3:PutReplicationConfiguration")).refused_because(ROLE),
    operation(&model::PUT_BUCKET_REQUEST_PAYMENT, plain("s3:PutBucketRequestPayment")).refused_because(NOBODY_PAYS),
    operation(&model::PUT_BUCKET_TAGGING, action::PUT_BUCKET_TAGGING).needing(Needs::BucketTags),
    operation(&model::PUT_BUCKET_VERSIONING, action::PUT_BUCKET_VERSIONING),
    operation(&model::PUT_BUCKET_WEBSITE, plain("s3:PutBucketWebsite")).refused_because(ENDPOINT),
    operation(&model::PUT_OBJECT, action::PUT_OBJECT).creating_object(true).also(WRITING),
    operation(&model::PUT_OBJECT_ACL, action::PUT_OBJECT_ACL).or_of_version(action::PUT_OBJECT_VERSION_ACL).by_lanyard(),
    operation(&model::PUT_OBJECT_ANNOTATION, action::PUT_OBJECT_ANNOTATION).or_of_version(action::PUT_OBJECT_VERSION_ANNOTATION).refused_because(UNKNOWN),
    operation(&model::PUT_OBJECT_LEGAL_HOLD, action::PUT_OBJECT_LEGAL_HOLD).needing(Needs::ObjectLegalHold),
    operation(&model::PUT_OBJECT_LOCK_CONFIGURATION, action::PUT_BUCKET_OBJECT_LOCK_CONFIGURATION),
    operation(&model::PUT_OBJECT_RETENTION, action::PUT_OBJECT_RETENTION).needing(Needs::ObjectRetention).also(BYPASSING),
    operation(&model::PUT_OBJECT_TAGGING, action::PUT_OBJECT_TAGGING).or_of_version(action::PUT_OBJECT_VERSION_TAGGING).needing(Needs::ObjectTags),
    operation(&model::PUT_PUBLIC_ACCESS_BLOCK, plain("s3:PutBucketPublicAccessBlock")).by_lanyard(),
    operation(&model::RENAME_OBJECT, plain("s3express:CreateSession")).refused_because(DIRECTORY),
    operation(&model::RESTORE_OBJECT, plain("s3:RestoreObject")).needing(Needs::RestoreRequest),
    operation(&model::SELECT_OBJECT_CONTENT, action::GET_OBJECT).reading(),
    operation(&model::UPDATE_BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION, plain("s3:UpdateBucketMetadataAnnotationTableConfiguration")).refused_because(TABLES),
    operation(&model::UPDATE_BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION, plain("s3:UpdateBucketMetadataInventoryTableConfiguration")).refused_because(TABLES),
    operation(&model::UPDATE_BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION, plain("s3:UpdateBucketMetadataJournalTableConfiguration")).refused_because(TABLES),
    operation(&model::UPDATE_OBJECT_ENCRYPTION, action::UPDATE_OBJECT_ENCRYPTION).needing(Needs::ObjectEncryption).refused_because(UNKNOWN),
    operation(&model::UPLOAD_PART, action::PUT_OBJECT).creating_object(false),
    operation(&model::UPLOAD_PART_COPY, action::PUT_OBJECT).creating_object(false),
    operation(&model::WRITE_GET_OBJECT_RESPONSE, plain("s3-object-lambda:WriteGetObjectResponse")).refused_because("only functions of AWS Lambda answer in an object's place"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_model_is_known_and_stands_in_order() {
        let known: Vec<&str> = OPERATIONS.iter().map(Operation::name).collect();
        let mut expected: Vec<&str> = model::ALL.iter().map(|operation| operation.name).collect();
        expected.push("PostObject");
        expected.sort_unstable();
        let mut sorted = known.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert_eq!(known, sorted);
    }
}
