//! Deletions of service-linked roles, which callers ask about afterwards.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The deletions of service-linked roles that are remembered: the latest ones.
///
/// No service here holds on to its role, so a deletion that is known has succeeded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoleDeletions {
    /// The ids of the tasks, oldest first.
    tasks: VecDeque<Arc<str>>,
}

impl RoleDeletions {
    /// How many are remembered: more than there are services with such roles.
    pub(crate) const MAX: usize = 200;

    /// Whether the task is remembered.
    pub(crate) fn contains(&self, task: &str) -> bool {
        self.tasks.iter().any(|known| **known == *task)
    }

    /// Remembers a task, and forgets the oldest if there are too many.
    pub(crate) fn push(&mut self, task: Arc<str>) {
        self.tasks.push_back(task);
        while self.tasks.len() > Self::MAX {
            self.tasks.pop_front();
        }
    }
}
