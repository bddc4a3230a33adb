//! Which accounts are being created, so that each is by one caller.

use std::collections::HashSet;

use lanyard_names::AccountId;
use parking_lot::Mutex;

/// The accounts being created at this moment: each by one caller.
pub(super) type BeingCreated = Mutex<HashSet<AccountId>>;

/// Creating one account, until dropped.
pub(super) struct Creating<'a> {
    all: &'a BeingCreated,
    id: AccountId,
}

impl<'a> Creating<'a> {
    /// The creation of an account, unless it is being created already.
    pub(super) fn claim(all: &'a BeingCreated, id: AccountId) -> Option<Self> {
        all.lock().insert(id).then_some(Self { all, id })
    }
}

impl Drop for Creating<'_> {
    fn drop(&mut self) {
        self.all.lock().remove(&self.id);
    }
}
