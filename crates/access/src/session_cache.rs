//! Opened session tokens, by the hash of the token: opening one costs a derivation, a decryption and compiling
//! its session policy, and a client sends the same one with every request.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::Session;

/// The hash of a session token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(hash)
    }
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<TokenHash, Arc<Session>> for ByBytes {
    fn weight(&self, _: &TokenHash, session: &Arc<Session>) -> u64 {
        session.memory() as u64
    }
}

const CACHE_BYTES: u64 = 16 << 20;
const SESSION_BYTES_TYPICAL: u64 = 1_500;

/// A bounded cache of opened tokens. A session in it may have expired or been revoked: that is checked on every
/// request.
pub(crate) struct SessionCache(Cache<TokenHash, Arc<Session>, ByBytes>);

impl SessionCache {
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(
            (CACHE_BYTES / SESSION_BYTES_TYPICAL) as usize,
            CACHE_BYTES,
            ByBytes,
        ))
    }

    pub(crate) fn get(&self, hash: &TokenHash) -> Option<Arc<Session>> {
        self.0.get(hash)
    }

    pub(crate) fn keep(&self, hash: TokenHash, session: &Arc<Session>) {
        self.0.insert(hash, Arc::clone(session));
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

impl std::fmt::Debug for SessionCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionCache")
            .field("len", &self.0.len())
            .finish()
    }
}
