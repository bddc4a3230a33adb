//! How the indexes follow instance profiles.

use std::sync::Arc;

use lanyard_names::UniqueId;

use super::{Account, remove_if_of};
use crate::record::InstanceProfile;

impl Account {
    pub(super) fn replace_instance_profile(&mut self, id: UniqueId, new: Option<Arc<InstanceProfile>>) {
        let old = match &new {
            Some(new) => self.instance_profiles_by_id.insert(id, Arc::clone(new)),
            None => self.instance_profiles_by_id.remove(&id),
        };
        let old_name = old.as_ref().map(|profile| profile.name.fold());
        let new_name = new.as_ref().map(|profile| profile.name.fold());
        self.instance_profiles_by_path.replace(
            id,
            old.as_ref().map(|profile| &profile.path).zip(old_name.as_ref()),
            new.as_ref().map(|profile| &profile.path).zip(new_name.as_ref()),
        );
        if let Some(old) = old {
            let name = old.name.fold();
            remove_if_of(&mut self.instance_profiles, &name, |profile: &InstanceProfile| {
                profile.id == id
            });
            if let Some(role) = old.role {
                let key = (role, name);
                if self.profiles_by_role.get(&key) == Some(&id) {
                    self.profiles_by_role.remove(&key);
                }
            }
        }
        if let Some(new) = new {
            let name = new.name.fold();
            if let Some(role) = new.role {
                self.profiles_by_role.insert((role, name.clone()), id);
            }
            self.instance_profiles.insert(name, new);
        }
    }
}
