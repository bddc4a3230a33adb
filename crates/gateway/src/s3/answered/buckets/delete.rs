//! DeleteBucket: the bucket first, then the name, with the policy and the settings that went with it.
//!
//! A store that does not have the bucket has nothing to delete: then the name is released too, and the answer is
//! NoSuchBucket. So a deletion that was cut short ends with the next try.

use http::{Method, StatusCode};
use lanyard_audit::Record;
use lanyard_directory::{ClaimError, WriteError};

use super::store;
use crate::answer::Answer;
use crate::error::S3Error;
use crate::s3::Call;
use crate::s3::answered::trail;
use crate::s3::answered::write::failed_write;
use crate::upstream::{UpstreamRequest, target};

/// Deletes a bucket.
pub(in crate::s3::answered) async fn delete(call: &Call<'_>) -> Result<Answer, S3Error> {
    let claim = &call.owned_bucket()?.claim;
    store::check_empty(call).await?;
    // By now another deletion may have been quicker, and the name somebody else's.
    call.same_owner()()?;
    let request = UpstreamRequest::new(Method::DELETE, target(call.bucket_name(), None, []));
    let answer = store::ask(call, request).await?;
    let was_there = answer.status != StatusCode::NOT_FOUND;
    if was_there && !answer.status.is_success() {
        return Err(store::refusal(&answer));
    }
    let records = trail::records(call, claim.account, &[]);
    let outbox = records.iter().map(Record::to_outbox).collect();
    match call.services.directory.release_bucket(claim, outbox).await {
        Ok(()) if was_there => Ok(Answer::no_content()),
        // Another deletion was quicker.
        Ok(()) | Err(WriteError::Refused(ClaimError::Lost)) => {
            Err(S3Error::no_such_bucket(call.bucket_name()))
        }
        Err(failed) => Err(failed_write(failed)),
    }
}
