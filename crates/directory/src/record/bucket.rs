//! What an account keeps of its buckets and of resources with policies of their own.

use std::sync::Arc;

use lanyard_policy::{Attached, PolicySource};
use serde::{Deserialize, Serialize};

use super::BoundPolicy;

/// A policy attached to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourcePolicy {
    /// The resource's ARN.
    pub arn: Arc<str>,
    /// For a bucket, the generation of the claim under which the policy was saved. It counts for that claim only:
    /// see [`BucketClaim::generation`](crate::BucketClaim).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
    /// Its document, with its principals bound.
    pub document: BoundPolicy,
}

impl ResourcePolicy {
    /// The longest text, in bytes.
    ///
    /// Evidence: the S3 user guide gives bucket policies 20 KB.
    pub const BYTES_MAX: usize = 20_480;

    /// The ARN that has the policy of a resource: its own, or that of what it is a part of.
    ///
    /// Evidence: the DynamoDB developer guide on resource-based policies: that of a table speaks for its indexes too,
    /// which have none of their own; streams have.
    #[must_use]
    pub fn bearer(arn: &str) -> &str {
        match arn.split_once("/index/") {
            Some((table, _)) if arn.starts_with("arn:aws:dynamodb:") => table,
            _ => arn,
        }
    }

    /// The policy, compiled, as a layer of a decision.
    #[must_use]
    pub fn attached(&self) -> Attached {
        Attached {
            policy: self.document.compiled(),
            source: PolicySource::Resource {
                arn: Arc::clone(&self.arn),
            },
        }
    }
}

/// What the owner of a bucket has set for it, the policy aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketSettings {
    /// What public access is blocked; `None` once the owner has taken the block away.
    pub public_access_block: Option<PublicAccessBlock>,
}

impl BucketSettings {
    /// What a new bucket has.
    ///
    /// Evidence: the S3 user guide: since April 2023 all four blocks are on for new buckets.
    pub const NEW: Self = Self {
        public_access_block: Some(PublicAccessBlock::ALL),
    };
}

/// The four switches of a bucket's public access block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAccessBlock {
    /// Requests that set a public ACL are refused.
    pub block_public_acls: bool,
    /// Public ACLs are passed over.
    pub ignore_public_acls: bool,
    /// Requests that set a public policy are refused.
    pub block_public_policy: bool,
    /// A public policy admits nobody from outside the owner's account.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// Everything is blocked.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// The settings of one bucket as they are stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BucketRecord {
    /// The bucket's name.
    pub(crate) name: Arc<str>,
    /// The generation of the claim they were made under.
    pub(crate) generation: u64,
    /// The settings.
    pub(crate) settings: BucketSettings,
}
