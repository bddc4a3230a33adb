//! Types of resources.

use crate::ConditionKey;
use crate::arn_form::ArnPattern;

/// A type of resource that actions of one service act on.
#[derive(Debug)]
pub struct ResourceType {
    pub(crate) name: &'static str,
    pub(crate) arns: &'static [&'static str],
    pub(crate) condition_keys: &'static [&'static ConditionKey],
}

impl ResourceType {
    /// The name: `bucket`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The forms of its ARNs, at least one: `arn:${Partition}:s3:::${BucketName}`.
    pub fn arns(&self) -> &'static [&'static str] {
        self.arns
    }

    /// The keys that belong to resources of this type.
    pub fn condition_keys(&self) -> &'static [&'static ConditionKey] {
        self.condition_keys
    }

    /// Whether an ARN, which may have the wildcards and variables of a policy, can be that of such a resource.
    pub fn could_be(&self, arn: &str) -> bool {
        let pattern = ArnPattern::new(arn);
        self.arns.iter().any(|form| pattern.could_be(form))
    }
}
