//! Tags of users, roles and managed policies.

use lanyard_names::{TagKey, TagValue};
use serde::{Deserialize, Serialize};

use crate::error::DirectoryError;
use crate::quota::Quota;

/// One tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its key, spelled as it was last set.
    pub key: TagKey,
    /// Its value.
    pub value: TagValue,
}

/// The tags of one entity, sorted by key.
///
/// Keys are compared without regard to case on users and roles, and with regard to it on managed policies.
/// Evidence: the IAM guide's page on tagging.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(Vec<Tag>);

/// How keys of tags are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyCase {
    Ignored,
    Kept,
}

impl KeyCase {
    fn same(self, left: &str, right: &str) -> bool {
        match self {
            Self::Ignored => TagKey::same(left, right),
            Self::Kept => left == right,
        }
    }
}

impl Tags {
    /// The tags in order of their keys.
    pub fn iter(&self) -> std::slice::Iter<'_, Tag> {
        self.0.iter()
    }

    /// The tags in order of their keys.
    #[must_use]
    pub fn as_slice(&self) -> &[Tag] {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds tags, replacing those of the same keys.
    pub(crate) fn put(
        &mut self,
        tags: Vec<Tag>,
        case: KeyCase,
        limit: u64,
        subject: &str,
    ) -> Result<(), DirectoryError> {
        for (index, tag) in tags.iter().enumerate() {
            if tag.key.is_reserved() {
                return Err(DirectoryError::TagKeyReserved(tag.key.as_str().into()));
            }
            let earlier = tags.iter().take(index);
            if earlier
                .into_iter()
                .any(|other| case.same(other.key.as_str(), tag.key.as_str()))
            {
                return Err(match case {
                    KeyCase::Ignored => DirectoryError::DuplicateTagKeys,
                    KeyCase::Kept => DirectoryError::RepeatedTagKeys,
                });
            }
        }
        for tag in tags {
            self.0
                .retain(|kept| !case.same(kept.key.as_str(), tag.key.as_str()));
            let place = self.0.partition_point(|kept| kept.key < tag.key);
            self.0.insert(place, tag);
        }
        if self.0.len() as u64 > limit {
            return Err(DirectoryError::QuotaExceeded {
                quota: Quota::TagsPerResource,
                limit,
                subject: subject.into(),
            });
        }
        Ok(())
    }

    /// Removes the tags of these keys; keys that are not there are passed over.
    pub(crate) fn remove<K: AsRef<str>>(&mut self, keys: &[K], case: KeyCase) {
        self.0
            .retain(|kept| !keys.iter().any(|key| case.same(kept.key.as_str(), key.as_ref())));
    }
}

impl<'a> IntoIterator for &'a Tags {
    type Item = &'a Tag;
    type IntoIter = std::slice::Iter<'a, Tag>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
