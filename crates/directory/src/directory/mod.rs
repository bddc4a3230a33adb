//! Accounts on a store: loaded when first needed, kept while used, written one change after another.

mod aliases;
mod buckets;
mod create;
mod creating;
mod error;
mod loaded;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccessKeyId, AccountId, IssuerId, UniqueId};
use lanyard_store::{Cause, Engine, Lane, OutboxRecord, PartitionId, Proposal, Revision, Write, Written};

use self::creating::BeingCreated;
use self::error::Refusal;
use self::loaded::LoadedAccounts;
use crate::account::{Account, Accounts};
use crate::edit::AccountEdit;
use crate::global::{Global, GlobalEdit};
use crate::last_use::{Actor, Attempt, LastUse, ServiceUse, Used};
use crate::managed::ManagedPolicies;

pub use create::NewAccount;
pub use error::{StorageError, WriteError};

/// All accounts of a server.
///
/// Invariant: an account exists when the global partition lists it, and only then. It is listed last, so
/// whatever a crash leaves behind of a creation is not an account.
pub struct Directory {
    engine: Arc<dyn Engine>,
    managed: Arc<ManagedPolicies>,
    global: Lane<Global>,
    loaded: LoadedAccounts,
    creating: BeingCreated,
}

impl Directory {
    /// How many accounts are kept in memory unless said otherwise.
    pub const LOADED_MAX: usize = 2_000;

    /// Opens the directory on a store, which may be empty.
    pub async fn open(engine: Arc<dyn Engine>) -> Result<Self, StorageError> {
        Self::open_with(engine, Self::LOADED_MAX).await
    }

    /// Opens the directory, keeping so many accounts in memory that nobody is using at the moment.
    pub async fn open_with(engine: Arc<dyn Engine>, loaded_max: usize) -> Result<Self, StorageError> {
        let loaded = engine.load(&Global::partition()).await?;
        let global = Global::from_loaded(&loaded)?;
        let managed = Arc::new(ManagedPolicies::embedded());
        Ok(Self {
            global: Lane::new(Arc::clone(&engine), Global::partition(), global),
            loaded: LoadedAccounts::new(loaded_max),
            creating: BeingCreated::default(),
            engine,
            managed,
        })
    }

    /// AWS's own managed policies.
    #[must_use]
    pub fn managed_policies(&self) -> &Arc<ManagedPolicies> {
        &self.managed
    }

    /// The store underneath.
    #[must_use]
    pub fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// The newest durable snapshot of what is known across accounts.
    #[must_use]
    pub fn global(&self) -> Arc<Global> {
        self.global.published()
    }

    /// The newest durable snapshot of an account that is in memory already.
    #[must_use]
    pub fn account_cached(&self, id: AccountId) -> Option<Arc<Account>> {
        self.loaded.get(id).map(|entry| entry.lane.published())
    }

    /// The newest durable snapshot of an account; `None` if there is no such account.
    pub async fn account(&self, id: AccountId) -> Result<Option<Arc<Account>>, StorageError> {
        Ok(self.entry(id).await?.map(|entry| entry.lane.published()))
    }

    /// The snapshots of several accounts; those that do not exist are left out.
    pub async fn accounts(
        &self,
        ids: impl IntoIterator<Item = AccountId>,
    ) -> Result<HashMap<AccountId, Arc<Account>>, StorageError> {
        let mut found = HashMap::new();
        for id in ids {
            if let Some(account) = self.account(id).await? {
                found.insert(id, account);
            }
        }
        Ok(found)
    }

    /// Changes an account, and answers when the change is durable together with its audit records.
    ///
    /// `change` runs on the newest state, under a lock, and may run again; it must be quick and must do the
    /// same each time. What it refuses, it refuses on durable state.
    pub async fn write<T, E>(
        &self,
        id: AccountId,
        mut change: impl FnMut(&mut AccountEdit) -> Result<(T, Vec<OutboxRecord>), E>,
    ) -> Result<Written<T>, WriteError<E>> {
        let entry = self.entry(id).await?.ok_or(WriteError::NoSuchAccount(id))?;
        let written = entry
            .lane
            .write(|base| {
                let mut edit = AccountEdit::new(base);
                let (output, outbox) = change(&mut edit).map_err(Refusal::Caller)?;
                propose(edit, output, outbox, Vec::new())
            })
            .await;
        let written = written.map_err(WriteError::from_lane);
        if written.as_ref().is_err_and(WriteError::is_ambiguous) {
            // The change may have been made: nobody should go on deciding without it. If the store does not
            // answer now, the next write loads.
            let _ = entry.lane.refresh().await;
        }
        written
    }

    /// Changes what is known across accounts.
    pub async fn write_global<T, E>(
        &self,
        mut change: impl FnMut(&mut GlobalEdit) -> Result<(T, Vec<OutboxRecord>), E>,
    ) -> Result<Written<T>, WriteError<E>> {
        let written = self.global.write(|base| {
            let mut edit = GlobalEdit::new(base);
            let (output, outbox) = change(&mut edit).map_err(Refusal::Caller)?;
            propose_global(edit, output, outbox, Vec::new())
        });
        written.await.map_err(WriteError::from_lane)
    }

    /// Notes that an access key was used. Nothing is written now.
    pub fn record_key_use(&self, key: AccessKeyId, at: Timestamp, service: &str, region: &str) {
        if let Some(entry) = self.loaded.get(key.account()) {
            entry.last_uses.record(Used::AccessKey(key), at, service, region);
        }
    }

