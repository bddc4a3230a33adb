//! Finding a key by its name: one by one while there are few, else by a hash table.
//!
//! Invariant: names made to have one hash cost no more than a few steps each, for those that find no slot near their
//! own are kept sorted.

use super::{Context, Entry};
use crate::fold;

const FREE: u32 = u32::MAX;

/// So many entries are gone through one by one: making a table would take longer.
pub(super) const FEW: usize = 24;

/// How many slots are looked at for a name. Entries are at most half of them, so that only names made for it need
/// more.
const PROBES_MAX: usize = 32;

impl Context {
    pub(super) fn number_of(&self, hash: u64, name: &str) -> Option<usize> {
        if self.marks & mark(hash) == 0 {
            return None;
        }
        let Some(mask) = self.slots.len().checked_sub(1) else {
            let is_same = |entry: &Entry| entry.hash == hash && fold::same_keys(entry.name.as_str(), name);
            return self.entries.iter().position(is_same);
        };
        let mut slot = first_slot(hash) & mask;
        for _ in 0..PROBES_MAX {
            let number = *self.slots.get(slot)?;
            if number == FREE {
                return None;
            }
            let entry = self.entries.get(number as usize)?;
            if entry.hash == hash && fold::same_keys(entry.name.as_str(), name) {
                return Some(number as usize);
            }
            slot = (slot + 1) & mask;
        }
        let place = self.place_among_crowded(name).ok()?;
        self.crowded.get(place).map(|number| *number as usize)
    }

    /// Where among the entries without a slot a name is, or would be.
    fn place_among_crowded(&self, name: &str) -> Result<usize, usize> {
        self.crowded.binary_search_by(|number| {
            let entry = self.entries.get(*number as usize);
            let own = entry.map_or("", |entry| entry.name.as_str());
            fold::lower(own).cmp(fold::lower(name))
        })
    }

    /// Makes the table anew, with room for this many entries.
    pub(super) fn rebuild(&mut self, room: usize) {
        let room = room.max(self.entries.len());
        self.slots.clear();
        self.crowded.clear();
        if room <= FEW {
            return;
        }
        self.slots.resize((room * 2).next_power_of_two(), FREE);
        for number in 0..self.entries.len() {
            let hash = self.entries.get(number).map_or(0, |entry| entry.hash);
            self.enter(number, hash);
        }
    }

    pub(super) fn enter(&mut self, number: usize, hash: u64) {
        let Some(mask) = self.slots.len().checked_sub(1) else {
            return;
        };
        let stored = u32::try_from(number).unwrap_or(FREE);
        let mut slot = first_slot(hash) & mask;
        for _ in 0..PROBES_MAX {
            match self.slots.get_mut(slot) {
                Some(found) if *found == FREE => {
                    *found = stored;
                    return;
                }
                _ => slot = (slot + 1) & mask,
            }
        }
        let name = self.entries.get(number).map_or("", |entry| entry.name.as_str());
        if let Err(place) = self.place_among_crowded(name) {
            self.crowded.insert(place, stored);
        }
    }
}

/// The bit of a hash: not one of those that its slot depends on.
pub(super) fn mark(hash: u64) -> u64 {
    1 << (hash >> 58)
}

fn first_slot(hash: u64) -> usize {
    hash as usize
}
