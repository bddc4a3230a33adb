//! CreateBucket: the name first, then the bucket.
//!
//! 1. The store is asked whether it has the bucket. What it has and nobody owns here waits to be adopted, and is
//!    nobody's to create: BucketAlreadyExists. (Some stores answer a second creation as if it were the first, so the
//!    creation itself would not tell.)
//! 2. The name is claimed; the claim is pending.
//! 3. The store creates the bucket. If it refuses, the claim is withdrawn.
//! 4. The claim is confirmed, in one commit with the record of it. Only now the bucket is there for anybody.
//!
//! A bucket that the account owns and the store does not have (its deletion was cut short, or somebody removed it
//! behind the gateway) is created there under the claim that there is. What its owner had set for the old one does
//! not count for the new one.
//!
//! If nobody knows whether the store has created it, or if the last step fails, the claim stays pending. A retry
//! within a minute is told to wait (OperationAborted), since the first creation may still be under way. A later retry
//! of the same account takes the claim over and goes on where it broke off: the store had no such bucket before the
//! name was claimed, so what it has under that name now is that account's.

use std::sync::Arc;

use http::header::LOCATION;
use http::{HeaderValue, Method};
use jiff::SignedDuration;
use lanyard_audit::Record;
use lanyard_directory::{BucketClaim, ClaimError, WriteError};

use super::configuration::{ConfigurationError, location};
use super::{REGION_WITHOUT_LOCATION, region, store};
use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::s3::Call;
use crate::s3::answered::ownership::{check_access_control, check_object_ownership, is_access_control};
use crate::s3::answered::trail;
use crate::s3::answered::write::failed_write;
use crate::upstream::{UpstreamRequest, target};

/// How old a pending claim has to be to be taken over: longer than any creation waits for the store.
const TAKEN_OVER_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// How long the store is waited for.
const STORE_WITHIN: std::time::Duration = std::time::Duration::from_secs(30);

/// A name that is claimed for the bucket.
struct Claimed {
    claim: Arc<BucketClaim>,
    /// Whether the claim was there before, from a creation that was cut short.
    is_taken_over: bool,
}

/// Creates a bucket of the caller's account.
pub(in crate::s3::answered) async fn create(call: &Call<'_>, body: &[u8]) -> Result<Answer, S3Error> {
    check_access_control(&call.mapped)?;
    check_object_ownership(&call.mapped)?;
    location(body).map_err(refused_configuration)?;
    // The body took its time to come: a key that was deleted meanwhile makes no bucket any more.
    let account = call.services.directory.account_cached(call.caller.account);
    let account = account.or_else(|| call.account.clone());
    if account.is_none_or(|account| call.caller.refreshed(&account).is_none()) {
        return Err(S3Error::new(Code::INVALID_TOKEN));
    }
    let pending = match found(call) {
        Found::Free => None,
        Found::Pending(claim) => Some(claim),
        Found::Owned(claim) => return create_again(call, &claim).await,
        Found::Refused(refused) => return Err(refused),
    };
    let exists = within(store::has_bucket(call)).await?;
    let claimed = match pending {
        Some(claim) if exists => return confirm(call, &claim).await,
        Some(claim) => Claimed {
            claim,
            is_taken_over: true,
        },
        None if exists => return Err(S3Error::new(Code::BUCKET_ALREADY_EXISTS)),
        None => match claim(call).await {
            Ok(claim) => Claimed {
                claim,
                is_taken_over: false,
            },
            Err(refused) => return refused,
        },
    };
    create_there(call, &claimed).await?;
    confirm(call, &claimed.claim).await
}

/// What is known of the name.
enum Found {
    Free,
    /// A claim of the caller's account whose creation was cut short.
    Pending(Arc<BucketClaim>),
    /// A bucket of the caller's account.
    Owned(Arc<BucketClaim>),
    Refused(S3Error),
}

fn found(call: &Call<'_>) -> Found {
    let global = call.services.directory.global();
    let Some(claim) = global.bucket_claim(call.bucket_name()) else {
        return Found::Free;
    };
    if claim.account != call.caller.account {
        return if claim.is_abandoned(call.now()) {
            Found::Free
        } else {
            Found::Refused(S3Error::new(Code::BUCKET_ALREADY_EXISTS))
        };
    }
    if claim.is_confirmed() {
        return Found::Owned(Arc::clone(claim));
    }
    if call.now().duration_since(claim.created) < TAKEN_OVER_AFTER {
        return Found::Refused(being_created());
    }
    Found::Pending(Arc::clone(claim))
}

/// Creates a bucket of the account in a store that does not have it.
async fn create_again(call: &Call<'_>, claim: &BucketClaim) -> Result<Answer, S3Error> {
    if within(store::has_bucket(call)).await? {
        return already_owned(call);
    }
    let answer = within(store::ask(call, creation(call))).await?;
    // The store has it after all, or another creation was quicker.
    if answer.status == http::StatusCode::CONFLICT {
        return already_owned(call);
    }
    if !answer.status.is_success() {
        return Err(store::refusal(&answer));
    }
    let records = trail::records(call, claim.account, &[]);
    let outbox = records.iter().map(Record::to_outbox).collect();
    match call
        .services
        .directory
        .renew_bucket(claim, call.now(), outbox)
        .await
    {
        Ok(_) => Ok(created(call)),
        Err(WriteError::Refused(_)) => Err(being_created()),
        Err(failed) => Err(failed_write(failed)),
    }
}

