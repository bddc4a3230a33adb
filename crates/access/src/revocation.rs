//! Ending sessions before their time, as operators and callers ask for it.
//!
//! Whose sessions and which of them are meant is read and checked here, once for the command line and once for the
//! API; the directory knows how it is kept, and every request looks at what is kept.
//!
//! A revocation reaches the sessions that were issued before it, and no later ones. It does not touch access keys:
//! who still has one can get new sessions.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{Account, AccountEdit, DirectoryError, Revocation, SessionsOf};
use lanyard_names::{AccessKeyId, AccountId, KeyKind, SessionName, arn};

/// Whose sessions are to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The root user's.
    Root,
    /// Those of a user, and those of roles that began with it.
    User(String),
    /// Those of a role.
    Role(String),
}

/// Which of them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meant {
    All,
    Named(SessionName),
    WithKey(AccessKeyId),
}

/// A wish to end sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokeSessions {
    account: AccountId,
    holder: Holder,
    meant: Meant,
}

/// Why sessions are not revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevocationError {
    /// Both a name and an id.
    #[error("sessions are named by a session name or by a session id, not by both")]
    TwoWays,
    /// It cannot be the name of a session.
    #[error("a session name has 2 to 64 letters, digits and any of _=,.@-")]
    Name,
    /// It cannot be the id of a session of this account.
    #[error("a session id is the access key id of temporary credentials of the account: ASIA and 16 more")]
    Id,
    /// The role belongs to a service.
    #[error("the sessions of a service-linked role cannot be revoked")]
    ServiceLinked,
    /// The directory's rules do not allow it.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

impl RevokeSessions {
    /// A wish about all sessions of somebody; with a session name or a session id, about those alone.
    pub fn new(
        account: AccountId,
        holder: Holder,
        session_name: Option<&str>,
        session_id: Option<&str>,
    ) -> Result<Self, RevocationError> {
        let meant = match (session_name, session_id) {
            (None, None) => Meant::All,
            (Some(name), None) => Meant::Named(SessionName::parse(name).map_err(|_| RevocationError::Name)?),
            (None, Some(id)) => Meant::WithKey(session_key(account, id)?),
            (Some(_), Some(_)) => return Err(RevocationError::TwoWays),
        };
        Ok(Self {
            account,
            holder,
            meant,
        })
    }

    /// The account.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Whose sessions.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The ARN of whoever has the sessions, if there is somebody: what permission to end them is given on.
    pub fn arn(&self, account: &Account) -> Option<Arc<str>> {
        match &self.holder {
            Holder::Root => Some(arn::root(self.account).into()),
            Holder::User(name) => account.user(name).map(|user| Arc::clone(user.arn())),
            Holder::Role(name) => account.role(name).map(|role| Arc::clone(role.arn())),
        }
    }

    /// What was wished, for the trail and for answers.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let holder = match &self.holder {
            Holder::Root => ("root", "true"),
            Holder::User(name) => ("userName", name.as_str()),
            Holder::Role(name) => ("roleName", name.as_str()),
        };
        let meant = match &self.meant {
            Meant::All => None,
            Meant::Named(name) => Some(("sessionName", name.as_str())),
            Meant::WithKey(key) => Some(("sessionId", key.as_str())),
        };
        [Some(holder), meant].into_iter().flatten()
    }

    /// Ends them, within a write of the account: once that is done, every request sees it. Gives the epoch that new
    /// sessions are issued under.
    pub fn apply(&self, edit: &mut AccountEdit, now: Timestamp) -> Result<u32, RevocationError> {
        let of = match &self.holder {
            Holder::Root => SessionsOf::Root,
            Holder::User(name) => SessionsOf::User(name),
            Holder::Role(name) => {
                // Evidence: the IAM guide's page on revoking sessions: not those of service-linked roles.
                if (edit.view().role(name)).is_some_and(|role| role.is_service_linked()) {
                    return Err(RevocationError::ServiceLinked);
                }
                SessionsOf::Role(name)
            }
        };
        let what = match &self.meant {
            Meant::All => Revocation::All,
            Meant::Named(name) => Revocation::Named(name),
            Meant::WithKey(key) => Revocation::WithKey(*key),
        };
        Ok(edit.revoke(of, what, now)?)
    }
}

fn session_key(account: AccountId, id: &str) -> Result<AccessKeyId, RevocationError> {
    AccessKeyId::parse(id)
        .ok()
        .filter(|key| key.kind() == KeyKind::Temporary && key.account() == account)
        .ok_or(RevocationError::Id)
}
