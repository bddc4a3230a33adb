//! Which sessions of a principal are revoked.
//!
//! Every revocation raises the principal's epoch, under which new sessions are issued from then on. No clock is
//! compared: a session issued after a revocation has its epoch and lives, and setting a clock back revives none.
//!
//! Invariant: what leaves a list raises the floor to its epoch, so that no revocation is ever forgotten; that does not
//! reach a living session, because whatever leaves a list is older than any session can be. So without entries the
//! floor is the principal's epoch.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_names::{AccessKeyId, SessionName};
use serde::{Deserialize, Serialize};

/// How long an entry stays: longer than any session lives.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The revoked sessions of a user, a role or the root user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocations {
    /// Sessions issued under a lower epoch are revoked.
    #[serde(default)]
    floor: u32,
    #[serde(default, skip_serializing_if = "no_entries")]
    entries: Arc<Vec<RevocationEntry>>,
}

fn no_entries(entries: &Arc<Vec<RevocationEntry>>) -> bool {
    entries.is_empty()
}

/// A revocation of some of a principal's sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationEntry {
    /// Which sessions.
    pub what: RevokedSessions,
    /// The epoch that it began: sessions issued under it or a later one are not meant.
    pub epoch: u32,
    /// When it was made.
    pub at: Timestamp,
}

/// Which sessions of a principal are revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RevokedSessions {
    /// Those of a name.
    Named(SessionName),
    /// The one whose temporary credentials have this access key id.
    WithKey(AccessKeyId),
}

impl Revocations {
    /// The most entries of a principal.
    pub const ENTRIES_MAX: usize = 1_000;

    /// Whether a session issued under an epoch is not revoked.
    #[must_use]
    pub fn admits(&self, epoch: u32, name: Option<&str>, key: AccessKeyId) -> bool {
        let is_meant = |entry: &RevocationEntry| {
            epoch < entry.epoch
                && match &entry.what {
                    RevokedSessions::Named(revoked) => name == Some(revoked.as_str()),
                    RevokedSessions::WithKey(revoked) => key == *revoked,
                }
        };
        epoch >= self.floor && !self.entries.iter().any(is_meant)
    }

    /// Sessions issued under a lower epoch are revoked.
    #[must_use]
    pub fn floor(&self) -> u32 {
        self.floor
    }

    /// The revocations of some sessions, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[RevocationEntry] {
        &self.entries
    }

    /// Revokes all sessions issued before an epoch.
    pub(crate) fn revoke_all(&mut self, epoch: u32) {
        *self = Self {
            floor: epoch,
            entries: Arc::default(),
        };
    }

    /// Revokes some sessions issued before an epoch; `false` if there are too many entries.
    pub(crate) fn revoke(&mut self, what: RevokedSessions, epoch: u32, now: Timestamp) -> bool {
        let entries = Arc::make_mut(&mut self.entries);
        // The same sessions are meant again, and later ones with them.
        entries.retain(|entry| entry.what != what);
        let is_past = |entry: &mut RevocationEntry| now.duration_since(entry.at) > KEPT;
        for past in entries.extract_if(.., is_past) {
            self.floor = self.floor.max(past.epoch);
        }
        if entries.len() >= Self::ENTRIES_MAX {
            return false;
        }
        entries.push(RevocationEntry { what, epoch, at: now });
        true
    }

    /// Brings up what was stored before there were any entries.
    pub(crate) fn settle(&mut self, epoch: u32) {
        if self.entries.is_empty() {
            self.floor = epoch;
        }
    }
}
