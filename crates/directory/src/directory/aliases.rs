//! Account aliases, which are unique across accounts although each account's record keeps its own.
//!
//! An account first claims an alias in the global partition and then names it in its own record, where the
//! audit record belongs. The alias is in force when both agree. A claim that its account does not bear out,
//! because the second step never came or the alias was given up, can be taken over once it is older than any
//! request lives. So nothing has to be cleaned up, and two accounts cannot come to hold one alias.

use jiff::{SignedDuration, Timestamp};
use lanyard_names::{AccountAlias, AccountId};

use super::error::Refusal;
use super::{Directory, StorageError, WriteError, propose_global};
use crate::error::DirectoryError;
use crate::global::{AliasClaim, GlobalEdit};

/// How long a claim stands that its account does not bear out yet.
const CLAIM: SignedDuration = SignedDuration::from_mins(2);

impl Directory {
    /// Claims an alias for an account, before an edit sets it.
    pub async fn claim_alias(
        &self,
        account: AccountId,
        alias: &AccountAlias,
        now: Timestamp,
    ) -> Result<(), WriteError<DirectoryError>> {
        let taken = || DirectoryError::AliasExists(alias.as_str().into());
        let seen = self.global().alias_claim(alias.as_str()).cloned();
        if let Some(claim) = &seen
            && claim.account != account
            && (now.duration_since(claim.claimed) < CLAIM || self.is_borne_out(claim, alias).await?)
        {
            return Err(WriteError::Refused(taken()));
        }
        let written = self.global.write(|base| {
            let mut edit = GlobalEdit::new(base);
            let claim = edit.view().alias_claim(alias.as_str());
            let is_as_seen = claim == seen.as_ref();
            if !is_as_seen && claim.is_some_and(|claim| claim.account != account) {
                return Err(Refusal::Caller(taken()));
            }
            let claim = AliasClaim {
                account,
                claimed: now,
            };
            edit.put_alias(alias, &claim).map_err(Refusal::Unwritable)?;
            propose_global(edit, (), Vec::new(), Vec::new())
        });
        written.await.map_err(WriteError::from_lane)?;
        Ok(())
    }

    /// The account that has an alias.
    pub async fn account_of_alias(&self, alias: &AccountAlias) -> Result<Option<AccountId>, StorageError> {
        let Some(claim) = self.global().alias_claim(alias.as_str()).cloned() else {
            return Ok(None);
        };
        Ok(self.is_borne_out(&claim, alias).await?.then_some(claim.account))
    }

    async fn is_borne_out(&self, claim: &AliasClaim, alias: &AccountAlias) -> Result<bool, StorageError> {
        let account = self.account(claim.account).await?;
        Ok(account.is_some_and(|account| account.info().alias.as_ref() == Some(alias)))
    }
}
