//! Reading what users have for services that know them neither by access keys nor by passwords.

use std::sync::Arc;

use lanyard_names::UniqueId;

use super::Account;
use crate::record::SshPublicKey;

impl Account {
    /// The SSH public key of a unique id.
    #[must_use]
    pub fn ssh_public_key(&self, id: UniqueId) -> Option<&Arc<SshPublicKey>> {
        self.ssh_public_keys.get(&id)
    }

    /// The SSH public keys of a user, oldest first.
    #[must_use]
    pub fn ssh_public_keys_of(&self, user: UniqueId) -> Vec<&Arc<SshPublicKey>> {
        let ids = self.ssh_keys_by_user.get(&user).into_iter().flatten();
        let mut keys: Vec<_> = ids.filter_map(|id| self.ssh_public_keys.get(id)).collect();
        keys.sort_by_key(|key| (key.uploaded, key.id));
        keys
    }
}
