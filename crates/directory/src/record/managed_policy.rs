//! Customer managed policies and their versions.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{PolicyArn, PolicyVersionId, UniqueId};
use serde::{Deserialize, Serialize};

use super::{PolicyDocument, Tags};

/// A policy that stands by itself in an account and can be attached to many.
/// How often it is attached is an index of the account, so attaching does not rewrite it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Its unique id.
    pub id: UniqueId,
    /// Its ARN, with its path and its name, which cannot change.
    pub arn: PolicyArn,
    /// When it was created.
    pub created: Timestamp,
    /// When its default version last changed.
    pub updated: Timestamp,
    /// What it is for, in its owner's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Arc<str>>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its versions, oldest first.
    pub versions: Vec<Arc<PolicyVersion>>,
    /// The version in force.
    pub default_version: PolicyVersionId,
    /// The id the next version will have: ids are never given again.
    pub next_version: PolicyVersionId,
}

/// One version of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// `v1`, `v2`, …
    pub id: PolicyVersionId,
    /// When it was created.
    pub created: Timestamp,
    /// Its document.
    pub document: PolicyDocument,
}

impl ManagedPolicy {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.arn.name()
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.arn.path()
    }

    /// A version of it.
    #[must_use]
    pub fn version(&self, id: PolicyVersionId) -> Option<&Arc<PolicyVersion>> {
        self.versions.iter().find(|version| version.id == id)
    }

    /// A version of it by the text of its id.
    #[must_use]
    pub fn version_named(&self, id: &str) -> Option<&Arc<PolicyVersion>> {
        self.version(PolicyVersionId::parse(id).ok()?)
    }

    /// The version in force.
    #[must_use]
    pub fn default(&self) -> Option<&Arc<PolicyVersion>> {
        self.version(self.default_version)
    }
}
