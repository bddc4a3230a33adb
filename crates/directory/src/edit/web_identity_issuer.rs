//! The account as an issuer of web identity tokens.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lanyard_names::IssuerId;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::record::{Record, TokenKey, WebIdentityIssuer};

/// How long a key is shown after it has signed its last token: longer than a token lives, and longer than those who
/// verify tokens keep what they fetched.
const SHOWN: SignedDuration = SignedDuration::from_hours(24);
/// The most keys that are shown.
const KEYS_MAX: usize = 16;

/// What an account begins with that is to issue web identity tokens.
#[derive(Clone, Debug)]
pub struct NewWebIdentityIssuer {
    /// Its id, freshly drawn for this account.
    pub id: IssuerId,
    /// Its first keys.
    pub keys: Vec<TokenKey>,
}

impl AccountEdit {
    /// Lets the account issue web identity tokens. One that did so before goes on with the id and the keys it had.
    pub fn enable_web_identity_issuer(
        &mut self,
        new: NewWebIdentityIssuer,
    ) -> Result<Arc<WebIdentityIssuer>, DirectoryError> {
        if new.id.account() != self.account.id() {
            return Err(DirectoryError::IdExists(new.id.to_string().into()));
        }
        let issuer = match self.account.web_identity_issuer() {
            Some(issuer) if issuer.is_enabled => return Err(DirectoryError::WebIdentityIssuerEnabled),
            Some(issuer) => WebIdentityIssuer {
                is_enabled: true,
                ..WebIdentityIssuer::clone(issuer)
            },
            None => WebIdentityIssuer {
                id: new.id,
                is_enabled: true,
                keys: new.keys,
            },
        };
        Ok(self.put_web_identity_issuer(issuer))
    }

    /// Lets the account issue no more web identity tokens.
    pub fn disable_web_identity_issuer(&mut self) -> Result<(), DirectoryError> {
        let mut issuer = WebIdentityIssuer::clone(self.enabled_issuer()?);
        issuer.is_enabled = false;
        self.put_web_identity_issuer(issuer);
        Ok(())
    }

    /// Lets a new key sign from now on in place of the one of its algorithm, and forgets keys that have signed
    /// nothing for long.
    pub fn rotate_token_key(
        &mut self,
        key: TokenKey,
        now: Timestamp,
    ) -> Result<Arc<WebIdentityIssuer>, DirectoryError> {
        let mut issuer = WebIdentityIssuer::clone(self.enabled_issuer()?);
        let of_algorithm = issuer.keys.iter_mut();
        for kept in of_algorithm.filter(|kept| kept.algorithm == key.algorithm) {
            kept.retired.get_or_insert(now);
        }
        let is_shown = |retired: Timestamp| now.duration_since(retired) <= SHOWN;
        issuer.keys.retain(|kept| kept.retired.is_none_or(is_shown));
        while issuer.keys.len() >= KEYS_MAX
            && let Some(place) = issuer.keys.iter().position(|kept| kept.retired.is_some())
        {
            issuer.keys.remove(place);
        }
        issuer.keys.push(key);
        Ok(self.put_web_identity_issuer(issuer))
    }

    fn enabled_issuer(&self) -> Result<&Arc<WebIdentityIssuer>, DirectoryError> {
        let issuer = self.account.web_identity_issuer();
        issuer
            .filter(|issuer| issuer.is_enabled)
            .ok_or(DirectoryError::WebIdentityIssuerDisabled)
    }

    fn put_web_identity_issuer(&mut self, issuer: WebIdentityIssuer) -> Arc<WebIdentityIssuer> {
        let issuer = Arc::new(issuer);
        self.put(Record::WebIdentityIssuer(Arc::clone(&issuer)));
        issuer
    }
}
