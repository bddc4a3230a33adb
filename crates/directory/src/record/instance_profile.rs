//! Instance profiles: what hands a role to a machine.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountId, EntityPath, InstanceProfileName, UniqueId, arn};
use serde::{Deserialize, Serialize};

use super::Tags;

/// A container for at most one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// Its unique id.
    pub id: UniqueId,
    /// Its name, unique in the account without regard to case.
    pub name: InstanceProfileName,
    /// Its path.
    pub path: EntityPath,
    /// When it was created.
    pub created: Timestamp,
    /// The role in it. A role in an instance profile cannot be deleted, so it exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<UniqueId>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    #[serde(skip, default = "super::stored::no_arn")]
    pub(crate) arn: Arc<str>,
}

impl InstanceProfile {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        &self.arn
    }

    pub(crate) fn set_arn(&mut self, account: AccountId) {
        self.arn = arn::instance_profile(account, &self.path, &self.name).into();
    }
}
