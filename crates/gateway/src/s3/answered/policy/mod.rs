//! Bucket policies: what S3 accepts as one, and the four operations on them.
//!
//! What the policy language makes of a document is `lanyard-policy`'s matter, and binding its principals is the
//! directory's. Here are the checks that S3 makes before, in its own words, so that a mistake is named as in AWS.
//!
//! Evidence for the texts: answers of S3 that users report; there is no list of them.

mod actions;
mod check;
mod conditions;
mod everybody;
mod json;

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use lanyard_directory::BoundPolicy;
use lanyard_names::AccountId;
use lanyard_policy::{Document, PrincipalKind};

use self::check::check;
pub(crate) use self::everybody::allows_everybody;
use super::bucket_policy_error::{BucketPolicyError, malformed};
use super::write::write;
use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::owners::OwnedBucket;
use crate::s3::Call;
use crate::xml::XmlWriter;

/// PutBucketPolicy.
pub(super) async fn put(call: &Call<'_>, body: &Bytes) -> Result<Answer, S3Error> {
    let bucket = own_bucket(call)?;
    if body.is_empty() {
        return Err(S3Error::new(Code::MISSING_REQUEST_BODY));
    }
    let text = std::str::from_utf8(body).map_err(|_| malformed(&BucketPolicyError::NotJson))?;
    check(text, &bucket.claim.name).map_err(|error| malformed(&error))?;
    check_accounts(call, text)?;
    let text: Arc<str> = text.into();
    let others = BoundPolicy::accounts_named(&text, bucket.claim.account);
    let others = Box::pin(call.services.directory.accounts(others))
        .await
        .map_err(S3Error::unavailable)?;
    write(call, &[("bucketPolicy", (&*text).into())], |edit, bucket| {
        edit.put_bucket_policy(&bucket.claim, Arc::clone(&text), &others)
            .map(|_| ())
    })
    .await?;
    Ok(Answer::no_content())
}

/// Checks what S3 checks of a policy before anybody asks whether it is one, for policies that come another way than
/// through S3.
pub fn check_bucket_policy(text: &str, bucket: &str) -> Result<(), BucketPolicyError> {
    check(text, bucket)
}

/// Refuses accounts that do not exist: they may be made one day, by whoever has the number, and would have the bucket.
fn check_accounts(call: &Call<'_>, text: &str) -> Result<(), S3Error> {
    // What cannot be read is refused where it is validated.
    let Ok(document) = Document::parse(text) else {
        return Ok(());
    };
    let global = call.services.directory.global();
    let mut named = document
        .principals()
        .filter(|principal| principal.kind == PrincipalKind::Aws);
    let unknown = named.find(|principal| {
        let account = principal.text.split(':').nth(4).unwrap_or(principal.text);
        AccountId::parse(account).is_ok_and(|account| global.account(account).is_none())
    });
    unknown.map_or(Ok(()), |principal| {
        Err(malformed(&BucketPolicyError::Principal)
            .and("Detail", format!("\"AWS\" : \"{}\"", principal.text)))
    })
}

/// GetBucketPolicy: the text byte for byte, but that principals which were renamed or deleted since are shown as they
/// are now.
pub(super) async fn get(call: &Call<'_>) -> Result<Answer, S3Error> {
    let bucket = own_bucket(call)?;
    let policy = bucket.policy().ok_or_else(|| no_such_policy(call))?;
    let others = policy.document.accounts_bound(bucket.claim.account);
    let others = Box::pin(call.services.directory.accounts(others))
        .await
        .map_err(S3Error::unavailable)?;
    let text = policy.document.rendered(&bucket.owner, &others).into_owned();
    Ok(Answer::json(StatusCode::OK, text))
}

/// DeleteBucketPolicy, which is content with a bucket that has none.
pub(super) async fn delete(call: &Call<'_>) -> Result<Answer, S3Error> {
    own_bucket(call)?;
    write(call, &[], |edit, bucket| {
        edit.delete_bucket_policy(&bucket.claim);
        Ok(())
    })
    .await?;
    Ok(Answer::no_content())
}

/// GetBucketPolicyStatus.
pub(super) fn status(call: &Call<'_>) -> Result<Answer, S3Error> {
    let bucket = own_bucket(call)?;
    let policy = bucket.policy().ok_or_else(|| no_such_policy(call))?;
    Ok(Answer::xml(
        StatusCode::OK,
        status_document(policy.document.is_public()),
    ))
}

fn status_document(is_public: bool) -> Vec<u8> {
    XmlWriter::document("PolicyStatus", |xml| {
        xml.text("IsPublic", if is_public { "true" } else { "false" });
    })
}

/// The bucket, for a caller of its owner's account. Others are not let near its policy, whatever it allows them.
/// Evidence: the API reference of PutBucketPolicy and its like.
fn own_bucket<'a>(call: &'a Call<'_>) -> Result<&'a OwnedBucket, S3Error> {
    let bucket = call.owned_bucket()?;
    let is_own = |account: AccountId| account == bucket.claim.account;
    if call.caller.is_anonymous() || !is_own(call.caller.account) {
        return Err(S3Error::new(Code::METHOD_NOT_ALLOWED));
    }
    Ok(bucket)
}

fn no_such_policy(call: &Call<'_>) -> S3Error {
    S3Error::new(Code::NO_SUCH_BUCKET_POLICY).and("BucketName", call.bucket_name())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_status_is_told_in_small_letters() {
        assert_eq!(
            String::from_utf8_lossy(&super::status_document(true)),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <PolicyStatus xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsPublic>true</IsPublic></PolicyStatus>"
        );
    }
}