    /// Notes that a role was used. Nothing is written now.
    pub fn record_role_use(
        &self,
        account: AccountId,
        role: UniqueId,
        at: Timestamp,
        service: &str,
        region: &str,
    ) {
        if let Some(entry) = self.loaded.get(account) {
            entry.last_uses.record(Used::Role(role), at, service, region);
        }
    }

    /// Notes that a user signed in by a password. Nothing is written now.
    pub fn record_password_use(&self, account: AccountId, user: UniqueId, at: Timestamp) {
        if let Some(entry) = self.loaded.get(account) {
            entry.last_uses.record(Used::Password(user), at, "signin", "");
        }
    }

    /// Notes that somebody tried something, allowed or not. Nothing is written now.
    pub fn record_attempt(&self, account: AccountId, actor: Actor, attempt: &Attempt<'_>) {
        if let Some(entry) = self.loaded.get(account) {
            entry.last_uses.record_attempt(actor, attempt);
        }
    }

    /// Which services somebody turned to, in the order of their names. The account has to be in memory, as that of
    /// every caller is.
    #[must_use]
    pub fn services_used(&self, account: AccountId, actor: Actor) -> Vec<ServiceUse> {
        let entry = self.loaded.get(account);
        entry.map_or_else(Vec::new, |entry| entry.last_uses.services(actor))
    }

    /// When an access key was last used. Its account has to be in memory, as that of every caller is.
    #[must_use]
    pub fn key_last_used(&self, key: AccessKeyId) -> Option<LastUse> {
        self.loaded
            .get(key.account())?
            .last_uses
            .get(Used::AccessKey(key))
    }

    /// When a role was last used. Its account has to be in memory, as that of every caller is.
    #[must_use]
    pub fn role_last_used(&self, account: AccountId, role: UniqueId) -> Option<LastUse> {
        self.loaded.get(account)?.last_uses.get(Used::Role(role))
    }

    /// When a user last signed in by a password. Its account has to be in memory, as that of every caller is.
    #[must_use]
    pub fn password_last_used(&self, account: AccountId, user: UniqueId) -> Option<Timestamp> {
        let last = self.loaded.get(account)?.last_uses.get(Used::Password(user));
        last.map(|last| last.at)
    }

    /// The account of an issuer of web identity tokens, if there is such an issuer, whether it is enabled or not.
    pub async fn account_of_issuer(&self, issuer: IssuerId) -> Result<Option<Arc<Account>>, StorageError> {
        let account = self.account(issuer.account()).await?;
        let is_its = |account: &Arc<Account>| {
            let own = account.web_identity_issuer();
            own.is_some_and(|own| own.id == issuer)
        };
        Ok(account.filter(is_its))
    }

    /// Writes the last uses that were noted since the last time. To be called now and then, and at the end.
    pub async fn write_last_uses(&self) -> Result<(), StorageError> {
        for entry in self.loaded.all() {
            let stats = entry
                .last_uses
                .take_unwritten(entry.lane.partition(), &entry.lane.published());
            if stats.is_empty() {
                continue;
            }
            if let Err(error) = self.engine.put_stats(stats.clone()).await {
                entry.last_uses.put_back(&stats);
                return Err(error.into());
            }
        }
        Ok(())
    }

    async fn entry(&self, id: AccountId) -> Result<Option<Arc<loaded::Entry>>, StorageError> {
        if let Some(entry) = self.loaded.get(id) {
            return Ok(Some(entry));
        }
        if self.global.published().account(id).is_none() {
            return Ok(None);
        }
        self.loaded
            .get_or_load(id, &self.engine, &self.managed)
            .await
            .map(Some)
    }
}

type Reads = Vec<(PartitionId, Revision)>;

/// What a lane commits for an edit of an account.
fn propose<T, E>(
    edit: AccountEdit,
    output: T,
    outbox: Vec<OutboxRecord>,
    reads: Reads,
) -> Result<Write<Account, T>, Refusal<E>> {
    if edit.is_unchanged() && outbox.is_empty() {
        return Ok(Write::unchanged(output));
    }
    let (next, changes) = edit.finish().map_err(Refusal::Unwritable)?;
    Ok(Write::changed(
        output,
        Proposal {
            next: Arc::new(next),
            changes,
            outbox,
            reads,
        },
    ))
}

/// What the lane of the global partition commits for an edit of it.
fn propose_global<T, E>(
    edit: GlobalEdit,
    output: T,
    outbox: Vec<OutboxRecord>,
    reads: Reads,
) -> Result<Write<Global, T>, Refusal<E>> {
    if edit.is_unchanged() && outbox.is_empty() {
        return Ok(Write::unchanged(output));
    }
    let (next, changes) = edit
        .finish()
        .map_err(|error| Refusal::Unwritable(Cause::new(error)))?;
    Ok(Write::changed(
        output,
        Proposal {
            next: Arc::new(next),
            changes,
            outbox,
            reads,
        },
    ))
}

/// Accounts that are in memory. Whoever needs another one's snapshot here loads it before.
impl Accounts for Directory {
    fn account(&self, id: AccountId) -> Option<Arc<Account>> {
        self.account_cached(id)
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("loaded", &self.loaded.count())
            .finish_non_exhaustive()
    }
}
