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
/// Names are compared without regard to case, and keep the spelling in which they were first given. Evidence: recorded
/// answers of IAM. What was stored before that was known may have several policies whose names differ in case alone:
/// each of them is found by its own spelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlinePolicy {
    /// Its name, unique within its owner.
    pub name: InlinePolicyName,
    /// Its document.
    pub document: PolicyDocument,
}

/// Finds an inline policy in an owner's list, which is sorted by name.
pub(crate) fn find_inline<'a>(list: &'a [Arc<InlinePolicy>], name: &str) -> Option<&'a Arc<InlinePolicy>> {
    list.get(inline_place(list, name)?)
}

/// Where an inline policy is in such a list: the one of that very spelling, else one whose name differs in case alone.
pub(crate) fn inline_place(list: &[Arc<InlinePolicy>], name: &str) -> Option<usize> {
    list.binary_search_by(|policy| policy.name.as_str().cmp(name))
        .ok()
        .or_else(|| {
            list.iter()
                .position(|policy| policy.name.as_str().eq_ignore_ascii_case(name))
        })
}

/// Adds an inline policy, or replaces the document of the one of its name.
pub(crate) fn put_inline(list: &mut Vec<Arc<InlinePolicy>>, mut policy: InlinePolicy) {
    match inline_place(list, policy.name.as_str()).and_then(|place| list.get_mut(place)) {
        Some(kept) => {
            policy.name = kept.name.clone();
            *kept = Arc::new(policy);
        }
        None => {
            let place = list.partition_point(|kept| kept.name < policy.name);
            list.insert(place, Arc::new(policy));
        }
    }
}

/// Removes an inline policy; false if there is none of the name.
pub(crate) fn remove_inline(list: &mut Vec<Arc<InlinePolicy>>, name: &str) -> bool {
    match inline_place(list, name) {
        Some(place) => {
            list.remove(place);
            true
        }
        None => false,
    }
}

/// The inline policies that stay as they are when the one of a name is put.
pub(crate) fn inline_others<'a>(
    list: &'a [Arc<InlinePolicy>],
    name: &str,
) -> impl Iterator<Item = &'a InlinePolicy> {
    let place = inline_place(list, name);
    let others = list.iter().enumerate();
    others.filter_map(move |(at, policy)| (Some(at) != place).then_some(policy.as_ref()))
}
