//! Access keys of users and of the root user.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::AccessKeyId;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{AccessKey, KeyOwner, KeyStatus, Place, Record, SealedSecret};

/// Whose access keys or MFA devices are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHolder<'a> {
    /// The root user's.
    Root,
    /// Those of a user, by name.
    User(&'a str),
}

/// An access key to be created.
#[derive(Clone, Debug)]
pub struct NewAccessKey {
    /// Its id, freshly drawn for this account.
    pub id: AccessKeyId,
    /// Its secret, sealed.
    pub secret: SealedSecret,
    /// Now.
    pub created: Timestamp,
}

impl AccountEdit {
    /// Gives a user or the root user an access key.
    pub fn create_access_key(
        &mut self,
        holder: KeyHolder<'_>,
        new: NewAccessKey,
    ) -> Result<Arc<AccessKey>, DirectoryError> {
        let owner = self.key_owner(holder)?;
        if new.id.account() != self.account.id() || self.account.access_key(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        let count = self.account.access_key_count(owner).saturating_add(1);
        self.within(Quota::AccessKeysPerUser, count, holder.name())?;
        let key = Arc::new(AccessKey {
            id: new.id,
            owner,
            secret: new.secret,
            status: KeyStatus::Active,
            created: new.created,
        });
        self.put(Record::AccessKey(Arc::clone(&key)));
        Ok(key)
    }

    /// Makes an access key active or inactive.
    pub fn update_access_key(
        &mut self,
        holder: KeyHolder<'_>,
        id: &str,
        status: KeyStatus,
    ) -> Result<(), DirectoryError> {
        let mut key = AccessKey::clone(self.access_key_of(holder, id)?);
        key.status = status;
        self.put(Record::AccessKey(Arc::new(key)));
        Ok(())
    }

    /// Deletes an access key.
    pub fn delete_access_key(&mut self, holder: KeyHolder<'_>, id: &str) -> Result<(), DirectoryError> {
        let key = self.access_key_of(holder, id)?.id;
        self.remove(Place::AccessKey(key));
        Ok(())
    }

    pub(super) fn key_owner(&self, holder: KeyHolder<'_>) -> Result<KeyOwner, DirectoryError> {
        Ok(match holder {
            KeyHolder::Root => KeyOwner::Root,
            KeyHolder::User(name) => KeyOwner::User(self.user(name)?.id),
        })
    }

    fn access_key_of(&self, holder: KeyHolder<'_>, id: &str) -> Result<&Arc<AccessKey>, DirectoryError> {
        let owner = self.key_owner(holder)?;
        let key = AccessKeyId::parse(id)
            .ok()
            .and_then(|id| self.account.access_key(id));
        key.filter(|key| key.owner == owner)
            .ok_or_else(|| DirectoryError::NoSuchAccessKey(id.into()))
    }
}

impl<'a> KeyHolder<'a> {
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Root => "root",
            Self::User(name) => name,
        }
    }
}
