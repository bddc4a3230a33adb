//! How the indexes follow access keys and second factors, of users and of the root user.

use std::sync::Arc;

use lanyard_names::AccessKeyId;

use super::Account;
use crate::record::{AccessKey, KeyOwner, MfaDevice};

impl Account {
    pub(super) fn replace_access_key(&mut self, id: AccessKeyId, new: Option<Arc<AccessKey>>) {
        let old = match &new {
            Some(new) => self.access_keys.insert(id, Arc::clone(new)),
            None => self.access_keys.remove(&id),
        };
        let old_owner = old.map(|key| key.owner);
        let new_owner = new.map(|key| key.owner);
        if old_owner == new_owner {
            return;
        }
        if let Some(owner) = old_owner {
            self.change_keys_of(owner, |ids| ids.retain(|kept| *kept != id));
        }
        if let Some(owner) = new_owner {
            self.change_keys_of(owner, |ids| ids.push(id));
        }
    }

    pub(super) fn replace_mfa_device(&mut self, serial: &Arc<str>, new: Option<Arc<MfaDevice>>) {
        let new_owner = new.as_ref().and_then(|device| device.owner());
        let (with, without) = match new_owner {
            Some(_) => (&mut self.mfa_assigned, &mut self.mfa_unassigned),
            None => (&mut self.mfa_unassigned, &mut self.mfa_assigned),
        };
        without.remove(serial);
        if new.is_some() {
            with.insert(Arc::clone(serial));
        } else {
            with.remove(serial);
        }
        let old = match new {
            Some(device) => self.mfa_devices.insert(Arc::clone(serial), device),
            None => self.mfa_devices.remove(serial),
        };
        let old_owner = old.and_then(|device| device.owner());
        if old_owner == new_owner {
            return;
        }
        if let Some(owner) = old_owner {
            self.mfa_by_owner.remove(&(owner, Arc::clone(serial)));
        }
        if let Some(owner) = new_owner {
            self.mfa_by_owner.insert((owner, Arc::clone(serial)));
        }
    }

    fn change_keys_of(&mut self, owner: KeyOwner, change: impl FnOnce(&mut Vec<AccessKeyId>)) {
        let mut ids = self.keys_by_owner.get(&owner).cloned().unwrap_or_default();
        change(&mut ids);
        if ids.is_empty() {
            self.keys_by_owner.remove(&owner);
        } else {
            self.keys_by_owner.insert(owner, ids);
        }
    }
}
