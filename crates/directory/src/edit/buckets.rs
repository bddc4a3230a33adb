//! Policies of resources and settings of buckets.
//!
//! What is kept of a bucket names the generation of the claim it was saved under, and counts for that claim only.

use std::sync::Arc;

use lanyard_policy::DocumentKind;

use super::{AccountEdit, resource};
use crate::account::Accounts;
use crate::error::BucketError;
use crate::global::BucketClaim;
use crate::record::{
    BoundPolicy, BucketRecord, BucketSettings, Place, PublicAccessBlock, Record, ResourcePolicy,
};

impl AccountEdit {
    /// Attaches a policy to a resource of this account other than a bucket, replacing the one it had. `accounts`
    /// holds the snapshots of other accounts that it names.
    pub fn put_resource_policy(
        &mut self,
        arn: &str,
        text: Arc<str>,
        accounts: &dyn Accounts,
    ) -> Result<Arc<ResourcePolicy>, BucketError> {
        self.check_resource(arn)?;
        let document = self.bound_resource_policy(arn, text, accounts)?;
        Ok(self.put_policy_of(arn.into(), None, document))
    }

    /// Takes a resource's policy away.
    pub fn delete_resource_policy(&mut self, arn: &str) -> Result<Arc<ResourcePolicy>, BucketError> {
        let Some(policy) = self.account.resource_policy(arn).cloned() else {
            return Err(BucketError::NoSuchResourcePolicy(arn.into()));
        };
        self.remove(Place::ResourcePolicy(Arc::clone(&policy.arn)));
        Ok(policy)
    }

    /// Attaches a policy to a bucket, replacing the one it had; refused if it is public and the bucket's public
    /// access block refuses such. `accounts` holds the snapshots of other accounts that it names.
    pub fn put_bucket_policy(
        &mut self,
        claim: &BucketClaim,
        text: Arc<str>,
        accounts: &dyn Accounts,
    ) -> Result<Arc<ResourcePolicy>, BucketError> {
        self.check_claim(claim)?;
        let arn = claim.arn();
        let document = self.bound_resource_policy(&arn, text, accounts)?;
        let settings = self.account.bucket_settings(claim);
        let blocks = settings.public_access_block.unwrap_or_default();
        if blocks.block_public_policy && document.is_public() {
            return Err(BucketError::PolicyIsPublic);
        }
        Ok(self.put_policy_of(arn, Some(claim.generation), document))
    }

    /// Takes a bucket's policy away and gives it; `None` if it had none.
    pub fn delete_bucket_policy(&mut self, claim: &BucketClaim) -> Option<Arc<ResourcePolicy>> {
        let policy = self.account.bucket_policy(claim).cloned()?;
        self.remove(Place::ResourcePolicy(Arc::clone(&policy.arn)));
        Some(policy)
    }

    /// Sets a bucket's public access block, or takes it away.
    pub fn put_public_access_block(
        &mut self,
        claim: &BucketClaim,
        public_access_block: Option<PublicAccessBlock>,
    ) -> Result<(), BucketError> {
        self.check_claim(claim)?;
        let settings = BucketSettings { public_access_block };
        self.put(Record::Bucket(Arc::new(BucketRecord {
            name: Arc::clone(&claim.name),
            generation: claim.generation,
            settings,
        })));
        Ok(())
    }

    /// Removes what is kept of a bucket under a claim, which is no longer in force.
    pub(crate) fn forget_bucket(&mut self, claim: &BucketClaim) {
        self.delete_bucket_policy(claim);
        let kept = self.account.bucket_record(&claim.name);
        if kept.is_some_and(|bucket| bucket.generation == claim.generation) {
            self.remove(Place::Bucket(Arc::clone(&claim.name)));
        }
    }

    /// Refuses a claim of another account, and one that a later claim of this account has followed: whoever still
    /// holds it must not write over what was saved for the new bucket.
    fn check_claim(&self, claim: &BucketClaim) -> Result<(), BucketError> {
        let settings = self.account.bucket_record(&claim.name);
        let policy = self.account.resource_policy_record(&claim.arn());
        let newest = settings
            .map(|bucket| bucket.generation)
            .max(policy.and_then(|policy| policy.generation));
        if claim.account != self.account.id() || newest.is_some_and(|newest| newest > claim.generation) {
            return Err(BucketError::NotTheOwner(claim.name.as_ref().into()));
        }
        Ok(())
    }

    /// Refuses what is no ARN of this account, and patterns, which no decision asks about. Buckets have no account in theirs and come with their claim.
    fn check_resource(&self, arn: &str) -> Result<(), BucketError> {
        if resource::is_of(arn, self.account.id()) {
            Ok(())
        } else {
            Err(BucketError::NotAResource(arn.into()))
        }
    }

    fn bound_resource_policy(
        &self,
        arn: &str,
        text: Arc<str>,
        accounts: &dyn Accounts,
    ) -> Result<BoundPolicy, BucketError> {
        let limit = ResourcePolicy::BYTES_MAX;
        if text.len() > limit {
            return Err(BucketError::PolicyTooLong { limit });
        }
        let document = lanyard_policy::validate(&text, DocumentKind::ResourcePolicy)
            .map_err(BucketError::MalformedPolicy)?;
        let before = self.account.resource_policy_record(arn);
        let before = before.map_or(&[][..], |policy| policy.document.bindings());
        Ok(BoundPolicy::bind(
            text,
            &document,
            &self.account,
            accounts,
            before,
        )?)
    }

    fn put_policy_of(
        &mut self,
        arn: Arc<str>,
        generation: Option<u64>,
        document: BoundPolicy,
    ) -> Arc<ResourcePolicy> {
        let policy = Arc::new(ResourcePolicy {
            arn,
            generation,
            document,
        });
        self.put(Record::ResourcePolicy(Arc::clone(&policy)));
        policy
    }
}
