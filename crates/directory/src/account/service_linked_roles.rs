//! Reading what is remembered of service-linked roles that are gone.

use std::sync::Arc;

use super::Account;
use crate::record::RoleDeletions;

impl Account {
    /// Whether a task that deleted a service-linked role is remembered. Such a task has succeeded.
    #[must_use]
    pub fn is_role_deletion(&self, task: &str) -> bool {
        self.role_deletions
            .as_ref()
            .is_some_and(|deletions| deletions.contains(task))
    }

    /// The deletions that are remembered.
    pub(crate) fn role_deletions(&self) -> Option<&Arc<RoleDeletions>> {
        self.role_deletions.as_ref()
    }
}
