//! Groups.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountId, EntityPath, GroupName, PolicyArn, UniqueId, arn};
use serde::{Deserialize, Serialize};

use super::document::{InlinePolicy, find_inline};

/// Permissions for many users at once. Who is in it stands in the users' records, so that joining a large
/// group costs no more than joining a small one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its unique id.
    pub id: UniqueId,
    /// Its name, unique in the account without regard to case.
    pub name: GroupName,
    /// Its path.
    pub path: EntityPath,
    /// When it was created.
    pub created: Timestamp,
    /// Its inline policies, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<Arc<InlinePolicy>>,
    /// The managed policies attached to it, sorted by ARN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<PolicyArn>,
    #[serde(skip, default = "super::stored::no_arn")]
    pub(crate) arn: Arc<str>,
}

impl Group {
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
        self.arn = arn::group(account, &self.path, &self.name).into();
    }
}
