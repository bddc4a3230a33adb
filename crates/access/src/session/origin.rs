//! The person at the beginning of a chain of sessions.

use std::sync::Arc;

use lanyard_directory::Account;
use lanyard_names::{AccessKeyId, AccountId, UniqueId};

/// The user who stands at the beginning of a chain of sessions. Whoever revokes the sessions of the user revokes the
/// role sessions that began with them, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The user's ARN at that time; for the trail.
    pub arn: Arc<str>,
    /// The user's unique id.
    pub user: UniqueId,
    /// The key that the user began it with, of its own or of a session of its own. It tells the account, too.
    pub key: AccessKeyId,
    /// The user's revocation epoch when the chain began.
    pub epoch: u32,
}

impl Origin {
    /// The user's account.
    pub fn account(&self) -> AccountId {
        self.key.account()
    }

    /// Whether the chain may go on: its user has not been revoked since. An origin elsewhere is not looked at.
    pub(crate) fn is_admitted(&self, account: &Account) -> bool {
        if self.account() != account.id() {
            return true;
        }
        // Fails closed: of a user who is gone nobody knows any more whether it was revoked before.
        // Differs from AWS (decision 0021): there the sessions of roles outlive the user who assumed them.
        account
            .user_by_id(self.user)
            .is_some_and(|user| user.revocations.admits(self.epoch, None, self.key))
    }
}
