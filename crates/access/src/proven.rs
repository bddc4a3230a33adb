//! From a signature that was found right to a caller.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{Account, Directory};

use crate::key_age::AgeNotices;
use crate::{AuthenticationError, Caller, Identity, InvalidCredentials};

/// Somebody whose signature was found right.
pub(crate) struct Proven<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) ages: &'a AgeNotices,
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
            self.ages.check(self.account, key, self.now)?;
        }
        // Only what was proven counts as use.
        self.identity
            .note_use(self.directory, self.service, self.region, self.now);
        Ok(Caller::new(Arc::clone(self.identity)))
    }
}
