//! From a signature that was found right to a caller.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;

use crate::entity::Entity;
use crate::{AuthenticationError, Authenticator, Caller, Identity, InvalidCredentials};

/// Somebody whose signature was found right.
pub(crate) struct Proven<'a> {
    pub(crate) authenticator: &'a Authenticator,
    pub(crate) account: &'a Account,
    pub(crate) identity: &'a Arc<Identity>,
    /// Whether a session token came with the request.
    pub(crate) has_token: bool,
    pub(crate) now: Timestamp,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
}

impl Proven<'_> {
    pub(crate) fn caller(self) -> Result<Caller, AuthenticationError> {
        // Only now, as AWS does: a long-term key and a token do not belong together.
        if self.identity.session.is_none() && self.has_token {
            return Err(InvalidCredentials::UnexpectedToken.into());
        }
        if let (None, Some(key)) = (&self.identity.session, self.identity.access_key_id) {
            self.authenticator.ages.check(self.account, key, self.now)?;
        }
        self.note_use();
        Ok(Caller::new(Arc::clone(self.identity)))
    }

    /// For "last used": only what was proven counts as use.
    fn note_use(&self) {
        let (identity, directory) = (self.identity, self.authenticator.directory());
        if !identity.is_first_use_at(self.now) {
            return;
        }
        match (&identity.session, &identity.entity, identity.access_key_id) {
            (None, _, Some(key)) => {
                directory.record_key_use(key, self.now, self.service, self.region);
            }
            (Some(_), Entity::Role(role), _) => {
                directory.record_role_use(identity.account, role.id, self.now, self.service, self.region);
            }
            _ => {}
        }
    }
}
