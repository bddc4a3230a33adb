//! Claims of a signature that is not over a request: the policy of a browser's form.
//!
//! The same checks of key, session, expiry and revocation as for a request, in the same order; only what was signed
//! is another's business, and it gets to see nothing but the derived key.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::Account;
use lanyard_names::AccessKeyId;
use lanyard_sigv4::{AuthError, SigningKey};

use crate::authenticate::is_region;
use crate::proven::Proven;
use crate::signing_cache::{Scope, Signatory};
use crate::{AuthenticationError, Authenticator, Caller, InvalidCredentials};

/// Who claims to have signed, and under which scope.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The id of the access key.
    pub access_key_id: &'a str,
    /// The day of the scope: `20260131`.
    pub date: &'a str,
    /// The region of the scope.
    pub region: &'a str,
    /// The service of the scope. That it is the right one is for the caller to check, as is the time of the claim.
    pub service: &'a str,
    /// The session token, for temporary credentials.
    pub session_token: Option<&'a str>,
}

impl Authenticator {
    /// Everything that can be checked of a claim but its signature.
    pub async fn identify_claim<'a>(
        &'a self,
        claim: &Claim<'a>,
        now: Timestamp,
    ) -> Result<Claimed<'a>, AuthenticationError> {
        if !is_region(claim.region) {
            return Err(AuthError::SignatureDoesNotMatch.into());
        }
        let key = AccessKeyId::parse(claim.access_key_id).map_err(|_| InvalidCredentials::MalformedKeyId)?;
        let scope = Scope::new(key, claim.date, claim.region, claim.service);
        let (signatory, account) = self.signatory(key, scope, claim.session_token, now).await?;
        Ok(Claimed {
            authenticator: self,
            claim: *claim,
            now,
            signatory,
            account,
        })
    }
}

/// Somebody who may well be who they claim to be: everything but the signature has been checked.
#[must_use = "nobody is proven yet"]
pub struct Claimed<'a> {
    authenticator: &'a Authenticator,
    claim: Claim<'a>,
    now: Timestamp,
    signatory: Arc<Signatory>,
    account: Arc<Account>,
}

impl Claimed<'_> {
    /// The snapshot of the account in which the key was found.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// Gives the caller, if `verify` finds that what was signed was signed with this key.
    pub fn verify(
        self,
        verify: impl FnOnce(&SigningKey) -> Result<(), AuthError>,
    ) -> Result<Caller, AuthenticationError> {
        verify(&self.signatory.signing_key)?;
        Proven {
            directory: self.authenticator.directory(),
            ages: &self.authenticator.ages,
            account: &self.account,
            identity: &self.signatory.identity,
            has_token: self.claim.session_token.is_some(),
            now: self.now,
            service: self.claim.service,
            region: self.claim.region,
        }
        .caller()
    }
}

impl std::fmt::Debug for Claimed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claimed")
            .field("access_key_id", &self.claim.access_key_id)
            .finish_non_exhaustive()
    }
}
