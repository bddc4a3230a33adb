//! The compiled form of a policy.

use std::collections::HashMap;
use std::sync::Arc;

use lanyard_names::UniqueId;

use crate::Document;

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

/// A compiled policy: immutable, shared as `Arc<Policy>` by all who attach it.
#[derive(Debug)]
pub struct Policy {}

impl Policy {
    /// Compiles a document whose user and role principals match by ARN.
    pub fn compile(document: &Document) -> Self {
        let _ = document;
        todo!()
    }

    /// Compiles a document whose user and role principals match by the unique ids they are bound to. One that
    /// is not bound admits nobody.
    pub fn compile_bound(document: &Document, bindings: &Bindings) -> Self {
        let _ = (document, bindings);
        todo!()
    }

    /// What stands in for a policy that could not be loaded or read: it denies everything.
    pub fn unreadable() -> Self {
        Self {}
    }
}
