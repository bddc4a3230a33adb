//! The actions of S3 that requests need, and their condition keys. Evidence for both: the service authorization
//! reference, which the catalogue holds and a test compares.

use crate::action::{Action, Key, RequestTags, Source};

const HASH: Key = Key {
    name: "s3:x-amz-content-sha256",
    source: Source::ContentHash,
};
const VERSION: Key = Key {
    name: "s3:VersionId",
    source: Source::Version,
};
const ACL: Key = Key::header("s3:x-amz-acl", "x-amz-acl");
const GRANT_FULL_CONTROL: Key = Key::header("s3:x-amz-grant-full-control", "x-amz-grant-full-control");
const GRANT_READ: Key = Key::header("s3:x-amz-grant-read", "x-amz-grant-read");
const GRANT_READ_ACP: Key = Key::header("s3:x-amz-grant-read-acp", "x-amz-grant-read-acp");
const GRANT_WRITE: Key = Key::header("s3:x-amz-grant-write", "x-amz-grant-write");
const GRANT_WRITE_ACP: Key = Key::header("s3:x-amz-grant-write-acp", "x-amz-grant-write-acp");
const STORAGE_CLASS: Key = Key::header("s3:x-amz-storage-class", "x-amz-storage-class");
const OBJECT_IF_MATCH: Key = Key::header("s3:x-amz-object-if-match", "x-amz-object-if-match");
const LOCK_MODE: Key = Key::header("s3:object-lock-mode", "x-amz-object-lock-mode");
const RETAIN_UNTIL: Key = Key::header(
    "s3:object-lock-retain-until-date",
    "x-amz-object-lock-retain-until-date",
);
const LEGAL_HOLD: Key = Key::header("s3:object-lock-legal-hold", "x-amz-object-lock-legal-hold");
const EVENT_HOLD: Key = Key::header("s3:object-lock-event-hold", "x-amz-object-lock-event-hold");
const EVENT_HOLD_DAYS: Key = Key::header(
    "s3:object-lock-event-hold-duration-days",
    "x-amz-object-lock-event-hold-duration-days",
);

pub(crate) const COPY_SOURCE: Key = Key {
    name: "s3:x-amz-copy-source",
    source: Source::CopiedObject,
};
const METADATA_DIRECTIVE: Key = Key::header("s3:x-amz-metadata-directive", "x-amz-metadata-directive");
const ENCRYPTION: Key = Key::header("s3:x-amz-server-side-encryption", "x-amz-server-side-encryption");
const ENCRYPTION_KEY: Key = Key::header(
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-aws-kms-key-id",
);
const CUSTOMER_ALGORITHM: Key = Key::header(
    "s3:x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-algorithm",
);
const REDIRECT: Key = Key::header(
    "s3:x-amz-website-redirect-location",
    "x-amz-website-redirect-location",
);

