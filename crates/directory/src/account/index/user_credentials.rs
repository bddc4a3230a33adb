//! How the indexes follow what users have for services.

use std::sync::Arc;

use imbl::HashMap;
use lanyard_names::UniqueId;

use super::Account;
use crate::record::SshPublicKey;

impl Account {
    pub(super) fn replace_ssh_public_key(&mut self, id: UniqueId, new: Option<Arc<SshPublicKey>>) {
        let new_user = new.as_ref().map(|key| key.user);
        let old = match new {
            Some(new) => self.ssh_public_keys.insert(id, new),
            None => self.ssh_public_keys.remove(&id),
        };
        let old_user = old.map(|key| key.user);
        move_id(&mut self.ssh_keys_by_user, id, old_user, new_user);
    }
}

/// Moves an id from one user to another, where they differ.
fn move_id(
    index: &mut HashMap<UniqueId, Vec<UniqueId>>,
    id: UniqueId,
    from: Option<UniqueId>,
    to: Option<UniqueId>,
) {
    if from == to {
        return;
    }
    if let Some(user) = from
        && let Some(mut ids) = index.remove(&user)
    {
        ids.retain(|kept| *kept != id);
        if !ids.is_empty() {
            index.insert(user, ids);
        }
    }
    if let Some(user) = to {
        index.entry(user).or_default().push(id);
    }
}
