//! Making an account.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::AccountId;
use lanyard_store::{Lane, OutboxRecord, PartitionId, Revision, Write, Written};

use super::creating::Creating;
use super::error::Refusal;
use super::loaded::Entry;
use super::{Directory, StorageError, WriteError, propose, propose_global};
use crate::account::{Account, partition_of};
use crate::edit::AccountEdit;
use crate::global::{AccountEntry, Global, GlobalEdit};
use crate::last_use::LastUses;
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
    /// The account's own partition is written first and listed afterwards, together with the audit records.
    /// After a crash in between there is no account, and creating it again begins anew.
    pub async fn create_account<T, E>(
        &self,
        new: NewAccount,
        setup: impl FnMut(&mut AccountEdit) -> Result<(T, Vec<OutboxRecord>), E>,
    ) -> Result<Written<T>, WriteError<E>> {
        let Some(_claim) = Creating::claim(&self.creating, new.id) else {
            return Err(WriteError::AccountExists(new.id));
        };
        let as_of = self.check_unlisted(new.id).await?;
        let (lane, written) = self.write_unlisted(&new, as_of, setup).await?;
        let (output, outbox) = written.output;
        self.list(&new, (lane.partition().clone(), written.revision), outbox)
            .await?;
        self.loaded.insert(
            new.id,
            Entry {
                lane,
                last_uses: LastUses::default(),
            },
        );
        Ok(Written {
            output,
            revision: written.revision,
        })
    }

    /// Makes sure that no account of the id is listed: not by another node, not by an earlier creation whose
    /// outcome nobody waited for. Gives the revision of which that is true.
    async fn check_unlisted<E>(&self, id: AccountId) -> Result<Revision, WriteError<E>> {
        self.global.refresh().await.map_err(WriteError::from_refresh)?;
        let checked = self.global.write(|base| match base.account(id) {
            Some(_) => Err(Refusal::Exists(id)),
            None => Ok(Write::unchanged(())),
        });
        Ok(checked.await.map_err(WriteError::from_lane)?.revision)
    }

    /// Writes the account's partition, where nothing can be but what a creation cut short left behind.
    async fn write_unlisted<T, E>(
        &self,
        new: &NewAccount,
        as_of: Revision,
        mut setup: impl FnMut(&mut AccountEdit) -> Result<(T, Vec<OutboxRecord>), E>,
    ) -> Result<(Lane<Account>, Written<(T, Vec<OutboxRecord>)>), WriteError<E>> {
        let partition = partition_of(new.id);
        let loaded = self.engine.load(&partition).await.map_err(StorageError::from)?;
        let empty = Account::empty(new.id, Arc::clone(&self.managed)).at(loaded.revision);
        let left_behind: Vec<Arc<str>> = loaded.entries.into_iter().map(|(key, _)| key).collect();
        // What is there is swept away only if it still is not listed when that is done.
        let reads: Vec<_> = match left_behind.is_empty() {
            true => Vec::new(),
            false => vec![(Global::partition(), as_of)],
        };
        let lane = Lane::new(Arc::clone(&self.engine), partition, empty);
        let written = lane.write(|base| {
            if base.revision() != loaded.revision {
                // Somebody else is creating it at this moment.
                return Err(Refusal::Exists(new.id));
            }
            let mut edit = AccountEdit::new(base);
            edit.clear(&left_behind);
            edit.put_info(AccountInfo::new(new.id, Arc::clone(&new.name), new.created));
            let output = setup(&mut edit).map_err(Refusal::Caller)?;
            propose(edit, output, Vec::new(), reads.clone())
        });
        let written = written.await.map_err(WriteError::from_lane)?;
        Ok((lane, written))
    }

    /// Lists the account, if its partition is still as it was written.
    async fn list<E>(
        &self,
        new: &NewAccount,
        written: (PartitionId, Revision),
        outbox: Vec<OutboxRecord>,
    ) -> Result<(), WriteError<E>> {
        let entry = AccountEntry {
            id: new.id,
            name: Arc::clone(&new.name),
            created: new.created,
        };
        let listed = self.global.write(|base| {
            if base.account(entry.id).is_some() {
                return Err(Refusal::Exists(entry.id));
            }
            let mut edit = GlobalEdit::new(base);
            edit.put_account(&entry).map_err(Refusal::Unwritable)?;
            propose_global(edit, (), outbox.clone(), vec![written.clone()])
        });
        listed.await.map_err(WriteError::from_lane)?;
        Ok(())
    }
}
