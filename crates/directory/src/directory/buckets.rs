//! Claiming and releasing the names of buckets.
//!
//! A bucket's claim stands in the global partition, its policy and settings in that of its owner: two commits. A
//! bucket is released by the first of them alone; what its owner kept of it names the generation of the claim and
//! counts for no other, so that it does not matter when it is swept away, or whether it is. A bucket of the same
//! name is never under the policy of one that was there before, whoever owns it, and a policy that is saved while
//! its bucket is being released is saved for nobody.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::AccountId;
use lanyard_store::{LaneError, OutboxRecord, Written};

use super::error::Refusal;
use super::{Directory, WriteError, propose_global};
use crate::global::{BucketClaim, ClaimError, ClaimState, Global, GlobalEdit};
use crate::quota::Quota;

/// At most so many claims that were abandoned go with the next one of their account.
const SWEPT_MAX: usize = 32;

impl Directory {
    /// Claims a name for a bucket that is to be created. The claim is pending until it is confirmed or released;
    /// nobody else gets the name until then, or until the claim is older than any creation lives.
    pub async fn claim_bucket(
        &self,
        name: &str,
        account: AccountId,
        now: Timestamp,
        outbox: Vec<OutboxRecord>,
    ) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        self.claim(name, account, ClaimState::Pending, now, outbox).await
    }

    /// Claims a name for a bucket that exists.
    pub async fn adopt_bucket(
        &self,
        name: &str,
        account: AccountId,
        now: Timestamp,
        outbox: Vec<OutboxRecord>,
    ) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        self.claim(name, account, ClaimState::Confirmed, now, outbox)
            .await
    }

    /// Confirms that a claimed bucket exists now, unless that is known already.
    pub async fn confirm_bucket(
        &self,
        claim: &BucketClaim,
        outbox: Vec<OutboxRecord>,
    ) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        let confirmed = Arc::new(BucketClaim {
            state: ClaimState::Confirmed,
            ..claim.clone()
        });
        let written = self.global.write(|base| {
            check_in_force(base, claim)?;
            if base.bucket(&claim.name).is_some() {
                return Err(Refusal::Caller(ClaimError::OwnedByYou));
            }
            let mut edit = GlobalEdit::new(base);
            edit.put_bucket(&confirmed).map_err(Refusal::Unwritable)?;
            propose_global(edit, Arc::clone(&confirmed), outbox.clone(), Vec::new())
        });
        let written = written.await;
        self.settled(written).await
    }

    /// Claims a bucket that the account has anew: what the claim stood for is no longer there, and a new bucket is. Its
    /// policy and settings do not go with it.
    pub async fn renew_bucket(
        &self,
        claim: &BucketClaim,
        now: Timestamp,
        outbox: Vec<OutboxRecord>,
    ) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        let written = self.global.write(|base| {
            check_in_force(base, claim)?;
            let renewed = Arc::new(BucketClaim {
                created: now,
                generation: base.revision().next().0,
                state: ClaimState::Confirmed,
                ..claim.clone()
            });
            let mut edit = GlobalEdit::new(base);
            edit.put_bucket(&renewed).map_err(Refusal::Unwritable)?;
            propose_global(edit, renewed, outbox.clone(), Vec::new())
        });
        let written = written.await;
        self.settled(written).await
    }

    /// Gives a claim up: of a bucket that was not created after all, or that was deleted. Its policy and settings
    /// go with it.
    pub async fn release_bucket(
        &self,
        claim: &BucketClaim,
        outbox: Vec<OutboxRecord>,
    ) -> Result<(), WriteError<ClaimError>> {
        let written = self.global.write(|base| {
            check_in_force(base, claim)?;
            let mut edit = GlobalEdit::new(base);
            edit.delete_bucket(&claim.name);
            propose_global(edit, (), outbox.clone(), Vec::new())
        });
        let written = written.await;
        self.settled(written).await?;
        let swept = self.write(claim.account, |edit| {
            edit.forget_bucket(claim);
            Ok::<_, std::convert::Infallible>(((), Vec::new()))
        });
        if let Err(error) = swept.await {
            tracing::warn!(bucket = &*claim.name, %error, "what was kept of a deleted bucket is still stored");
        }
        Ok(())
    }

    async fn claim(
        &self,
        name: &str,
        account: AccountId,
        state: ClaimState,
        now: Timestamp,
        outbox: Vec<OutboxRecord>,
    ) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        if !is_bucket_name(name) {
            return Err(WriteError::Refused(ClaimError::InvalidName(name.into())));
        }
        let owner = self.account(account).await?;
        let owner = owner.ok_or(WriteError::NoSuchAccount(account))?;
        let limit = owner.limit(Quota::BucketsPerAccount);
        let name: Arc<str> = name.into();
        let written = self.global.write(|base| {
            let mut edit = GlobalEdit::new(base);
            let swept = sweep(&mut edit, base, account, &name, now);
            check_free(base, &name, account, now).map_err(Refusal::Caller)?;
            let count = u64::from(base.bucket_count(account)).saturating_sub(swept);
            if count >= limit {
                return Err(Refusal::Caller(ClaimError::TooMany { limit }));
            }
            let claim = Arc::new(BucketClaim {
                name: Arc::clone(&name),
                account,
                created: now,
                generation: base.revision().next().0,
                state,
            });
            edit.put_bucket(&claim).map_err(Refusal::Unwritable)?;
            propose_global(edit, claim, outbox.clone(), Vec::new())
        });
        let written = written.await;
        self.settled(written).await
    }

    /// What came of a write, which may have been made although its outcome is not known: then nobody should go on
    /// deciding without it. If the store does not answer now, the next write loads.
    async fn settled<T>(
        &self,
        written: Result<Written<T>, LaneError<Refusal<ClaimError>>>,
    ) -> Result<T, WriteError<ClaimError>> {
        let written = written.map_err(WriteError::from_lane);
        if written.as_ref().is_err_and(WriteError::is_ambiguous) {
            let _ = self.global.refresh().await;
        }
        Ok(written?.output)
    }
}

