//! Reading the tags of resources that live elsewhere.

use std::sync::Arc;

use super::Account;
use crate::record::ResourceTags;

impl Account {
    /// The tags that are kept of a resource of this account, by its ARN; `None` if there are none.
    #[must_use]
    pub fn resource_tags(&self, arn: &str) -> Option<&Arc<ResourceTags>> {
        self.resource_tags.get(arn)
    }

    /// The resources that have tags here, in order of ARN.
    pub fn tagged_resources(&self) -> impl Iterator<Item = &Arc<ResourceTags>> {
        self.resource_tags.values()
    }
}
