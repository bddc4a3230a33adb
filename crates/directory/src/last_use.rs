//! When access keys, passwords and roles were last used.
//!
//! These move with every request, so they are no part of any revision: they are kept in memory and written
//! now and then. A crash loses at most what was not yet written.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use lanyard_names::{AccessKeyId, UniqueId};
use lanyard_store::{PartitionId, Stat};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::record::{decode, encode};

/// The last use of an access key, a password or a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// For which service, such as `iam`.
    pub service: Arc<str>,
    /// In which region.
    pub region: Arc<str>,
}

/// Whose last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Used {
    AccessKey(AccessKeyId),
    Role(UniqueId),
    /// The password of a user.
    Password(UniqueId),
}

impl Used {
    fn to_text(self) -> Arc<str> {
        match self {
            Self::AccessKey(id) => format!("used/key/{id}").into(),
            Self::Role(id) => format!("used/role/{id}").into(),
            Self::Password(user) => format!("used/password/{user}").into(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.strip_prefix("used/")?.split_once('/')?;
        match kind {
            "key" => AccessKeyId::parse(id).ok().map(Self::AccessKey),
            "role" => UniqueId::parse(id).ok().map(Self::Role),
            "password" => UniqueId::parse(id).ok().map(Self::Password),
            _ => None,
        }
    }

    fn exists_in(self, account: &Account) -> bool {
        match self {
            Self::AccessKey(id) => account.access_key(id).is_some(),
            Self::Role(id) => account.role_by_id(id).is_some(),
            Self::Password(user) => account.user_by_id(user).is_some(),
        }
    }
}

/// The last uses in one account.
#[derive(Debug, Default)]
pub(crate) struct LastUses(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    known: HashMap<Used, LastUse>,
    /// What changed since it was last written. What is not in `known` is to be removed.
    unwritten: HashSet<Used>,
}

impl LastUses {
    /// Reads what is stored. What was used by something that is gone is forgotten at the next writing.
    pub(crate) fn from_stored(stored: &[(Arc<str>, Bytes)], account: &Account) -> Self {
        let mut table = Table::default();
        for (key, value) in stored {
            let Some(used) = Used::parse(key) else { continue };
            match decode::<LastUse>(value) {
                Ok(last) if used.exists_in(account) => {
                    table.known.insert(used, last);
                }
                _ => {
                    table.unwritten.insert(used);
                }
            }
        }
        Self(Mutex::new(table))
    }

    pub(crate) fn get(&self, used: Used) -> Option<LastUse> {
        self.0.lock().known.get(&used).cloned()
    }

    pub(crate) fn record(&self, used: Used, at: Timestamp, service: &str, region: &str) {
        let mut table = self.0.lock();
        match table.known.get_mut(&used) {
            Some(last) if last.at >= at => return,
            Some(last) => {
                last.at = at;
                // Most uses are of the same service and region: nothing is allocated for them.
                if *last.service != *service {
                    last.service = service.into();
                }
                if *last.region != *region {
                    last.region = region.into();
                }
            }
            None => {
                let last = LastUse {
                    at,
                    service: service.into(),
                    region: region.into(),
                };
                table.known.insert(used, last);
            }
        }
        table.unwritten.insert(used);
    }

    pub(crate) fn is_written(&self) -> bool {
        self.0.lock().unwritten.is_empty()
    }

    /// Takes what has to be written.
    pub(crate) fn take_unwritten(&self, partition: &PartitionId) -> Vec<Stat> {
        let mut table = self.0.lock();
        let unwritten = std::mem::take(&mut table.unwritten);
        unwritten
            .into_iter()
            .map(|used| Stat {
                partition: partition.clone(),
                key: used.to_text(),
                value: table.known.get(&used).and_then(|last| encode(last).ok()),
            })
            .collect()
    }

    /// Notes that what was taken could not be written after all.
    pub(crate) fn put_back(&self, stats: &[Stat]) {
        let mut table = self.0.lock();
        table
            .unwritten
            .extend(stats.iter().filter_map(|stat| Used::parse(&stat.key)));
    }
}
