//! What is known across accounts: which there are, who claims which alias and which bucket, and the server's own
//! sealed keys.

mod bucket;

use std::sync::Arc;

use bytes::Bytes;
use imbl::OrdMap;
use jiff::Timestamp;
use lanyard_names::{AccountAlias, AccountId};
use lanyard_store::{ApplyError, Cause, Change, Loaded, PartitionId, Replica, Revision};
use serde::{Deserialize, Serialize};

use crate::record::{decode, encode};

pub use bucket::{BucketClaim, ClaimError, ClaimState};

const PARTITION: &str = "global";
const ACCOUNT: &str = "account/";
const ALIAS: &str = "alias/";
const BUCKET: &str = "bucket/";
const BLOB: &str = "blob/";

/// An account as the global partition lists it. An account that is not listed does not exist, whatever may be
/// stored under its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// Its id.
    pub id: AccountId,
    /// What its operator calls it: a label, not unique.
    pub name: Arc<str>,
    /// When it was created.
    pub created: Timestamp,
}

/// An account's claim to an alias. The alias is in force when the account's own record names it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AliasClaim {
    pub(crate) account: AccountId,
    pub(crate) claimed: Timestamp,
}

/// A snapshot of the global partition.
#[derive(Clone, Debug, Default)]
pub struct Global {
    revision: Revision,
    accounts: OrdMap<AccountId, Arc<AccountEntry>>,
    aliases: OrdMap<Arc<str>, Arc<AliasClaim>>,
    blobs: OrdMap<Arc<str>, Bytes>,
    buckets: OrdMap<Arc<str>, Arc<BucketClaim>>,

    /// The buckets that exist, by owner and name.
    buckets_by_account: OrdMap<(AccountId, Arc<str>), Arc<BucketClaim>>,
    /// The buckets that do not exist yet, by owner and name.
    pending_buckets: OrdMap<(AccountId, Arc<str>), Arc<BucketClaim>>,
    /// How many names an account claims.
    bucket_counts: OrdMap<AccountId, u32>,
}

impl Global {
    /// The account of an id.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Arc<AccountEntry>> {
        self.accounts.get(&id)
    }

    /// All accounts in order of id.
    pub fn accounts(&self) -> impl Iterator<Item = &Arc<AccountEntry>> {
        self.accounts.values()
    }

    /// How many accounts there are.
    #[must_use]
    pub fn account_count(&self) -> usize {
        self.accounts.len()
    }

    /// The revision this is a snapshot of.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The server's own bytes under a name: a wrapped key, opaque here.
    #[must_use]
    pub fn blob(&self, name: &str) -> Option<&Bytes> {
        self.blobs.get(name)
    }

    /// The server's own bytes under names that begin with a prefix, in order of name.
    pub fn blobs<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Bytes)> {
        self.blobs
            .range::<_, str>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded))
            .take_while(move |(name, _)| name.starts_with(prefix))
            .map(|(name, bytes)| (&**name, bytes))
    }

    pub(crate) fn alias_claim(&self, alias: &str) -> Option<&Arc<AliasClaim>> {
        self.aliases.get(alias)
    }

    /// The aliases that an account claims, each with its claim. Goes through all claims.
    pub(crate) fn claims_of(&self, account: AccountId) -> impl Iterator<Item = (&Arc<str>, &AliasClaim)> {
        let all = self.aliases.iter().map(|(alias, claim)| (alias, &**claim));
        all.filter(move |(_, claim)| claim.account == account)
    }

    pub(crate) fn partition() -> PartitionId {
        PartitionId::new(PARTITION)
    }

    pub(crate) fn from_loaded(loaded: &Loaded) -> Result<Self, ApplyError> {
        let mut global = Self::default();
        for (key, value) in &loaded.entries {
            global.take_in(key, Some(value))?;
        }
        global.revision = loaded.revision;
        Ok(global)
    }

    fn take_in(&mut self, key: &str, value: Option<&Bytes>) -> Result<(), ApplyError> {
        let unreadable = |cause| ApplyError {
            partition: Self::partition(),
            cause,
        };
        if let Some(id) = key.strip_prefix(ACCOUNT) {
            let id = AccountId::parse(id).map_err(|error| unreadable(Cause::new(error)))?;
            match value {
                Some(bytes) => self
                    .accounts
                    .insert(id, Arc::new(decode(bytes).map_err(unreadable)?)),
                None => self.accounts.remove(&id),
            };
        } else if let Some(alias) = key.strip_prefix(ALIAS) {
            match value {
                Some(bytes) => self
                    .aliases
                    .insert(alias.into(), Arc::new(decode(bytes).map_err(unreadable)?)),
                None => self.aliases.remove(alias),
            };
        } else if let Some(name) = key.strip_prefix(BUCKET) {
            let claim = value.map(|bytes| decode::<BucketClaim>(bytes)).transpose();
            let claim = claim.map_err(unreadable)?;
            if claim.as_ref().is_some_and(|claim| *claim.name != *name) {
                return Err(unreadable(Cause::text(
                    "a claim stands under a name that is not its own",
                )));
            }
            self.replace_bucket(name, claim.map(Arc::new));
        } else if let Some(name) = key.strip_prefix(BLOB) {
            match value {
                Some(bytes) => self.blobs.insert(name.into(), bytes.clone()),
                None => self.blobs.remove(name),
            };
        } else {
            return Err(unreadable(Cause::text("a key is of no known kind")));
        }
        Ok(())
    }
}

