//! The accounts in memory: each loaded once, however many ask at the same time, and dropped when it has not
//! been used for longest and there are too many.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lanyard_names::AccountId;
use lanyard_store::{Engine, Lane};
use parking_lot::RwLock;
use tokio::sync::OnceCell;

use super::StorageError;
use crate::account::{Account, partition_of};
use crate::last_use::LastUses;
use crate::managed::ManagedPolicies;

/// An account in memory.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) lane: Lane<Account>,
    pub(super) last_uses: LastUses,
}

#[derive(Debug, Default)]
struct Slot {
    cell: OnceCell<Arc<Entry>>,
    used: AtomicU64,
}

#[derive(Debug)]
pub(super) struct LoadedAccounts {
    slots: RwLock<HashMap<AccountId, Arc<Slot>>>,
    clock: AtomicU64,
    max: usize,
}

impl LoadedAccounts {
    pub(super) fn new(max: usize) -> Self {
        Self {
            slots: RwLock::default(),
            clock: AtomicU64::new(0),
            max,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.slots.read().len()
    }

    /// The account, if it is in memory.
    pub(super) fn get(&self, id: AccountId) -> Option<Arc<Entry>> {
        let slots = self.slots.read();
        let slot = slots.get(&id)?;
        slot.used
            .store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        slot.cell.get().cloned()
    }

    /// Every account in memory.
    pub(super) fn all(&self) -> Vec<Arc<Entry>> {
        self.slots
            .read()
            .values()
            .filter_map(|slot| slot.cell.get().cloned())
            .collect()
    }

    /// The account, loaded if it is not in memory.
    pub(super) async fn get_or_load(
        &self,
        id: AccountId,
        engine: &Arc<dyn Engine>,
        managed: &Arc<ManagedPolicies>,
    ) -> Result<Arc<Entry>, StorageError> {
        let slot = self.slot(id);
        let entry = slot.cell.get_or_try_init(|| load(id, engine, managed)).await?;
        Ok(Arc::clone(entry))
    }

    /// Takes in an account that was just created.
    pub(super) fn insert(&self, id: AccountId, entry: Entry) {
        // Whoever loaded it since it was listed has the same durable state.
        let _ = self.slot(id).cell.set(Arc::new(entry));
    }

    fn slot(&self, id: AccountId) -> Arc<Slot> {
        let mut slots = self.slots.write();
        if !slots.contains_key(&id) {
            self.make_room(&mut slots);
        }
        let slot = slots.entry(id).or_default();
        slot.used
            .store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Arc::clone(slot)
    }

    /// Drops the accounts not used for longest, an eighth at once so that it is done seldom. An account that
    /// somebody holds, with a commit on its way, or whose last uses are not written, stays.
    fn make_room(&self, slots: &mut HashMap<AccountId, Arc<Slot>>) {
        if slots.len() < self.max {
            return;
        }
        let mut idle: Vec<(u64, AccountId)> = slots
            .iter()
            .filter(|(_, slot)| Arc::strong_count(slot) == 1 && slot.cell.get().is_none_or(is_idle))
            .map(|(id, slot)| (slot.used.load(Ordering::Relaxed), *id))
            .collect();
        idle.sort_unstable();
        for (_, id) in idle.into_iter().take((self.max / 8).max(1)) {
            slots.remove(&id);
        }
    }
}

fn is_idle(entry: &Arc<Entry>) -> bool {
    Arc::strong_count(entry) == 1 && entry.lane.is_quiet() && entry.last_uses.is_written()
}

async fn load(
    id: AccountId,
    engine: &Arc<dyn Engine>,
    managed: &Arc<ManagedPolicies>,
) -> Result<Arc<Entry>, StorageError> {
    let partition = partition_of(id);
    let loaded = engine.load(&partition).await?;
    let account = Account::from_loaded(id, Arc::clone(managed), &loaded)?;
    let stats = engine.stats(&partition).await?;
    let last_uses = LastUses::from_stored(&stats, &account);
    Ok(Arc::new(Entry {
        lane: Lane::new(Arc::clone(engine), partition, account),
        last_uses,
    }))
}