const PLAIN: &[Key] = &[HASH];
const VERSIONED: &[Key] = &[HASH, VERSION];
const LISTING: &[Key] = &[
    HASH,
    Key::query("s3:prefix", "prefix"),
    Key::query("s3:delimiter", "delimiter"),
    Key::query("s3:max-keys", "max-keys"),
];
const BUCKET_ACL: &[Key] = &[
    HASH,
    ACL,
    GRANT_FULL_CONTROL,
    GRANT_READ,
    GRANT_READ_ACP,
    GRANT_WRITE,
    GRANT_WRITE_ACP,
];
const OBJECT_ACL: &[Key] = &[
    HASH,
    ACL,
    GRANT_FULL_CONTROL,
    GRANT_READ,
    GRANT_READ_ACP,
    GRANT_WRITE,
    GRANT_WRITE_ACP,
    STORAGE_CLASS,
];
const VERSION_ACL: &[Key] = &[
    HASH,
    VERSION,
    ACL,
    GRANT_FULL_CONTROL,
    GRANT_READ,
    GRANT_READ_ACP,
    GRANT_WRITE,
    GRANT_WRITE_ACP,
    STORAGE_CLASS,
];
const NEW_OBJECT: &[Key] = &[
    HASH,
    ACL,
    GRANT_FULL_CONTROL,
    GRANT_READ,
    GRANT_READ_ACP,
    GRANT_WRITE,
    GRANT_WRITE_ACP,
    STORAGE_CLASS,
    COPY_SOURCE,
    METADATA_DIRECTIVE,
    Key::header(
        "s3:x-amz-object-annotation-directive",
        "x-amz-object-annotation-directive",
    ),
    ENCRYPTION,
    ENCRYPTION_KEY,
    CUSTOMER_ALGORITHM,
    REDIRECT,
    Key::header("s3:if-match", "if-match"),
    Key::header("s3:if-none-match", "if-none-match"),
    LOCK_MODE,
    RETAIN_UNTIL,
    LEGAL_HOLD,
    EVENT_HOLD,
    EVENT_HOLD_DAYS,
];
const NEW_BUCKET: &[Key] = &[
    HASH,
    ACL,
    GRANT_FULL_CONTROL,
    GRANT_READ,
    GRANT_READ_ACP,
    GRANT_WRITE,
    GRANT_WRITE_ACP,
    Key::header("s3:x-amz-object-ownership", "x-amz-object-ownership"),
    Key::header("s3:x-amz-bucket-namespace", "x-amz-bucket-namespace"),
];
const ANNOTATIONS: &[Key] = &[
    HASH,
    Key::query("s3:annotation-prefix", "annotation-prefix"),
    Key::query("s3:max-annotation-results", "max-annotation-results"),
];
const VERSION_ANNOTATIONS: &[Key] = &[
    HASH,
    VERSION,
    Key::query("s3:annotation-prefix", "annotation-prefix"),
    Key::query("s3:max-annotation-results", "max-annotation-results"),
];

/// An action on a bucket or object without keys of its own.
pub(crate) const fn plain(name: &'static str) -> Action {
    Action::new(name, PLAIN)
}

/// An action on an object, of which policies may ask which tags it has.
const fn tagged(name: &'static str) -> Action {
    plain(name).reading_object_tags()
}

/// The same for an action on a version.
const fn tagged_version(name: &'static str) -> Action {
    Action::new(name, VERSIONED).reading_object_tags()
}

pub(crate) const LIST_ALL_MY_BUCKETS: Action = plain("s3:ListAllMyBuckets").wildcard_only();
pub(crate) const CREATE_BUCKET: Action =
    Action::new("s3:CreateBucket", NEW_BUCKET).with_request_tags(RequestTags::Resource);
pub(crate) const TAG_RESOURCE: Action = plain("s3:TagResource").with_request_tags(RequestTags::Resource);
pub(crate) const PUT_BUCKET_TAGGING: Action =
    plain("s3:PutBucketTagging").with_request_tags(RequestTags::Resource);
pub(crate) const PUT_BUCKET_ACL: Action = Action::new("s3:PutBucketAcl", BUCKET_ACL);
pub(crate) const PUT_BUCKET_OWNERSHIP_CONTROLS: Action = plain("s3:PutBucketOwnershipControls");
pub(crate) const PUT_BUCKET_VERSIONING: Action = plain("s3:PutBucketVersioning");
pub(crate) const GET_BUCKET_OBJECT_LOCK_CONFIGURATION: Action =
    Action::new("s3:GetBucketObjectLockConfiguration", &[]);
pub(crate) const PUT_BUCKET_OBJECT_LOCK_CONFIGURATION: Action =
    Action::new("s3:PutBucketObjectLockConfiguration", &[]);
pub(crate) const LIST_BUCKET: Action = Action::new("s3:ListBucket", LISTING);
pub(crate) const LIST_BUCKET_VERSIONS: Action = Action::new("s3:ListBucketVersions", LISTING);

