//! Account aliases, which are unique across accounts although each account's record keeps its own.
//!
//! An account first claims an alias in the global partition and then names it in its own record, where the
//! audit record belongs. The alias is in force when both agree. A claim that its account does not bear out,
//! because the second step never came or the alias was given up, can be taken over once it is older than any
//! request lives. So two accounts cannot come to hold one alias. Claims that an account has let lie go with its
//! next one, so that claiming one alias after the other does not fill the store.

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
        let own = self.account(account).await?;
        let in_force = own.as_ref().and_then(|account| account.info().alias.as_ref());
        let written = self.global.write(|base| {
            let mut edit = GlobalEdit::new(base);
            // Whatever would still bear an old claim out makes it anew first.
            let claims = base.claims_of(account);
            let given_up = claims.filter(|(_, claim)| now.duration_since(claim.claimed) >= CLAIM);
            for (name, _) in
                given_up.filter(|(name, _)| in_force.is_none_or(|alias| alias.as_str() != &***name))
            {
                edit.delete_alias(name);
            }
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