/// Removes the account's claims that were abandoned, the name's own too, and counts them.
fn sweep(edit: &mut GlobalEdit, base: &Global, account: AccountId, name: &str, now: Timestamp) -> u64 {
    let abandoned = base
        .pending_buckets_of(account)
        .filter(|claim| claim.is_abandoned(now));
    let mut swept = 0_u64;
    for claim in abandoned.take(SWEPT_MAX) {
        if *claim.name != *name {
            edit.delete_bucket(&claim.name);
        }
        swept = swept.saturating_add(1);
    }
    swept
}

fn check_free(base: &Global, name: &str, account: AccountId, now: Timestamp) -> Result<(), ClaimError> {
    match base.bucket_claim(name) {
        None => Ok(()),
        Some(claim) if claim.is_abandoned(now) => Ok(()),
        Some(claim) if claim.account != account => Err(ClaimError::OwnedByOther),
        Some(claim) if claim.is_confirmed() => Err(ClaimError::OwnedByYou),
        Some(_) => Err(ClaimError::BeingCreated),
    }
}

fn check_in_force(base: &Global, claim: &BucketClaim) -> Result<(), Refusal<ClaimError>> {
    let present = base.bucket_claim(&claim.name);
    match present {
        Some(present) if present.generation == claim.generation && present.account == claim.account => Ok(()),
        _ => Err(Refusal::Caller(ClaimError::Lost)),
    }
}

/// Whether a text can be the name of a bucket: that of a stored key, and never part of another ARN than its own.
/// The rest of S3's rules are for whoever reads requests.
fn is_bucket_name(name: &str) -> bool {
    let is_allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    (3..=63).contains(&name.len()) && name.bytes().all(is_allowed)
}
