//! Reading instance profiles.

use std::ops::Bound;
use std::sync::Arc;

use lanyard_names::{FoldedName, UniqueId};

use super::Account;
use super::read::from;
use crate::record::InstanceProfile;

impl Account {
    /// The instance profile of a name, compared without regard to case.
    #[must_use]
    pub fn instance_profile(&self, name: &str) -> Option<&Arc<InstanceProfile>> {
        FoldedName::with(name, |folded| self.instance_profiles.get(folded))
    }

    /// The instance profile of a unique id.
    #[must_use]
    pub fn instance_profile_by_id(&self, id: UniqueId) -> Option<&Arc<InstanceProfile>> {
        self.instance_profiles_by_id.get(&id)
    }

    /// All instance profiles in order of name, beginning after a name.
    pub fn instance_profiles(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<InstanceProfile>> {
        from(&self.instance_profiles, after)
    }

    /// How many instance profiles there are.
    #[must_use]
    pub fn instance_profile_count(&self) -> usize {
        self.instance_profiles.len()
    }

    /// The instance profiles that a role is in, in order of name, beginning after a name.
    pub fn instance_profiles_of(
        &self,
        role: UniqueId,
        after: Option<&str>,
    ) -> impl Iterator<Item = &Arc<InstanceProfile>> {
        let start = match after {
            Some(name) => Bound::Excluded((role, FoldedName::of(name))),
            None => Bound::Included((role, FoldedName::of(""))),
        };
        self.profiles_by_role
            .range((start, Bound::Unbounded))
            .take_while(move |((of, _), _)| *of == role)
            .filter_map(|(_, id)| self.instance_profiles_by_id.get(id))
    }
}
