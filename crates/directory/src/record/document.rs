//! Policy documents as they were written, with their compiled form beside them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use lanyard_names::InlinePolicyName;
use lanyard_policy::{Document, Policy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A policy document: the text byte for byte, compiled at most once and only when it is first decided on.
#[derive(Clone)]
pub struct PolicyDocument {
    text: Arc<str>,
    compiled: OnceLock<Arc<Policy>>,
}

impl PolicyDocument {
    /// Keeps a text. Whether it may be saved is checked by the edit that saves it.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self {
            text: text.into(),
            compiled: OnceLock::new(),
        }
    }

    /// The text as it was saved.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The compiled form, shared by everyone the policy applies to.
    // Fails closed: a stored text that cannot be parsed any more denies everything.
    #[must_use]
    pub fn compiled(&self) -> Arc<Policy> {
        Arc::clone(self.compiled.get_or_init(|| {
            Arc::new(match Document::parse(&self.text) {
                Ok(document) => Policy::compile(&document),
                Err(_) => Policy::unreadable(),
            })
        }))
    }
}

impl fmt::Debug for PolicyDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PolicyDocument").field(&self.text).finish()
    }
}

impl PartialEq for PolicyDocument {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PolicyDocument {}

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Arc::<str>::deserialize(deserializer).map(Self::new)
    }
}

/// A policy that belongs to one user, group or role and goes with it.
///
/// Differs from AWS, perhaps: names of inline policies are compared with regard to case here; AWS says only
/// that names of entities are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// Its name, unique within its owner.
    pub name: InlinePolicyName,
    /// Its document.
    pub document: PolicyDocument,
}

/// Finds an inline policy in an owner's list, which is sorted by name.
pub(crate) fn find_inline<'a>(list: &'a [Arc<InlinePolicy>], name: &str) -> Option<&'a Arc<InlinePolicy>> {
    let place = list
        .binary_search_by(|policy| policy.name.as_str().cmp(name))
        .ok()?;
    list.get(place)
}

/// Adds an inline policy, or replaces the one of its name.
pub(crate) fn put_inline(list: &mut Vec<Arc<InlinePolicy>>, policy: InlinePolicy) {
    match list.binary_search_by(|kept| kept.name.cmp(&policy.name)) {
        Ok(place) => {
            if let Some(kept) = list.get_mut(place) {
                *kept = Arc::new(policy);
            }
        }
        Err(place) => list.insert(place, Arc::new(policy)),
    }
}

/// Removes an inline policy; false if there is none of the name.
pub(crate) fn remove_inline(list: &mut Vec<Arc<InlinePolicy>>, name: &str) -> bool {
    match list.binary_search_by(|policy| policy.name.as_str().cmp(name)) {
        Ok(place) => {
            list.remove(place);
            true
        }
        Err(_) => false,
    }
}

/// The characters, white space aside, of all inline policies together, leaving out the one of a name.
pub(crate) fn inline_size(list: &[Arc<InlinePolicy>], except: &str) -> u64 {
    list.iter()
        .filter(|policy| policy.name.as_str() != except)
        .map(|policy| lanyard_policy::non_whitespace_len(policy.document.text()) as u64)
        .sum()
}