/// Claims the name; the inner answer is that of a request that is refused or needs nothing more.
async fn claim(call: &Call<'_>) -> Result<Arc<BucketClaim>, Result<Answer, S3Error>> {
    let claiming =
        call.services
            .directory
            .claim_bucket(call.bucket_name(), call.caller.account, call.now(), Vec::new());
    match claiming.await {
        Ok(claim) => Ok(claim),
        Err(WriteError::Refused(refused)) => Err(refused_claim(call, refused)),
        Err(failed) => Err(Err(failed_write(failed))),
    }
}

fn refused_claim(call: &Call<'_>, refused: ClaimError) -> Result<Answer, S3Error> {
    match refused {
        ClaimError::OwnedByYou => already_owned(call),
        ClaimError::OwnedByOther => Err(S3Error::new(Code::BUCKET_ALREADY_EXISTS)),
        ClaimError::BeingCreated | ClaimError::Lost => Err(being_created()),
        ClaimError::TooMany { .. } => Err(S3Error::new(Code::TOO_MANY_BUCKETS)),
        ClaimError::InvalidName(name) => {
            Err(S3Error::new(Code::INVALID_BUCKET_NAME).and("BucketName", name.to_string()))
        }
    }
}

/// What the store is asked.
fn creation(call: &Call<'_>) -> UpstreamRequest {
    let mut request = UpstreamRequest::new(Method::PUT, target(call.bucket_name(), None, []));
    for (name, value) in &call.mapped.headers {
        if name.as_str().starts_with("x-amz-bucket-object-lock") && !is_access_control(name) {
            request = request.with_header(name.clone(), value.clone());
        }
    }
    request
}

/// Creates the bucket in the store. If the store surely has not, the claim is withdrawn.
async fn create_there(call: &Call<'_>, claimed: &Claimed) -> Result<(), S3Error> {
    let answer = within(store::ask(call, creation(call))).await?;
    if answer.status.is_success() {
        return Ok(());
    }
    // Whether a store that failed has done it, nobody knows.
    if answer.status.is_server_error() {
        return Err(store::refusal(&answer));
    }
    let is_conflict = answer.status == http::StatusCode::CONFLICT;
    if is_conflict && claimed.is_taken_over {
        // Another retry of the same creation has just done it, or is about to.
        return Err(being_created());
    }
    if let Err(failed) = call
        .services
        .directory
        .release_bucket(&claimed.claim, Vec::new())
        .await
    {
        tracing::warn!(bucket = call.bucket_name(), error = %failed, "a claim could not be withdrawn; it will lapse");
    }
    Err(if is_conflict {
        S3Error::new(Code::BUCKET_ALREADY_EXISTS)
    } else {
        store::refusal(&answer)
    })
}

/// Confirms the claim: from now on the bucket is there.
async fn confirm(call: &Call<'_>, claim: &BucketClaim) -> Result<Answer, S3Error> {
    let records = trail::records(call, claim.account, &[]);
    let outbox = records.iter().map(Record::to_outbox).collect();
    match call.services.directory.confirm_bucket(claim, outbox).await {
        Ok(_) => Ok(created(call)),
        // Another retry of the same creation was quicker.
        Err(WriteError::Refused(ClaimError::OwnedByYou)) => already_owned(call),
        Err(WriteError::Refused(_)) => Err(being_created()),
        Err(failed) => Err(failed_write(failed)),
    }
}

fn created(call: &Call<'_>) -> Answer {
    let location = HeaderValue::from_str(&format!("/{}", call.bucket_name()));
    match location {
        Ok(location) => Answer::done().with_header(LOCATION, location),
        Err(_) => Answer::done(),
    }
}

/// Evidence: the list of error responses in the S3 API reference: in us-east-1 it is no error.
fn already_owned(call: &Call<'_>) -> Result<Answer, S3Error> {
    if region(call) == REGION_WITHOUT_LOCATION {
        Ok(created(call))
    } else {
        Err(S3Error::new(Code::BUCKET_ALREADY_OWNED_BY_YOU).and("BucketName", call.bucket_name()))
    }
}

fn being_created() -> S3Error {
    S3Error::new(Code::OPERATION_ABORTED).retry_after(u32::try_from(TAKEN_OVER_AFTER.as_secs()).unwrap_or(60))
}

fn refused_configuration(error: ConfigurationError) -> S3Error {
    match error {
        ConfigurationError::Malformed(error) => error.into(),
        ConfigurationError::Location => S3Error::new(Code::INVALID_LOCATION_CONSTRAINT),
        ConfigurationError::NotImplemented(_) => {
            let mut message = error.to_string();
            if let Some(first) = message.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            message.push('.');
            S3Error::with_message(Code::NOT_IMPLEMENTED, message)
        }
    }
}

async fn within<T>(asking: impl Future<Output = Result<T, S3Error>>) -> Result<T, S3Error> {
    match tokio::time::timeout(STORE_WITHIN, asking).await {
        Ok(answered) => answered,
        Err(_) => Err(S3Error::new(Code::SERVICE_UNAVAILABLE).retry_after(1)),
    }
}