pub(crate) const GET_OBJECT: Action = tagged("s3:GetObject");
pub(crate) const GET_OBJECT_VERSION: Action = tagged_version("s3:GetObjectVersion");
pub(crate) const GET_OBJECT_ACL: Action = tagged("s3:GetObjectAcl");
pub(crate) const GET_OBJECT_VERSION_ACL: Action = tagged_version("s3:GetObjectVersionAcl");
pub(crate) const GET_OBJECT_ATTRIBUTES: Action = tagged("s3:GetObjectAttributes");
pub(crate) const GET_OBJECT_VERSION_ATTRIBUTES: Action = tagged_version("s3:GetObjectVersionAttributes");
pub(crate) const GET_OBJECT_TAGGING: Action = tagged("s3:GetObjectTagging");
pub(crate) const GET_OBJECT_VERSION_TAGGING: Action = tagged_version("s3:GetObjectVersionTagging");
pub(crate) const GET_OBJECT_ANNOTATION: Action = tagged("s3:GetObjectAnnotation");
pub(crate) const GET_OBJECT_VERSION_ANNOTATION: Action = tagged_version("s3:GetObjectVersionAnnotation");
pub(crate) const LIST_OBJECT_ANNOTATIONS: Action =
    Action::new("s3:ListObjectAnnotations", ANNOTATIONS).reading_object_tags();
pub(crate) const LIST_OBJECT_VERSION_ANNOTATIONS: Action =
    Action::new("s3:ListObjectVersionAnnotations", VERSION_ANNOTATIONS).reading_object_tags();

pub(crate) const PUT_OBJECT: Action =
    Action::new("s3:PutObject", NEW_OBJECT).with_request_tags(RequestTags::Object);
pub(crate) const PUT_OBJECT_ACL: Action = Action::new("s3:PutObjectAcl", OBJECT_ACL).reading_object_tags();
pub(crate) const PUT_OBJECT_VERSION_ACL: Action =
    Action::new("s3:PutObjectVersionAcl", VERSION_ACL).reading_object_tags();
pub(crate) const PUT_OBJECT_TAGGING: Action =
    tagged("s3:PutObjectTagging").with_request_tags(RequestTags::Object);
pub(crate) const PUT_OBJECT_VERSION_TAGGING: Action =
    tagged_version("s3:PutObjectVersionTagging").with_request_tags(RequestTags::Object);
pub(crate) const PUT_OBJECT_RETENTION: Action = Action::new(
    "s3:PutObjectRetention",
    &[HASH, LOCK_MODE, RETAIN_UNTIL, EVENT_HOLD, EVENT_HOLD_DAYS],
);
pub(crate) const PUT_OBJECT_LEGAL_HOLD: Action = Action::new("s3:PutObjectLegalHold", &[HASH, LEGAL_HOLD]);
pub(crate) const PUT_OBJECT_ANNOTATION: Action =
    Action::new("s3:PutObjectAnnotation", &[HASH, OBJECT_IF_MATCH]).reading_object_tags();
pub(crate) const PUT_OBJECT_VERSION_ANNOTATION: Action =
    Action::new("s3:PutObjectVersionAnnotation", &[HASH, VERSION, OBJECT_IF_MATCH]).reading_object_tags();
pub(crate) const UPDATE_OBJECT_ENCRYPTION: Action = tagged("s3:UpdateObjectEncryption");

pub(crate) const DELETE_OBJECT: Action =
    Action::new("s3:DeleteObject", &[HASH, Key::header("s3:if-match", "if-match")]);
pub(crate) const DELETE_OBJECT_VERSION: Action = Action::new("s3:DeleteObjectVersion", VERSIONED);
pub(crate) const DELETE_OBJECT_TAGGING: Action = tagged("s3:DeleteObjectTagging");
pub(crate) const DELETE_OBJECT_VERSION_TAGGING: Action = tagged_version("s3:DeleteObjectVersionTagging");
pub(crate) const DELETE_OBJECT_ANNOTATION: Action =
    Action::new("s3:DeleteObjectAnnotation", &[HASH, OBJECT_IF_MATCH]).reading_object_tags();
pub(crate) const DELETE_OBJECT_VERSION_ANNOTATION: Action = Action::new(
    "s3:DeleteObjectVersionAnnotation",
    &[HASH, VERSION, OBJECT_IF_MATCH],
)
.reading_object_tags();
/// No request that can ask for it has the headers of its other keys.
pub(crate) const BYPASS_GOVERNANCE_RETENTION: Action = plain("s3:BypassGovernanceRetention");
pub(crate) const GET_OBJECT_VERSION_TORRENT: Action = Action::new("s3:GetObjectVersionTorrent", VERSIONED);
