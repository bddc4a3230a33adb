//! Types of resources.

use crate::ConditionKey;
use crate::template;

/// A type of resource that actions of one service act on.
#[derive(Debug)]
pub struct ResourceType {
    pub(crate) name: &'static str,
    pub(crate) arn: &'static str,
    pub(crate) condition_keys: &'static [&'static ConditionKey],
}

impl ResourceType {
    /// The name: `bucket`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The form of its ARNs: `arn:${Partition}:s3:::${BucketName}`.
    pub fn arn(&self) -> &'static str {
        self.arn
    }

    /// The keys that belong to resources of this type.
    pub fn condition_keys(&self) -> &'static [&'static ConditionKey] {
        self.condition_keys
    }

    /// Whether the ARN, which may have the wildcards of a policy, can be that of such a resource.
    pub fn could_be(&self, arn: &str) -> bool {
        template::arn_could_be(self.arn, arn)
    }
}
