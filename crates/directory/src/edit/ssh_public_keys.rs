//! SSH public keys of users.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::UniqueId;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{KeyStatus, Place, Record, SshPublicKey};

/// An SSH public key to be kept, which was read and found good.
#[derive(Clone, Debug)]
pub struct NewSshPublicKey {
    /// Its unique id, freshly drawn.
    pub id: UniqueId,
    /// The key as it was uploaded.
    pub body: Arc<str>,
    /// The key alone, as SSH sends it, in base64.
    pub key: Arc<str>,
    /// Now.
    pub uploaded: Timestamp,
}

impl AccountEdit {
    /// Gives a user an SSH public key, which the user must not have yet.
    pub fn upload_ssh_public_key(
        &mut self,
        user: &str,
        new: NewSshPublicKey,
    ) -> Result<Arc<SshPublicKey>, DirectoryError> {
        let (owner, name) = self.user(user).map(|user| (user.id, user.name.clone()))?;
        if self.account.ssh_public_key(new.id).is_some() {
            return Err(DirectoryError::IdExists(new.id.as_str().into()));
        }
        let kept = self.account.ssh_public_keys_of(owner);
        if kept.iter().any(|kept| kept.key == new.key) {
            return Err(DirectoryError::SshPublicKeyExists(name.as_str().into()));
        }
        let count = kept.len().saturating_add(1);
        self.within(Quota::SshPublicKeysPerUser, count, name.as_str())?;
        let key = Arc::new(SshPublicKey {
            id: new.id,
            user: owner,
            body: new.body,
            key: new.key,
            status: KeyStatus::Active,
            uploaded: new.uploaded,
        });
        self.put(Record::SshPublicKey(Arc::clone(&key)));
        Ok(key)
    }

    /// Makes an SSH public key active or inactive.
    pub fn update_ssh_public_key(
        &mut self,
        user: &str,
        id: &str,
        status: KeyStatus,
    ) -> Result<(), DirectoryError> {
        let mut key = SshPublicKey::clone(self.ssh_public_key(user, id)?);
        key.status = status;
        self.put(Record::SshPublicKey(Arc::new(key)));
        Ok(())
    }

    /// Deletes an SSH public key.
    pub fn delete_ssh_public_key(&mut self, user: &str, id: &str) -> Result<(), DirectoryError> {
        let id = self.ssh_public_key(user, id)?.id;
        self.remove(Place::SshPublicKey(id));
        Ok(())
    }

    fn ssh_public_key(&self, user: &str, id: &str) -> Result<&Arc<SshPublicKey>, DirectoryError> {
        let owner = self.user(user)?.id;
        let key = UniqueId::parse(id)
            .ok()
            .and_then(|id| self.account.ssh_public_key(id));
        match key {
            Some(key) if key.user == owner => Ok(key),
            Some(_) => Err(DirectoryError::NotTheirSshPublicKey(id.into())),
            None => Err(DirectoryError::NoSuchSshPublicKey(id.into())),
        }
    }
}
