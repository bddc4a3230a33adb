//! Revoking sessions of users, roles and the root user.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccessKeyId, SessionName};

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::record::{Record, Revocations, RevokedSessions, Role, User};

/// Whose sessions are revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionsOf<'a> {
    /// Those of the root user.
    Root,
    /// Those of a user, by name.
    User(&'a str),
    /// Those of a role, by name.
    Role(&'a str),
}

/// Which sessions of a principal are to be revoked: of those there are now, never of later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation<'a> {
    /// All.
    All,
    /// Those of a name.
    Named(&'a SessionName),
    /// The one whose temporary credentials have this access key id.
    WithKey(AccessKeyId),
}

impl AccountEdit {
    /// Revokes sessions. Gives the epoch that new sessions are issued under.
    pub fn revoke(
        &mut self,
        of: SessionsOf<'_>,
        what: Revocation<'_>,
        now: Timestamp,
    ) -> Result<u32, DirectoryError> {
        match of {
            SessionsOf::Root => {
                let mut info = self.account.info().clone();
                let epoch = revoke(&mut info.root_epoch, &mut info.root_revocations, what, now)?;
                self.put(Record::Info(Arc::new(info)));
                Ok(epoch)
            }
            SessionsOf::User(name) => {
                let mut user = User::clone(self.user(name)?);
                let epoch = revoke(&mut user.epoch, &mut user.revocations, what, now)?;
                self.put(Record::User(Arc::new(user)));
                Ok(epoch)
            }
            SessionsOf::Role(name) => {
                let mut role = Role::clone(self.role(name)?);
                let epoch = revoke(&mut role.epoch, &mut role.revocations, what, now)?;
                self.put(Record::Role(Arc::new(role)));
                Ok(epoch)
            }
        }
    }
}

fn revoke(
    epoch: &mut u32,
    revocations: &mut Revocations,
    what: Revocation<'_>,
    now: Timestamp,
) -> Result<u32, DirectoryError> {
    *epoch = epoch.saturating_add(1);
    let some = match what {
        Revocation::All => {
            revocations.revoke_all(*epoch);
            return Ok(*epoch);
        }
        Revocation::Named(name) => RevokedSessions::Named(name.clone()),
        Revocation::WithKey(key) => RevokedSessions::WithKey(key),
    };
    if !revocations.revoke(some, *epoch, now) {
        return Err(DirectoryError::TooManyRevocations);
    }
    Ok(*epoch)
}
