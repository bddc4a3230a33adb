//! Changing what an account keeps of a bucket.
//!
//! Between the decision and the change another request may have changed the policies it rested on. So the change is
//! made on the state that was decided on, or decided anew on the one that it changes.

use lanyard_access::{Ask, DenialForm, authorize};
use lanyard_audit::Record;
use lanyard_directory::{Account, AccountEdit, BucketError, WriteError};
use lanyard_mapping::Asked;
use lanyard_policy::ResourceLayer;
use serde_json::Value;

use super::bucket_policy_error::error_of;
use super::trail;
use crate::error::{Code, S3Error};
use crate::owners::OwnedBucket;
use crate::s3::Call;

/// What `change` made of the bucket's account, once it is on disk together with its records. `more` is what the
/// records show of the request beside the bucket.
pub(super) async fn write<T>(
    call: &Call<'_>,
    more: &[(&str, Value)],
    mut change: impl FnMut(&mut AccountEdit, &OwnedBucket) -> Result<T, BucketError>,
) -> Result<T, S3Error> {
    let bucket = call.owned_bucket()?;
    let owner = bucket.claim.account;
    let written = call.services.directory.write(owner, |edit| {
        decide_again(call, bucket, edit.view())?;
        let output = change(edit, bucket).map_err(|error| error_of(call, error))?;
        let records = trail::records(call, owner, more);
        Ok((output, records.iter().map(Record::to_outbox).collect()))
    });
    match written.await {
        Ok(written) => Ok(written.output),
        Err(WriteError::Refused(refused)) => Err(refused),
        Err(WriteError::NoSuchAccount(_)) => Err(S3Error::no_such_bucket(call.bucket_name())),
        Err(failed) => Err(failed_write(failed)),
    }
}

/// A write that the store did not make, or of which nobody knows.
pub(super) fn failed_write<E>(failed: WriteError<E>) -> S3Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    match failed {
        WriteError::Storage(failed) => S3Error::unavailable(failed).retry_after(1),
        other => S3Error::new(Code::INTERNAL_ERROR).because(other),
    }
}

/// Decides every permission again if the owner's account, or the caller's if it is the same, is not the one that was
/// decided on.
fn decide_again(call: &Call<'_>, bucket: &OwnedBucket, owner: &Account) -> Result<(), S3Error> {
    let is_own = !call.caller.is_anonymous() && call.caller.account == owner.id();
    let decided_on = call.account.as_ref().filter(|_| is_own).unwrap_or(&bucket.owner);
    if owner.revision() == bucket.owner.revision() && owner.revision() == decided_on.revision() {
        return Ok(());
    }
    let caller = if is_own {
        let refreshed = call.caller.refreshed(owner);
        refreshed.ok_or_else(|| S3Error::new(Code::INVALID_TOKEN))?
    } else {
        call.caller.clone()
    };
    let account = if is_own {
        Some(owner)
    } else {
        call.account.as_deref()
    };
    let policy = owner.bucket_policy(&bucket.claim);
    let blocks = owner
        .bucket_settings(&bucket.claim)
        .public_access_block
        .unwrap_or_default();
    let is_shut_out =
        !is_own && blocks.restrict_public_buckets && policy.is_some_and(|policy| policy.document.is_public());
    let attached = policy.map(|policy| policy.attached());
    let is_allowed = |asked: &Asked| {
        let ask = Ask {
            action: asked.action,
            resource: &asked.resource,
            resource_account: owner.id(),
            wildcard_only: asked.wildcard_only,
            partly_known: false,
            context: &asked.context,
            resource_policy: attached.as_ref().map(|attached| ResourceLayer {
                attached,
                must_participate: false,
                trust: false,
            }),
            shows_mfa: false,
            denial: DenialForm::WithReason,
        };
        is_own && caller.is_root() && asked.action.ends_with("BucketPolicy")
            || authorize(&caller, &ask, &call.facts, account).is_allowed()
    };
    // Rare: a policy has been taken away a moment ago. The next try says why.
    if is_shut_out || !call.mapped.asks.iter().all(is_allowed) {
        return Err(S3Error::new(Code::ACCESS_DENIED));
    }
    Ok(())
}
