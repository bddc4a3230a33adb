//! Groups and who is in them.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{EntityPath, GroupName, UniqueId};

use super::AccountEdit;
use crate::error::{Conflict, DirectoryError};
use crate::quota::Quota;
use crate::record::{Group, Place, Record, User};

/// A group to be created.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// Its name.
    pub name: GroupName,
    /// Its path.
    pub path: EntityPath,
    /// Now.
    pub created: Timestamp,
}

/// What changes of a group; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct GroupUpdate {
    /// Its new name.
    pub name: Option<GroupName>,
    /// Its new path.
    pub path: Option<EntityPath>,
}

impl AccountEdit {
    /// Creates a group.
    pub fn create_group(&mut self, new: NewGroup) -> Result<Arc<Group>, DirectoryError> {
        let name = new.name.as_str();
        if self.account.group(name).is_some() {
            return Err(DirectoryError::GroupExists(name.into()));
        }
        if self.account.group_by_id(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        self.within(
            Quota::GroupsPerAccount,
            self.account.group_count().saturating_add(1),
            name,
        )?;
        let mut group = Group {
            id: new.id,
            name: new.name,
            path: new.path,
            created: new.created,
            inline: Vec::new(),
            attached: Vec::new(),
            arn: "".into(),
        };
        group.set_arn(self.account.id());
        let group = Arc::new(group);
        self.put(Record::Group(Arc::clone(&group)));
        Ok(group)
    }

    /// Renames a group or moves it to another path.
    pub fn update_group(&mut self, name: &str, update: GroupUpdate) -> Result<Arc<Group>, DirectoryError> {
        let mut group = Group::clone(self.group(name)?);
        if let Some(new) = update.name {
            let holder = self.account.group(new.as_str());
            if holder.is_some_and(|holder| holder.id != group.id) {
                return Err(DirectoryError::GroupExists(new.as_str().into()));
            }
            group.name = new;
        }
        if let Some(path) = update.path {
            group.path = path;
        }
        group.set_arn(self.account.id());
        let group = Arc::new(group);
        self.put(Record::Group(Arc::clone(&group)));
        Ok(group)
    }

    /// Deletes a group that has nothing left.
    pub fn delete_group(&mut self, name: &str) -> Result<Arc<Group>, DirectoryError> {
        let group = Arc::clone(self.group(name)?);
        let conflicts = [
            (self.account.member_count(group.id) > 0, Conflict::GroupMembership),
            (!group.attached.is_empty(), Conflict::AttachedPolicies),
            (!group.inline.is_empty(), Conflict::InlinePolicies),
        ];
        if let Some((_, conflict)) = conflicts.into_iter().find(|(stands, _)| *stands) {
            return Err(DirectoryError::DeleteConflict(conflict));
        }
        self.remove(Place::Group(group.id));
        Ok(group)
    }

    /// Puts a user into a group. Doing it again changes nothing.
    pub fn add_user_to_group(&mut self, group: &str, user: &str) -> Result<(), DirectoryError> {
        let mut user = User::clone(self.user(user)?);
        let group = self.group(group)?.id;
        let Err(place) = user.groups.binary_search(&group) else {
            return Ok(());
        };
        user.groups.insert(place, group);
        self.within(Quota::GroupsPerUser, user.groups.len(), user.name.as_str())?;
        self.put(Record::User(Arc::new(user)));
        Ok(())
    }

    /// Takes a user out of a group. If neither is there, the user is missed first.
    /// Evidence: a recorded answer of AWS.
    pub fn remove_user_from_group(&mut self, group: &str, user: &str) -> Result<(), DirectoryError> {
        let mut user = User::clone(self.user(user)?);
        let group = Arc::clone(self.group(group)?);
        let Ok(place) = user.groups.binary_search(&group.id) else {
            // Evidence: a recorded answer. Who is not in the group needs no removing.
            return Ok(());
        };
        user.groups.remove(place);
        self.put(Record::User(Arc::new(user)));
        Ok(())
    }
}
