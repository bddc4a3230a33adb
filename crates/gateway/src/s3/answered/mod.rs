//! What Lanyard answers itself: whose buckets there are, their policies and blocks, lists of access, batch deletes
//! decided key by key, and forms of browsers.
//!
//! Every change is committed together with its record in the trail, and is decided again on the state it changes.
//!
//! Invariant: nothing here is reached before every permission was decided, but for batch deletes and forms, which
//! decide themselves because only their bodies say what is asked for.

mod batch_delete;
mod bucket_policy_error;
mod buckets;
mod canonical_id;
mod form;
mod ownership;
mod policy;
mod public_access;
mod trail;
mod write;

use bytes::Bytes;

use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::s3::Call;
use crate::xml::MalformedXmlError;

pub use bucket_policy_error::BucketPolicyError;
pub(crate) use buckets::tell_region;
pub(crate) use form::post_form;
pub(crate) use ownership::{check_access_control, is_access_control};
pub(crate) use policy::allows_everybody;
pub use policy::check_bucket_policy;
pub(crate) use trail::records_itself;

/// Answers what Lanyard answers itself, a batch delete, and the creation and deletion of buckets. Every permission
/// was decided, except those of a batch delete: its keys are decided here, one by one, with [`Call::decide`].
pub(crate) async fn answer(call: &Call<'_>, body: Bytes) -> Result<Answer, S3Error> {
    match call.mapped.operation.name() {
        "ListBuckets" => buckets::list(call),
        "CreateBucket" => buckets::create(call, &body).await,
        "DeleteBucket" => buckets::delete(call).await,
        "GetBucketLocation" => buckets::answer_location(call),
        "PutBucketPolicy" => policy::put(call, &body).await,
        "GetBucketPolicy" => policy::get(call).await,
        "DeleteBucketPolicy" => policy::delete(call).await,
        "GetBucketPolicyStatus" => policy::status(call),
        "PutPublicAccessBlock" => public_access::put(call, &body).await,
        "GetPublicAccessBlock" => public_access::get(call),
        "DeletePublicAccessBlock" => public_access::delete(call).await,
        "PutBucketOwnershipControls" => ownership::put_controls(call, &body).await,
        "GetBucketOwnershipControls" => ownership::get_controls(call),
        "DeleteBucketOwnershipControls" => ownership::delete_controls(call).await,
        "GetBucketAcl" => ownership::get_bucket_acl(call),
        "GetObjectAcl" => ownership::get_object_acl(call).await,
        "PutBucketAcl" | "PutObjectAcl" => {
            call.owned_bucket()?;
            Err(S3Error::new(Code::ACCESS_CONTROL_LIST_NOT_SUPPORTED))
        }
        "DeleteObjects" => batch_delete::run(call).await,
        // Fails closed: whatever else is said to be answered here is not.
        _ => Err(S3Error::new(Code::NOT_IMPLEMENTED)),
    }
}

impl From<MalformedXmlError> for S3Error {
    fn from(_: MalformedXmlError) -> Self {
        Self::new(Code::MALFORMED_XML)
    }
}
