//! What an operation may look at: the caller and one snapshot of each account concerned.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::Caller;
use lanyard_directory::{Account, Accounts, LastUse};
use lanyard_names::{AccountId, UniqueId};

use crate::error::Refusal;
use crate::services::Services;

/// Snapshots of the accounts concerned, other than the caller's.
pub(crate) type Others = HashMap<AccountId, Arc<Account>>;

/// The caller, the snapshots and the time of one request.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// Who is calling.
    pub(crate) caller: &'a Caller,
    /// The caller's account.
    pub(crate) account: &'a Account,
    /// The other accounts concerned.
    pub(crate) others: &'a Others,
    /// What belongs to no snapshot: last uses, what this server is called, what was decided.
    pub(crate) services: &'a Services,
    /// When the request arrived.
    pub(crate) now: Timestamp,
    /// Whether the request itself shows a second factor, whose code is used up.
    pub(crate) shows_mfa: bool,
}

impl<'a> View<'a> {
    /// The snapshot of an account, if it is concerned and exists.
    pub(crate) fn account_of(&self, id: AccountId) -> Option<&'a Account> {
        if id == self.account.id() {
            return Some(self.account);
        }
        self.others.get(&id).map(Arc::as_ref)
    }

    /// When a role of this account was last used.
    pub(crate) fn role_last_used(&self, role: UniqueId) -> Option<LastUse> {
        self.services.directory.role_last_used(self.account.id(), role)
    }

    /// When a user of this account last signed in by a password.
    pub(crate) fn password_last_used(&self, user: UniqueId) -> Option<Timestamp> {
        self.services
            .directory
            .password_last_used(self.account.id(), user)
    }

    /// The user a request is about: the one it names, or the caller itself.
    ///
    /// Evidence: the public API reference ("if you do not specify a user name, IAM determines it from the access
    /// key"), and the recorded text for callers that are no users.
    pub(crate) fn user_or_caller<'n>(&'n self, name: Option<&'n str>) -> Result<&'n str, Refusal> {
        name.or_else(|| caller_name(self.caller)).ok_or_else(|| {
            Refusal::validation("Must specify userName when calling with non-User credentials")
        })
    }
}

/// The other accounts' snapshots, for the directory.
pub(crate) struct OtherAccounts<'a>(pub(crate) &'a Others);

impl Accounts for OtherAccounts<'_> {
    fn account(&self, id: AccountId) -> Option<Arc<Account>> {
        self.0.get(&id).cloned()
    }
}

/// The name of the caller, if it is a user.
pub(crate) fn caller_name(caller: &Caller) -> Option<&str> {
    caller.user().map(|user| user.name.as_str())
}
