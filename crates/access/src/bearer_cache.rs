//! Bearer keys that were worked out, kept because each costs an unsealing and two HMACs.
//!
//! Invariant: as with signing keys, an entry serves only together with the very records it was made from.

use std::sync::Arc;

use lanyard_directory::AccessKey;
use lanyard_names::AccessKeyId;
use quick_cache::sync::Cache;
use zeroize::Zeroizing;

use crate::Identity;

/// How many keys' proofs are kept.
const ENTRIES_MAX: usize = 1_000;

/// A bearer key that was worked out, for one state of its access key and of whom it belongs to.
pub(crate) struct Known {
    pub(crate) key: Arc<AccessKey>,
    pub(crate) ask: Zeroizing<Vec<u8>>,
    pub(crate) be: Zeroizing<Vec<u8>>,
    pub(crate) identity: Arc<Identity>,
}

/// Bearer keys that were worked out.
pub(crate) struct BearerCache(pub(crate) Cache<AccessKeyId, Arc<Known>>);

impl BearerCache {
    pub(crate) fn new() -> Self {
        Self(Cache::new(ENTRIES_MAX))
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }
}

impl std::fmt::Debug for BearerCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BearerCache").field("len", &self.0.len()).finish()
    }
}
