//! Instance profiles and the role in each.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, InstanceProfileName, UniqueId};

use super::AccountEdit;
use crate::error::{Conflict, DirectoryError};
use crate::quota::Quota;
use crate::record::{InstanceProfile, KeyCase, Place, Record, Tag};

/// An instance profile to be created.
#[derive(Clone, Debug)]
pub struct NewInstanceProfile {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// Its name.
    pub name: InstanceProfileName,
    /// Its path.
    pub path: EntityPath,
    /// Now.
    pub created: Timestamp,
    /// Its first tags.
    pub tags: Vec<Tag>,
}

impl AccountEdit {
    /// Creates an instance profile, which has no role yet.
    pub fn create_instance_profile(
        &mut self,
        new: NewInstanceProfile,
    ) -> Result<Arc<InstanceProfile>, DirectoryError> {
        let name = new.name.as_str();
        if self.account.instance_profile(name).is_some() {
            return Err(DirectoryError::InstanceProfileExists(name.into()));
        }
        if self.account.instance_profile_by_id(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        let count = self.account.instance_profile_count().saturating_add(1);
        self.within(Quota::InstanceProfilesPerAccount, count, name)?;
        let tags = self.first_tags(new.tags, KeyCase::Kept, name)?;
        let mut profile = InstanceProfile {
            id: new.id,
            name: new.name,
            path: new.path,
            created: new.created,
            role: None,
            tags,
            arn: "".into(),
        };
        profile.set_arn(self.account.id());
        let profile = Arc::new(profile);
        self.put(Record::InstanceProfile(Arc::clone(&profile)));
        Ok(profile)
    }

    /// Puts a role into an instance profile that has none. Unlike quotas, this is not for the operator to raise.
    pub fn add_role_to_instance_profile(&mut self, profile: &str, role: &str) -> Result<(), DirectoryError> {
        let mut profile = InstanceProfile::clone(self.instance_profile(profile)?);
        let role = self.own_role(role)?.id;
        if profile.role.is_some() {
            return Err(DirectoryError::InstanceProfileFull(profile.name.as_str().into()));
        }
        profile.role = Some(role);
        self.put(Record::InstanceProfile(Arc::new(profile)));
        Ok(())
    }

    /// Takes a role out of an instance profile.
    pub fn remove_role_from_instance_profile(
        &mut self,
        profile: &str,
        role: &str,
    ) -> Result<(), DirectoryError> {
        let mut profile = InstanceProfile::clone(self.instance_profile(profile)?);
        let role = self.own_role(role)?;
        if profile.role != Some(role.id) {
            return Err(DirectoryError::NotInInstanceProfile {
                role: role.name.as_str().into(),
                profile: profile.name.as_str().into(),
            });
        }
        profile.role = None;
        self.put(Record::InstanceProfile(Arc::new(profile)));
        Ok(())
    }

    /// Deletes an instance profile that has no role.
    pub fn delete_instance_profile(&mut self, name: &str) -> Result<(), DirectoryError> {
        let profile = self.instance_profile(name)?;
        if profile.role.is_some() {
            return Err(DirectoryError::DeleteConflict(Conflict::InstanceProfileRole));
        }
        let id = profile.id;
        self.remove(Place::InstanceProfile(id));
        Ok(())
    }

    pub(super) fn instance_profile(&self, name: &str) -> Result<&Arc<InstanceProfile>, DirectoryError> {
        let profile = self.account.instance_profile(name);
        profile.ok_or_else(|| DirectoryError::NoSuchInstanceProfile(name.into()))
    }
}
