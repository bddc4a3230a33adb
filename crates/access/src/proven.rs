//! From a signature that was found right to a caller.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;

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
        // Only what was proven counts as use.
        let directory = self.authenticator.directory();
        self.identity
            .note_use(directory, self.service, self.region, self.now);
        Ok(Caller::new(Arc::clone(self.identity)))
    }
}
