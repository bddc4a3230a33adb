//! Making an account.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::AccountId;
use lanyard_store::{Lane, OutboxRecord, Written};
use parking_lot::Mutex;

use super::error::Refusal;
use super::loaded::Entry;
use super::{Directory, WriteError, propose, propose_global};
use crate::account::{Account, partition_of};
use crate::edit::AccountEdit;
use crate::global::{AccountEntry, GlobalEdit};
use crate::last_use::LastUses;
use crate::quota::Quotas;
use crate::record::AccountInfo;

/// An account to be created.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// What its operator calls it.
    pub name: Arc<str>,
    /// Now.
    pub created: Timestamp,
}

impl Directory {
    /// Creates an account with whatever `setup` puts into it: its root user's key, its first administrator.
    ///
    /// The account's own partition is written first and listed afterwards, each in one commit. After a crash
    /// in between there is no account, and creating it again begins anew.
    pub async fn create_account<T, E>(
        &self,
        new: NewAccount,
        mut setup: impl FnMut(&mut AccountEdit) -> Result<(T, Vec<OutboxRecord>), E>,
    ) -> Result<Written<T>, WriteError<E>> {
        let Some(_claim) = Creating::claim(&self.creating, new.id) else {
            return Err(WriteError::AccountExists(new.id));
        };
        // An earlier creation may have been listed without our having learned of it.
        let global = self.global.refresh().await.map_err(WriteError::from_refresh)?;
        if global.account(new.id).is_some() {
            return Err(WriteError::AccountExists(new.id));
        }
        let partition = partition_of(new.id);
        let loaded = self
            .engine
            .load(&partition)
            .await
            .map_err(|error| WriteError::Storage(error.into()))?;
        let empty = Account::empty(new.id, Arc::clone(&self.managed)).at(loaded.revision);
        let left_behind: Vec<Arc<str>> = loaded.entries.into_iter().map(|(key, _)| key).collect();
        let lane = Lane::new(Arc::clone(&self.engine), partition.clone(), empty);
        let written = lane.write(|base| {
            if base.revision() != loaded.revision {
                // Somebody else is creating it at this moment.
                return Err(Refusal::Exists(new.id));
            }
            let mut edit = AccountEdit::new(base);
            edit.clear(&left_behind);
            edit.put_info(AccountInfo {
                id: new.id,
                name: Arc::clone(&new.name),
                created: new.created,
                alias: None,
                root_epoch: 0,
                quotas: Quotas::default(),
            });
            propose(edit, &mut setup)
        });
        let written = written.await.map_err(WriteError::from_lane)?;

        let entry = AccountEntry {
            id: new.id,
            name: new.name,
            created: new.created,
        };
        let listed = self.global.write(|base| {
            let mut edit = GlobalEdit::new(base);
            if edit.view().account(entry.id).is_some() {
                return Err(Refusal::Exists(entry.id));
            }
            edit.put_account(&entry).map_err(Refusal::Unwritable)?;
            // What is listed is what was written above, or nothing is.
            propose_global(edit, (), Vec::new(), vec![(partition.clone(), written.revision)])
        });
        listed.await.map_err(WriteError::from_lane)?;
        self.loaded.insert(
            new.id,
            Entry {
                lane,
                last_uses: LastUses::default(),
            },
        );
        Ok(written)
    }
}

/// The accounts being created at this moment: each by one caller.
pub(super) type BeingCreated = Mutex<HashSet<AccountId>>;

/// Creating one account, until dropped.
struct Creating<'a> {
    all: &'a BeingCreated,
    id: AccountId,
}

impl<'a> Creating<'a> {
    fn claim(all: &'a BeingCreated, id: AccountId) -> Option<Self> {
        all.lock().insert(id).then_some(Self { all, id })
    }
}

impl Drop for Creating<'_> {
    fn drop(&mut self) {
        self.all.lock().remove(&self.id);
    }
}
