//! Reading the policies of resources and the settings of buckets.

use std::sync::Arc;

use super::Account;
use crate::global::BucketClaim;
use crate::record::{BucketRecord, BucketSettings, ResourcePolicy};

impl Account {
    /// The policy of a resource of this account other than a bucket, by its ARN.
    #[must_use]
    pub fn resource_policy(&self, arn: &str) -> Option<&Arc<ResourcePolicy>> {
        self.resource_policies
            .get(arn)
            .filter(|policy| policy.generation.is_none())
    }

    /// The policies of resources other than buckets, in order of ARN.
    pub fn resource_policies(&self) -> impl Iterator<Item = &Arc<ResourcePolicy>> {
        self.resource_policies
            .values()
            .filter(|policy| policy.generation.is_none())
    }

    /// The policy of a bucket. The bucket's owner is asked, and only about the claim that is in force.
    #[must_use]
    pub fn bucket_policy(&self, claim: &BucketClaim) -> Option<&Arc<ResourcePolicy>> {
        // Asked for each request about a bucket, of accounts that mostly have no such policies.
        if self.resource_policies.is_empty() {
            return None;
        }
        self.resource_policies
            .get(&*claim.arn())
            .filter(|policy| claim.account == self.id && policy.generation == Some(claim.generation))
    }

    /// The settings of a bucket: those of a new one unless the owner changed them under this very claim.
    #[must_use]
    pub fn bucket_settings(&self, claim: &BucketClaim) -> BucketSettings {
        self.buckets
            .get(&*claim.name)
            .filter(|bucket| claim.account == self.id && bucket.generation == claim.generation)
            .map_or(BucketSettings::NEW, |bucket| bucket.settings)
    }

    /// The policy stored for an ARN, whether it counts or not.
    pub(crate) fn resource_policy_record(&self, arn: &str) -> Option<&Arc<ResourcePolicy>> {
        self.resource_policies.get(arn)
    }

    /// The settings stored for a bucket, whether they count or not.
    pub(crate) fn bucket_record(&self, name: &str) -> Option<&Arc<BucketRecord>> {
        self.buckets.get(name)
    }
}
