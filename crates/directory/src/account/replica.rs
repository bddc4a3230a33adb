//! Snapshots from storage: a whole partition, and changes on top of it.

use std::sync::Arc;

use lanyard_names::AccountId;
use lanyard_store::{ApplyError, Cause, Change, Loaded, PartitionId, Replica, Revision};

use super::Account;
use crate::managed::ManagedPolicies;
use crate::record::{Place, Record};

/// The partition of an account.
pub(crate) fn partition_of(id: AccountId) -> PartitionId {
    PartitionId::new(format!("account/{id}"))
}

impl Account {
    /// The snapshot of a loaded partition.
    pub(crate) fn from_loaded(
        id: AccountId,
        managed: Arc<ManagedPolicies>,
        loaded: &Loaded,
    ) -> Result<Self, ApplyError> {
        let mut account = Self::empty(id, managed);
        for (key, value) in &loaded.entries {
            account.take_in(key, Some(value))?;
        }
        if !loaded.entries.is_empty() && account.info().id != id {
            return Err(account.unreadable(Cause::text("the partition belongs to another account")));
        }
        account.set_revision(loaded.revision);
        Ok(account)
    }

    // Fails closed: a key or record that this program cannot read might be the one that denies.
    fn take_in(&mut self, key: &str, value: Option<&[u8]>) -> Result<(), ApplyError> {
        let Some(known) = Place::parse(key) else {
            return Err(self.unreadable(Cause::text("a key is of no known kind")));
        };
        match value {
            None => self.remove(&known),
            Some(bytes) => {
                let record =
                    Record::from_bytes(self.id, &known, bytes).map_err(|cause| self.unreadable(cause))?;
                self.put(record);
            }
        }
        Ok(())
    }

    fn unreadable(&self, cause: Cause) -> ApplyError {
        ApplyError {
            partition: partition_of(self.id),
            cause,
        }
    }
}

impl Replica for Account {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn apply(&mut self, revision: Revision, changes: &[Change]) -> Result<(), ApplyError> {
        for change in changes {
            self.take_in(&change.key, change.value.as_deref())?;
        }
        self.set_revision(revision);
        Ok(())
    }

    fn restored(&self, loaded: Loaded) -> Result<Self, ApplyError> {
        Self::from_loaded(self.id, Arc::clone(&self.managed), &loaded)
    }
}
