//! When access keys, passwords and roles were last used, and who last turned to which service.
//!
//! These move with every request, so they are no part of any revision: they are kept in memory and written
//! now and then. A crash loses at most what was not yet written.

mod attempts;

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

pub use attempts::{ActionUse, Actor, Attempt, LastAttempt, ServiceUse};

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

/// What one stored value is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stored {
    Used(Used),
    /// What somebody tried of a service.
    Service(Actor, Arc<str>),
}

impl Stored {
    fn to_text(&self) -> Arc<str> {
        match self {
            Self::Used(used) => used.to_text(),
            Self::Service(actor, service) => format!("{SERVICE}{}/{service}", actor.to_text()).into(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix(SERVICE) {
            None => Used::parse(text).map(Self::Used),
            Some(rest) => {
                let (actor, service) = rest.split_once('/')?;
                Some(Self::Service(Actor::parse(actor)?, service.into()))
            }
        }
    }
}

/// What keys of services that were turned to begin with.
const SERVICE: &str = "used/service/";

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
    /// What each principal turned to, in the order of the services.
    services: HashMap<Actor, Vec<ServiceUse>>,
    /// What changed since it was last written. What is not known is to be removed.
    unwritten: HashSet<Stored>,
    /// How much was known when it was last looked whether all of it still exists.
    swept: usize,
}

/// So much may be known of what is gone before it is looked for.
const GONE_MAX: usize = 1_000;

impl LastUses {
    /// Reads what is stored. What was used by something that is gone is forgotten at the next writing.
    pub(crate) fn from_stored(stored: &[(Arc<str>, Bytes)], account: &Account) -> Self {
        let mut table = Table::default();
        for (key, value) in stored {
            let Some(about) = Stored::parse(key) else { continue };
            if !table.take_in(&about, value, account) {
                table.unwritten.insert(about);
            }
        }
        table.swept = table.len();
        Self(Mutex::new(table))
    }

    pub(crate) fn get(&self, used: Used) -> Option<LastUse> {
        self.0.lock().known.get(&used).cloned()
    }

    /// What somebody turned to, in the order of the services.
    pub(crate) fn services(&self, actor: Actor) -> Vec<ServiceUse> {
        self.0.lock().services.get(&actor).cloned().unwrap_or_default()
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
        table.unwritten.insert(Stored::Used(used));
    }

    pub(crate) fn record_attempt(&self, actor: Actor, attempt: &Attempt<'_>) {
        let mut table = self.0.lock();
        if attempts::renew(table.services.entry(actor).or_default(), attempt) {
            table
                .unwritten
                .insert(Stored::Service(actor, attempt.service.into()));
        }
    }

    pub(crate) fn is_written(&self) -> bool {
        self.0.lock().unwritten.is_empty()
    }

    /// Takes what has to be written. What belongs to nobody in this snapshot any more is forgotten.
    pub(crate) fn take_unwritten(&self, partition: &PartitionId, account: &Account) -> Vec<Stat> {
        let mut table = self.0.lock();
        if table.len() > table.swept.saturating_mul(2).saturating_add(GONE_MAX) {
            table.forget_gone(account);
        }
        let unwritten = std::mem::take(&mut table.unwritten);
        unwritten
            .into_iter()
            .map(|about| Stat {
                partition: partition.clone(),
                key: about.to_text(),
                value: table.value(&about),
            })
            .collect()
    }

    /// Notes that what was taken could not be written after all.
    pub(crate) fn put_back(&self, stats: &[Stat]) {
        let mut table = self.0.lock();
        table
            .unwritten
            .extend(stats.iter().filter_map(|stat| Stored::parse(&stat.key)));
    }
}

impl Table {
    fn len(&self) -> usize {
        self.known.len() + self.services.len()
    }

    /// Reads one stored value; false if it is to be removed.
    fn take_in(&mut self, about: &Stored, value: &[u8], account: &Account) -> bool {
        match about {
            Stored::Used(used) => match decode::<LastUse>(value) {
                Ok(last) if used.exists_in(account) => self.known.insert(*used, last).is_none(),
                _ => false,
            },
            Stored::Service(actor, service) => match decode::<ServiceUse>(value) {
                Ok(last) if last.service == *service && actor.exists_in(account) => {
                    let uses = self.services.entry(*actor).or_default();
                    let place = uses.partition_point(|known| known.service < last.service);
                    uses.insert(place, last);
                    true
                }
                _ => false,
            },
        }
    }

    fn value(&self, about: &Stored) -> Option<Bytes> {
        match about {
            Stored::Used(used) => self.known.get(used).and_then(|last| encode(last).ok()),
            Stored::Service(actor, service) => {
                let uses = self.services.get(actor)?;
                let known = uses.iter().find(|known| known.service == *service)?;
                encode(known).ok()
            }
        }
    }

    fn forget_gone(&mut self, account: &Account) {
        let Self {
            known,
            services,
            unwritten,
            ..
        } = self;
        known.retain(|used, _| {
            let is_there = used.exists_in(account);
            if !is_there {
                unwritten.insert(Stored::Used(*used));
            }
            is_there
        });
        services.retain(|actor, uses| {
            let is_there = actor.exists_in(account);
            if !is_there {
                let gone = uses
                    .iter()
                    .map(|known| Stored::Service(*actor, Arc::clone(&known.service)));
                unwritten.extend(gone);
            }
            is_there
        });
        self.swept = self.len();
    }
}
