//! What the names in a policy stood for when it was saved.

use std::collections::HashMap;
use std::sync::Arc;

use lanyard_names::UniqueId;

/// What the user and role ARNs in a document's principals stood for when it was saved.
///
/// A trust policy admits the entity that had the name then, not whoever has it now: a user that is deleted and
/// made anew has another unique id and is a stranger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bindings {
    ids: HashMap<Arc<str>, UniqueId>,
}

impl Bindings {
    /// No principal bound yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers which entity a principal's ARN stood for.
    pub fn bind(&mut self, arn: impl Into<Arc<str>>, id: UniqueId) {
        self.ids.insert(arn.into(), id);
    }

    /// What an ARN stood for.
    pub fn get(&self, arn: &str) -> Option<UniqueId> {
        self.ids.get(arn).copied()
    }

    /// Every ARN with what it stood for, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, UniqueId)> {
        self.ids.iter().map(|(arn, id)| (&**arn, *id))
    }
}
