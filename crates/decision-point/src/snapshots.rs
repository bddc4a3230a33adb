//! The accounts that one request is about, each looked up once, so that all its decisions see the same.

use std::collections::HashMap;
use std::sync::Arc;

use lanyard_directory::{Account, Directory, Global};
use lanyard_names::AccountId;

use crate::refusal::Refusal;

/// Snapshots of accounts. A request names at most a few thousand of them.
pub(crate) struct Snapshots<'a> {
    directory: &'a Directory,
    global: Arc<Global>,
    accounts: HashMap<AccountId, Option<Arc<Account>>>,
}

impl<'a> Snapshots<'a> {
    pub(crate) fn new(directory: &'a Directory) -> Self {
        Self {
            directory,
            global: directory.global(),
            accounts: HashMap::new(),
        }
    }

    /// Who owns which bucket.
    pub(crate) fn global(&self) -> &Global {
        &self.global
    }

    /// An account, if there is one of this id.
    pub(crate) async fn account(&mut self, id: AccountId) -> Result<Option<Arc<Account>>, Refusal> {
        if let Some(known) = self.accounts.get(&id) {
            return Ok(known.clone());
        }
        let account = match self.directory.account_cached(id) {
            Some(account) => Some(account),
            // Boxed: loading is rare, and its state should not be carried by every request.
            None => Box::pin(self.directory.account(id))
                .await
                .map_err(Refusal::unavailable)?,
        };
        self.accounts.insert(id, account.clone());
        Ok(account)
    }
}
