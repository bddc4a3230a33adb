//! Tags of resources that live elsewhere.

use std::sync::Arc;

use super::{AccountEdit, resource};
use crate::error::ResourceTagsError;
use crate::quota::Quota;
use crate::record::{KeyCase, Place, Record, ResourceTags, Tag, Tags};

impl AccountEdit {
    /// Adds tags to a resource of this account, replacing those of the same keys. Gives all it has then.
    pub fn put_resource_tags(
        &mut self,
        arn: &str,
        tags: Vec<Tag>,
    ) -> Result<Arc<ResourceTags>, ResourceTagsError> {
        if !resource::can_have_tags(arn, self.account.id()) {
            return Err(ResourceTagsError::NotAResource(arn.into()));
        }
        let limit = self.account.limit(Quota::TagsPerResource);
        let mut all = self.kept(arn);
        all.put(tags, KeyCase::Ignored, limit, arn)
            .map_err(ResourceTagsError::Refused)?;
        Ok(self.keep(arn.into(), all))
    }

    /// Removes the tags of these keys from a resource, or all of them if no key is named. Gives what is left; keys that
    /// are not there are passed over.
    pub fn delete_resource_tags<K: AsRef<str>>(
        &mut self,
        arn: &str,
        keys: &[K],
    ) -> Result<Arc<ResourceTags>, ResourceTagsError> {
        let mut all = self.kept(arn);
        if all.is_empty() {
            return Err(ResourceTagsError::NoTags(arn.into()));
        }
        if keys.is_empty() {
            all = Tags::default();
        } else {
            all.remove(keys, KeyCase::Ignored);
        }
        Ok(self.keep(arn.into(), all))
    }

    fn kept(&self, arn: &str) -> Tags {
        let kept = self.account.resource_tags(arn);
        kept.map(|kept| kept.tags.clone()).unwrap_or_default()
    }

    fn keep(&mut self, arn: Arc<str>, tags: Tags) -> Arc<ResourceTags> {
        let kept = Arc::new(ResourceTags { arn, tags });
        if !kept.tags.is_empty() {
            self.put(Record::ResourceTags(Arc::clone(&kept)));
        } else if self.account.resource_tags(&kept.arn).is_some() {
            self.remove(Place::ResourceTags(Arc::clone(&kept.arn)));
        }
        kept
    }
}
