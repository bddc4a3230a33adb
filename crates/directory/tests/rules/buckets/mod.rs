//! Buckets: who owns which, and what their owners keep of them.

mod claims;
mod damaged;
mod model;
mod policies;

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{BucketClaim, BucketError, ClaimError, WriteError};
use lanyard_names::AccountId;

use crate::world::{World, account_id, at};

pub const OTHER: u64 = 42;

pub fn other() -> AccountId {
    account_id(OTHER)
}

pub fn with_two_accounts() -> World {
    let world = World::new();
    world.create_account(other());
    world
}

pub fn refusal<T: std::fmt::Debug, E: std::fmt::Debug>(outcome: Result<T, WriteError<E>>) -> E {
    match outcome {
        Err(WriteError::Refused(refusal)) => refusal,
        unexpected => panic!("{unexpected:?}"),
    }
}

impl World {
    pub fn claim_at(
        &self,
        name: &str,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        self.block_on(self.directory.claim_bucket(name, account, now, Vec::new()))
    }

    pub fn adopt(&self, name: &str, account: AccountId) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        self.block_on(self.directory.adopt_bucket(name, account, at(0), Vec::new()))
    }

    pub fn confirm(&self, claim: &BucketClaim) -> Result<Arc<BucketClaim>, WriteError<ClaimError>> {
        self.block_on(self.directory.confirm_bucket(claim, Vec::new()))
    }

    pub fn release(&self, claim: &BucketClaim) -> Result<(), WriteError<ClaimError>> {
        self.block_on(self.directory.release_bucket(claim, Vec::new()))
    }

    /// Changes what an account keeps of its buckets and resources.
    pub fn edit_buckets<T>(
        &self,
        id: AccountId,
        mut change: impl FnMut(&mut lanyard_directory::AccountEdit) -> Result<T, BucketError>,
    ) -> Result<T, BucketError> {
        match self.block_on(self.directory.write(id, |edit| Ok((change(edit)?, Vec::new())))) {
            Ok(written) => Ok(written.output),
            Err(WriteError::Refused(refusal)) => Err(refusal),
            Err(other) => panic!("{other}"),
        }
    }
}
