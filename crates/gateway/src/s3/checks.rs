//! What is refused before any permission is decided: what is never open to strangers, bodies that are not worth reading,
//! and buckets that are taken for somebody else's.

use super::{Call, answered};
use crate::error::{Code, S3Error};
use crate::owners::{OwnedBucket, owned_bucket};

impl Call<'_> {
    /// Refuses a request whose sender takes the bucket for somebody else's than it is.
    pub(crate) async fn check_expected_owners(&self) -> Result<(), S3Error> {
        let is_other = |expected: &Option<String>, bucket: Option<&OwnedBucket>| match (expected, bucket) {
            (Some(expected), Some(bucket)) => *expected != bucket.claim.account.to_string(),
            // What nobody owns is not whose it is taken for. A bucket that is being created has no owner yet.
            (Some(_), None) => !self.creates_bucket(),
            (None, _) => false,
        };
        let refused = || Err(S3Error::new(Code::ACCESS_DENIED));
        if is_other(&self.mapped.expected_bucket_owner, self.bucket.as_ref()) {
            return refused();
        }
        if self.mapped.source_expected_bucket_owner.is_some()
            && let Some(source) = &self.mapped.copy_source
        {
            let bucket = owned_bucket(self.services, &source.bucket).await?;
            if is_other(&self.mapped.source_expected_bucket_owner, bucket.as_ref()) {
                return refused();
            }
        }
        Ok(())
    }

    /// Refuses what is never open to nobody in particular, whatever a policy says.
    ///
    /// Evidence: S3 refuses `response-…` parameters of unsigned requests, since anybody could make links with them
    /// that look like the owner's, and SelectObjectContent.
    // Fails closed: a policy that allows everything to everybody does not mean Lanyard's own state.
    pub(super) fn check_open_to_strangers(&self) -> Result<(), S3Error> {
        if !self.caller.is_anonymous() {
            return Ok(());
        }
        let operation = self.mapped.operation;
        if answered::records_itself(operation) || operation.name() == "SelectObjectContent" {
            return Err(S3Error::denied(Code::ACCESS_DENIED.text));
        }
        if self
            .mapped
            .query
            .iter()
            .any(|(name, _)| name.starts_with("response-"))
        {
            return Err(S3Error::with_message(
                Code::INVALID_REQUEST,
                "Request specific response headers cannot be used for anonymous GET requests.",
            ));
        }
        Ok(())
    }

    /// Refuses to read a body for somebody to whom nothing here can be open: for a stranger, the policy of the bucket
    /// has to allow something to everybody.
    pub(super) fn check_worth_reading(&self) -> Result<(), S3Error> {
        if !self.caller.is_anonymous() {
            return Ok(());
        }
        let is_open = self.bucket.as_ref().is_some_and(|bucket| {
            bucket.policy().is_some_and(|policy| {
                let is_shut_out = bucket.restricts_public_policies() && policy.document.is_public();
                !is_shut_out && answered::allows_everybody(policy.document.saved_text())
            })
        });
        if is_open {
            Ok(())
        } else {
            Err(S3Error::denied(Code::ACCESS_DENIED.text))
        }
    }
}