impl Replica for Global {
    fn revision(&self) -> Revision {
        self.revision
    }

    fn apply(&mut self, revision: Revision, changes: &[Change]) -> Result<(), ApplyError> {
        for change in changes {
            self.take_in(&change.key, change.value.as_ref())?;
        }
        self.revision = revision;
        Ok(())
    }

    fn restored(&self, loaded: Loaded) -> Result<Self, ApplyError> {
        Self::from_loaded(&loaded)
    }
}

/// An edit of the global partition.
#[derive(Debug)]
pub struct GlobalEdit {
    base: Global,
    changes: Vec<Change>,
}

impl GlobalEdit {
    pub(crate) fn new(base: &Global) -> Self {
        Self {
            base: base.clone(),
            changes: Vec::new(),
        }
    }

    /// The global partition as this edit found it.
    #[must_use]
    pub fn view(&self) -> &Global {
        &self.base
    }

    /// Keeps the server's own bytes under a name. They must be sealed or wrapped already.
    pub fn put_blob(&mut self, name: &str, bytes: Bytes) {
        self.change(format!("{BLOB}{name}"), Some(bytes));
    }

    /// Removes the bytes under a name.
    pub fn delete_blob(&mut self, name: &str) {
        self.change(format!("{BLOB}{name}"), None);
    }

    pub(crate) fn put_account(&mut self, entry: &AccountEntry) -> Result<(), Cause> {
        let bytes = encode(entry)?;
        self.change(format!("{ACCOUNT}{}", entry.id), Some(bytes));
        Ok(())
    }

    pub(crate) fn put_alias(&mut self, alias: &AccountAlias, claim: &AliasClaim) -> Result<(), Cause> {
        let bytes = encode(claim)?;
        self.change(format!("{ALIAS}{alias}"), Some(bytes));
        Ok(())
    }

    pub(crate) fn delete_alias(&mut self, alias: &str) {
        self.change(format!("{ALIAS}{alias}"), None);
    }

    fn change(&mut self, key: String, value: Option<Bytes>) {
        self.changes.retain(|change| *change.key != *key);
        self.changes.push(Change {
            key: key.into(),
            value,
        });
    }

    pub(crate) fn is_unchanged(&self) -> bool {
        self.changes.is_empty()
    }

    pub(crate) fn finish(self) -> Result<(Global, Vec<Change>), ApplyError> {
        let mut next = self.base;
        let revision = next.revision.next();
        next.apply(revision, &self.changes)?;
        Ok((next, self.changes))
    }
}
