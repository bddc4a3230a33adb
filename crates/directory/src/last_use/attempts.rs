//! Which services somebody last turned to, and with which actions.
//!
//! An attempt counts whether or not it was allowed. Kept are the minute and the region of the latest one, for each
//! service of each principal, and for each action where the caller names it; so a principal costs at most as much as
//! there are services and actions, and what is tried again within a minute changes nothing and is not written.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::UniqueId;
use serde::{Deserialize, Serialize};

use crate::account::Account;

/// Who turned to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The root user.
    Root,
    /// The user or the role of this unique id.
    Entity(UniqueId),
}

impl Actor {
    /// The user or role of a unique id; the root user has none.
    #[must_use]
    pub fn of(id: Option<UniqueId>) -> Self {
        id.map_or(Self::Root, Self::Entity)
    }

    pub(super) fn exists_in(self, account: &Account) -> bool {
        match self {
            Self::Root => true,
            Self::Entity(id) => account.principal_arn(id).is_some(),
        }
    }

    pub(super) fn to_text(self) -> String {
        match self {
            Self::Root => "root".to_owned(),
            Self::Entity(id) => id.to_string(),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "root" {
            return Some(Self::Root);
        }
        UniqueId::parse(text).ok().map(Self::Entity)
    }
}

/// Something that somebody tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// The service: `s3`.
    pub service: &'a str,
    /// The action without its service, if it is to be kept: `CreateBucket`.
    pub action: Option<&'a str>,
    /// In which region.
    pub region: &'a str,
    /// When.
    pub at: Timestamp,
}

/// When and where something was last tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastAttempt {
    /// When, to the minute.
    pub at: Timestamp,
    /// In which region.
    pub region: Arc<str>,
}

/// When somebody last turned to a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceUse {
    /// The service: `s3`.
    pub service: Arc<str>,
    /// When and where.
    pub last: LastAttempt,
    /// The same for each action that is kept, in the order of their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionUse>,
}

/// When somebody last tried an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionUse {
    /// The action without its service: `CreateBucket`.
    pub action: Arc<str>,
    /// When and where.
    pub last: LastAttempt,
}

impl LastAttempt {
    fn new(minute: Timestamp, region: &str) -> Self {
        Self {
            at: minute,
            region: region.into(),
        }
    }

    /// Takes in a newer attempt; false if it is of the same minute, or older.
    fn renew(&mut self, minute: Timestamp, region: &str) -> bool {
        if self.at >= minute {
            return false;
        }
        self.at = minute;
        // Most attempts are made in the same region: nothing is allocated for them.
        if *self.region != *region {
            self.region = region.into();
        }
        true
    }
}

impl ServiceUse {
    fn new(attempt: &Attempt<'_>, minute: Timestamp) -> Self {
        Self {
            service: attempt.service.into(),
            last: LastAttempt::new(minute, attempt.region),
            actions: Vec::new(),
        }
    }

    /// Takes in an action; false if nothing changed.
    fn renew_action(&mut self, action: &str, minute: Timestamp, region: &str) -> bool {
        match self.actions.binary_search_by(|known| (*known.action).cmp(action)) {
            Ok(place) => self
                .actions
                .get_mut(place)
                .is_some_and(|known| known.last.renew(minute, region)),
            Err(place) => {
                let action = action.into();
                let last = LastAttempt::new(minute, region);
                self.actions.insert(place, ActionUse { action, last });
                true
            }
        }
    }
}

/// Takes an attempt in among those of one principal, which are in the order of their services; false if nothing
/// changed.
pub(super) fn renew(uses: &mut Vec<ServiceUse>, attempt: &Attempt<'_>) -> bool {
    let minute = minute_of(attempt.at);
    let place = match uses.binary_search_by(|known| (*known.service).cmp(attempt.service)) {
        Ok(place) => place,
        Err(place) => {
            uses.insert(place, ServiceUse::new(attempt, minute));
            if let (Some(action), Some(new)) = (attempt.action, uses.get_mut(place)) {
                new.renew_action(action, minute, attempt.region);
            }
            return true;
        }
    };
    let Some(known) = uses.get_mut(place) else {
        return false;
    };
    let is_newer = known.last.renew(minute, attempt.region);
    let is_newer_action = attempt
        .action
        .is_some_and(|action| known.renew_action(action, minute, attempt.region));
    is_newer || is_newer_action
}

fn minute_of(time: Timestamp) -> Timestamp {
    let second = time.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(time)
}
