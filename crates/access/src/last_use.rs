//! Noting what credentials and principals were last used for.
//!
//! What was proven counts, whether or not it was then allowed; so does what an enforcement point asks about somebody,
//! since it asks because they try. Nothing is written here, and most requests note nothing new: each identity
//! remembers what it noted last.

use jiff::Timestamp;
use lanyard_directory::{Actor, Attempt, Directory};

use crate::entity::Entity;
use crate::{Identity, Subject};

/// The services of which each action is kept: those that this server itself answers or guards. Of others only the
/// service is.
const ACTIONS_KEPT: [&str; 3] = ["iam", "s3", "sts"];

/// Where a request is said to have been made that names no region, or something that is no region's name.
const REGION: &str = "us-east-1";

/// No region has a longer name.
const REGION_BYTES_MAX: usize = 32;

/// The region, if it has the form of one: whoever signs, or asks about somebody, can write anything there, and it is
/// kept for each service and shown in reports.
fn region_named(text: &str) -> &str {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=REGION_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_letter) {
        text
    } else {
        REGION
    }
}

impl Identity {
    /// Notes that the caller tried an action of a service, whatever becomes of it.
    pub fn note_attempt(
        &self,
        directory: &Directory,
        service: &str,
        action: &str,
        region: &str,
        now: Timestamp,
    ) {
        // Strangers are nobody of the account. What an identity provider vouches for is noted once it has a session.
        if self.is_stranger() || !self.is_first_attempt(service, action, now) {
            return;
        }
        let attempt = Attempt {
            service,
            action: ACTIONS_KEPT.contains(&service).then_some(action),
            region: region_named(region),
            at: now,
        };
        directory.record_attempt(self.account, Actor::of(self.entity_id()), &attempt);
    }

    /// Notes that the credentials were used: the access key, or the role whose session it is.
    pub(crate) fn note_use(&self, directory: &Directory, service: &str, region: &str, now: Timestamp) {
        if !self.is_first_use_at(now) {
            return;
        }
        let region = region_named(region);
        match (&self.session, &self.entity, self.access_key_id) {
            (None, _, Some(key)) => directory.record_key_use(key, now, service, region),
            (_, Entity::Role(role), _) => {
                directory.record_role_use(self.account, role.id, now, service, region);
            }
            _ => {}
        }
    }
}

impl Subject {
    /// Notes that somebody tries what is asked about them: the same as if they had asked for it here.
    pub fn note_attempt(
        &self,
        directory: &Directory,
        service: &str,
        action: &str,
        region: &str,
        now: Timestamp,
    ) {
        self.identity().note_use(directory, service, region, now);
        self.identity()
            .note_attempt(directory, service, action, region, now);
    }
}
