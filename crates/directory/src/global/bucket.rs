//! Which account owns which bucket.
//!
//! Bucket names are unique across accounts, so a name is claimed in the global partition, in one commit with the
//! record of it. A bucket to be created is claimed before the store that will hold it is asked, and the claim is
//! pending until that store has agreed: nobody is served under a pending claim, and what a crash leaves pending
//! can be taken over once it is older than any creation lives.

use std::ops::Bound;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_names::AccountId;
use lanyard_store::Cause;
use serde::{Deserialize, Serialize};

use super::{BUCKET, Global, GlobalEdit};
use crate::record::encode;

/// An account's claim to a bucket name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketClaim {
    /// The bucket's name.
    pub name: Arc<str>,
    /// The account that owns it.
    pub account: AccountId,
    /// When it was claimed, which is when the bucket was created.
    pub created: Timestamp,
    /// The revision of the global partition in which the name was claimed, so that no two claims to a name share
    /// it. What an account keeps of a bucket names the generation and counts for no other.
    pub generation: u64,
    /// Whether the bucket exists.
    pub state: ClaimState,
}

/// How far the creation of a bucket has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClaimState {
    /// The name is taken; whether the bucket exists is not known yet.
    Pending,
    /// The bucket exists.
    Confirmed,
}

/// Why a bucket cannot be claimed, confirmed or released.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The name could be no bucket's.
    #[error("{0:?} is no name of a bucket")]
    InvalidName(Box<str>),
    /// The account has the bucket already.
    #[error("the bucket belongs to the account already")]
    OwnedByYou,
    /// Another account has the name.
    #[error("the bucket belongs to another account")]
    OwnedByOther,
    /// The account is creating the bucket at this moment.
    #[error("the bucket is being created")]
    BeingCreated,
    /// The account has as many buckets as it may.
    #[error("the account may have {limit} buckets")]
    TooMany {
        /// The limit in force.
        limit: u64,
    },
    /// The claim is no longer in force: it was released, or taken over by another creation.
    #[error("the claim is no longer in force")]
    Lost,
}

impl BucketClaim {
    /// How long a creation may take. A claim that is still pending after that belongs to a creation that was cut
    /// short, and whoever claims the name next gets it.
    pub const PENDING_MAX: SignedDuration = SignedDuration::from_mins(5);

    /// The bucket's ARN.
    #[must_use]
    pub fn arn(&self) -> Arc<str> {
        const BEGINNING: &str = "arn:aws:s3:::";
        let mut arn = String::with_capacity(BEGINNING.len() + self.name.len());
        arn.push_str(BEGINNING);
        arn.push_str(&self.name);
        arn.into()
    }

    /// Whether the bucket exists.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.state == ClaimState::Confirmed
    }

    /// Whether the creation that made the claim was cut short.
    #[must_use]
    pub fn is_abandoned(&self, now: Timestamp) -> bool {
        !self.is_confirmed() && now.duration_since(self.created) > Self::PENDING_MAX
    }
}

impl Global {
    /// The owner of a bucket that exists.
    #[must_use]
    pub fn bucket(&self, name: &str) -> Option<&Arc<BucketClaim>> {
        self.bucket_claim(name).filter(|claim| claim.is_confirmed())
    }

    /// Who claims a bucket's name, whether the bucket exists already or not.
    #[must_use]
    pub fn bucket_claim(&self, name: &str) -> Option<&Arc<BucketClaim>> {
        self.buckets.get(name)
    }

    /// Every bucket that exists, in order of name.
    pub fn buckets(&self) -> impl Iterator<Item = &Arc<BucketClaim>> {
        self.buckets.values().filter(|claim| claim.is_confirmed())
    }

    /// The buckets of an account whose names begin with a prefix, in order of name, beginning after a name.
    pub fn buckets_of<'a>(
        &'a self,
        account: AccountId,
        prefix: &'a str,
        after: Option<&str>,
    ) -> impl Iterator<Item = &'a Arc<BucketClaim>> {
        let start = match after {
            Some(name) if name >= prefix => Bound::Excluded((account, name.into())),
            _ => Bound::Included((account, prefix.into())),
        };
        self.buckets_by_account
            .range((start, Bound::Unbounded))
            .take_while(move |((of, name), _)| *of == account && name.starts_with(prefix))
            .map(|(_, claim)| claim)
    }

    /// How many names an account claims, for buckets that exist or are being created.
    #[must_use]
    pub fn bucket_count(&self, account: AccountId) -> u32 {
        self.bucket_counts.get(&account).copied().unwrap_or(0)
    }

    /// The claims of an account whose buckets are not known to exist.
    pub(crate) fn pending_buckets_of(&self, account: AccountId) -> impl Iterator<Item = &Arc<BucketClaim>> {
        self.pending_buckets
            .range((Bound::Included((account, Arc::from(""))), Bound::Unbounded))
            .take_while(move |((of, _), _)| *of == account)
            .map(|(_, claim)| claim)
    }

    /// Puts a claim in place of the one of its name, if there was one. Every index of claims follows here.
    pub(super) fn replace_bucket(&mut self, name: &str, new: Option<Arc<BucketClaim>>) {
        let old = match &new {
            Some(claim) => self.buckets.insert(Arc::clone(&claim.name), Arc::clone(claim)),
            None => self.buckets.remove(name),
        };
        if let Some(claim) = old {
            let key = (claim.account, Arc::clone(&claim.name));
            self.buckets_by_account.remove(&key);
            self.pending_buckets.remove(&key);
            match self.bucket_count(claim.account).saturating_sub(1) {
                0 => self.bucket_counts.remove(&claim.account),
                count => self.bucket_counts.insert(claim.account, count),
            };
        }
        if let Some(claim) = new {
            let count = self.bucket_count(claim.account).saturating_add(1);
            self.bucket_counts.insert(claim.account, count);
            let key = (claim.account, Arc::clone(&claim.name));
            match claim.state {
                ClaimState::Confirmed => self.buckets_by_account.insert(key, claim),
                ClaimState::Pending => self.pending_buckets.insert(key, claim),
            };
        }
    }
}

impl GlobalEdit {
    pub(crate) fn put_bucket(&mut self, claim: &BucketClaim) -> Result<(), Cause> {
        let bytes = encode(claim)?;
        self.change(format!("{BUCKET}{}", claim.name), Some(bytes));
        Ok(())
    }

    pub(crate) fn delete_bucket(&mut self, name: &str) {
        self.change(format!("{BUCKET}{name}"), None);
    }
}
