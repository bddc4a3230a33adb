//! Derived signing keys and who signs with them: what every request of a busy client needs and what takes longest
//! to make anew.
//!
//! Invariant: an entry is used only together with what it was made from, found again in the current snapshot on
//! each request: the very record of the access key (or the very token), and the very record of the user or role.
//! A changed record is another record, so nothing has to be thrown out when something changes.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use lanyard_directory::{AccessKey, Account};
use lanyard_names::AccessKeyId;
use lanyard_sigv4::{SignedRequest, SigningKey};
use quick_cache::Equivalent;
use quick_cache::sync::Cache;

use crate::Identity;
use crate::session_cache::TokenHash;

/// Whoever signs with a key.
#[derive(Debug)]
pub(crate) struct Signatory {
    pub(crate) signing_key: SigningKey,
    pub(crate) identity: Arc<Identity>,
    pub(crate) proof: Proof,
}

/// What a signing key was derived from.
#[derive(Debug)]
pub(crate) enum Proof {
    Key(Arc<AccessKey>),
    Token(TokenHash),
}

impl Proof {
    pub(crate) fn is_key(&self, key: &Arc<AccessKey>) -> bool {
        // The entry keeps its record alive, so no other record can have its address.
        matches!(self, Self::Key(known) if Arc::ptr_eq(known, key))
    }

    pub(crate) fn is_token(&self, hash: &TokenHash) -> bool {
        matches!(self, Self::Token(known) if known == hash)
    }
}

/// For which key and which day, region and service a signing key is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'a> {
    key: AccessKeyId,
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

impl<'a> Scope<'a> {
    pub(crate) fn of(key: AccessKeyId, signed: &'a SignedRequest<'_>) -> Self {
        Self::new(key, signed.date(), signed.region(), signed.service())
    }

    pub(crate) fn new(key: AccessKeyId, date: &'a str, region: &'a str, service: &'a str) -> Self {
        Self {
            key,
            date,
            region,
            service,
        }
    }

    pub(crate) fn derive(&self, secret: &str) -> SigningKey {
        SigningKey::derive(secret, self.date, self.region, self.service)
    }

    fn parts(&self) -> (AccessKeyId, &str, &str, &str) {
        (self.key, self.date, self.region, self.service)
    }
}

#[derive(Clone, Debug)]
struct KeptScope {
    key: AccessKeyId,
    date: Box<str>,
    region: Box<str>,
    service: Box<str>,
}

impl KeptScope {
    fn as_scope(&self) -> Scope<'_> {
        Scope {
            key: self.key,
            date: &self.date,
            region: &self.region,
            service: &self.service,
        }
    }
}

// A scope that is kept and one that is looked up must hash and compare alike.
impl Hash for Scope<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl Hash for KeptScope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_scope().hash(state);
    }
}

impl PartialEq for KeptScope {
    fn eq(&self, other: &Self) -> bool {
        self.as_scope().parts() == other.as_scope().parts()
    }
}

impl Eq for KeptScope {}

impl Equivalent<KeptScope> for Scope<'_> {
    fn equivalent(&self, kept: &KeptScope) -> bool {
        self.parts() == kept.as_scope().parts()
    }
}

/// A key used in one region for one service has two entries around midnight, otherwise one.
const ENTRIES_MAX: usize = 10_000;

pub(crate) struct SigningCache(Cache<KeptScope, Arc<Signatory>>);

impl SigningCache {
    pub(crate) fn new() -> Self {
        Self(Cache::new(ENTRIES_MAX))
    }

    /// The signatory of a scope, if it was made from this proof and for the state of its entity in this snapshot.
    pub(crate) fn find(
        &self,
        scope: &Scope<'_>,
        account: &Account,
        is_proven: impl FnOnce(&Proof) -> bool,
    ) -> Option<Arc<Signatory>> {
        let known = self.0.get(scope)?;
        (is_proven(&known.proof) && known.identity.entity.is_in(account)).then_some(known)
    }

    pub(crate) fn keep(&self, scope: &Scope<'_>, signatory: &Arc<Signatory>) {
        let kept = KeptScope {
            key: scope.key,
            date: scope.date.into(),
            region: scope.region.into(),
            service: scope.service.into(),
        };
        self.0.insert(kept, Arc::clone(signatory));
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

impl std::fmt::Debug for SigningCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningCache")
            .field("len", &self.0.len())
            .finish()
    }
}
