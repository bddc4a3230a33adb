//! Users.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountId, EntityPath, PolicyArn, UniqueId, UserName, arn};
use serde::{Deserialize, Serialize};

use super::document::{InlinePolicy, find_inline};
use super::principal_policies::PrincipalPolicies;
use super::{Derived, Revocations, Tags};

/// One person or program with long-term credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its unique id, which survives renames and is never given again.
    pub id: UniqueId,
    /// Its name, unique in the account without regard to case.
    pub name: UserName,
    /// Its path.
    pub path: EntityPath,
    /// When it was created.
    pub created: Timestamp,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// The unique ids of the groups it is in, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<UniqueId>,
    /// Its inline policies, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<Arc<InlinePolicy>>,
    /// The managed policies attached to it, sorted by ARN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<PolicyArn>,
    /// The managed policy that caps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<PolicyArn>,
    /// What new sessions are issued under.
    #[serde(default)]
    pub epoch: u32,
    /// Which sessions are revoked.
    #[serde(default)]
    pub revocations: Revocations,
    #[serde(skip, default = "super::stored::no_arn")]
    pub(crate) arn: Arc<str>,
    #[serde(skip)]
    pub(crate) policies: Derived<PrincipalPolicies>,
}

impl User {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        &self.arn
    }

    /// Its inline policy of a name.
    #[must_use]
    pub fn inline_policy(&self, name: &str) -> Option<&Arc<InlinePolicy>> {
        find_inline(&self.inline, name)
    }

    pub(crate) fn set_arn(&mut self, account: AccountId) {
        self.arn = arn::user(account, &self.path, &self.name).into();
    }
}
