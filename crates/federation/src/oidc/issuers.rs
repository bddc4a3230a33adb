//! The keys of issuers, kept while they are good.
//!
//! Keys are used for a while without asking, then while they are asked for again, and for some time when asking fails:
//! an issuer that is down for an hour stops nobody, and a key that it withdrew is not used for longer than that. A key
//! that is not known is asked for at once, but not again and again: between two fetches for one issuer there is a pause,
//! whoever asks, and all who ask meanwhile wait for the same fetch.
//!
//! Invariant: however many tokens come, an issuer is fetched from at most once in a pause; what is kept is bounded in
//! bytes, and so is how much is fetched at a time: for all accounts, and for each, so that one whose issuers hang does
//! not keep the others from theirs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use lanyard_names::AccountId;
use parking_lot::Mutex;
use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::sync::watch;
use tokio::time::Instant;

use super::documents::{IssuerId, KeySource};
use super::jwk::{Key, KeySet};
use super::jws::Header;
use super::{OidcError, OidcSettings};

/// More issuers are not asked at the same time.
const FETCHES_MAX: usize = 64;

/// More issuers are not asked at the same time for one account.
const FETCHES_OF_ONE_ACCOUNT_MAX: usize = 8;

/// What an entry takes beside its keys.
const ENTRY_BYTES: u64 = 1024;

/// The keys of issuers.
pub(super) struct Issuers {
    shared: Arc<Shared>,
}

struct Shared {
    source: Box<dyn KeySource>,
    known: Cache<IssuerId, Arc<Known>, Weight>,
    fetches: Mutex<HashMap<IssuerId, Fetch>>,
    fetch_time_max: Duration,
    fresh: Duration,
    stale: Duration,
    pause: Duration,
}

/// A fetch that is under way.
struct Fetch {
    /// For whom it was begun.
    account: AccountId,
    done: watch::Receiver<Option<Arc<Known>>>,
}

/// What came of the last fetch, and the last keys that there were.
struct Known {
    keys: Option<(Arc<KeySet>, Instant)>,
    tried: Instant,
    failure: Option<OidcError>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<IssuerId, Arc<Known>> for Weight {
    fn weight(&self, id: &IssuerId, known: &Arc<Known>) -> u64 {
        let keys = known.keys.as_ref().map_or(0, |(keys, _)| keys.bytes());
        ENTRY_BYTES + (id.issuer.len() + 20 * id.thumbprints.len() + keys) as u64
    }
}

impl Issuers {
    pub(super) fn new(source: impl KeySource, settings: &OidcSettings) -> Self {
        let bytes_max = settings.cache_bytes_max as u64;
        let options = OptionsBuilder::new()
            // One: so that what fits in all of it fits.
            .shards(1)
            .weight_capacity(bytes_max)
            .estimated_items_capacity(usize::try_from(bytes_max / (4 * ENTRY_BYTES)).unwrap_or(1).max(1))
            .build();
        let known = match options {
            Ok(options) => {
                Cache::with_options(options, Weight, DefaultHashBuilder::default(), Default::default())
            }
            Err(_) => Cache::with_weighter(1, bytes_max, Weight),
        };
        Self {
            shared: Arc::new(Shared {
                source: Box::new(source),
                known,
                fetches: Mutex::default(),
                fetch_time_max: settings.fetch_time_max,
                fresh: settings.fresh,
                stale: settings.stale,
                pause: settings.pause,
            }),
        }
    }

    /// The issuer's key that a token says it is signed with; the account is whose provider the issuer is.
    pub(super) async fn key(
        &self,
        id: IssuerId,
        header: &Header,
        account: AccountId,
    ) -> Result<Arc<Key>, OidcError> {
        let shared = &self.shared;
        if let Some(known) = shared.known.get(&id) {
            let usable = known.keys_at(Instant::now(), shared.stale);
            if let Some(key) = usable.and_then(|keys| keys.find(header)) {
                if known.is_due(shared.fresh, shared.pause) {
                    // Nobody waits for it; if it cannot be begun, the next one tries.
                    let _ = shared.begin(&id, account);
                }
                return Ok(key);
            }
            if known.tried.elapsed() < shared.pause {
                return Err(known.refusal(usable.is_some()));
            }
        }
        let known = shared.fetched(&id, account).await?;
        let usable = known.keys_at(Instant::now(), shared.stale);
        let key = usable.and_then(|keys| keys.find(header));
        key.ok_or_else(|| known.refusal(usable.is_some()))
    }
}

impl Known {
    fn keys_at(&self, now: Instant, stale: Duration) -> Option<&Arc<KeySet>> {
        let (keys, fetched) = self.keys.as_ref()?;
        (now.duration_since(*fetched) < stale).then_some(keys)
    }

    fn is_due(&self, fresh: Duration, pause: Duration) -> bool {
        let is_old = self
            .keys
            .as_ref()
            .is_none_or(|(_, fetched)| fetched.elapsed() >= fresh);
        is_old && self.tried.elapsed() >= pause
    }

    fn refusal(&self, has_keys: bool) -> OidcError {
        match &self.failure {
            Some(failure) if !has_keys => failure.clone(),
            _ => OidcError::UnknownKey,
        }
    }
}

impl Shared {
    /// What a fetch brings that is under way, or that is begun now.
    async fn fetched(self: &Arc<Self>, id: &IssuerId, account: AccountId) -> Result<Arc<Known>, OidcError> {
        let mut fetch = self.begin(id, account)?;
        let abandoned = || OidcError::Unreachable {
            reason: "the fetch was abandoned".to_owned(),
        };
        let known = fetch.wait_for(Option::is_some).await.map_err(|_| abandoned())?;
        known.clone().ok_or_else(abandoned)
    }

    /// Begins a fetch, unless one is under way. It goes on when those who asked for it have gone.
    fn begin(
        self: &Arc<Self>,
        id: &IssuerId,
        account: AccountId,
    ) -> Result<watch::Receiver<Option<Arc<Known>>>, OidcError> {
        let mut fetches = self.fetches.lock();
        if let Some(fetch) = fetches.get(id) {
            return Ok(fetch.done.clone());
        }
        let of_account = fetches.values().filter(|fetch| fetch.account == account).count();
        if fetches.len() >= FETCHES_MAX || of_account >= FETCHES_OF_ONE_ACCOUNT_MAX {
            return Err(OidcError::Unreachable {
                reason: "too many issuers are asked already".to_owned(),
            });
        }
        let (done, fetch) = watch::channel(None);
        let under_way = Fetch {
            account,
            done: fetch.clone(),
        };
        fetches.insert(id.clone(), under_way);
        drop(fetches);
        let under_way = UnderWay {
            shared: Arc::clone(self),
            id: id.clone(),
        };
        tokio::spawn(async move {
            let known = under_way.shared.fetch(&under_way.id).await;
            done.send_replace(Some(known));
        });
        Ok(fetch)
    }

    async fn fetch(&self, id: &IssuerId) -> Arc<Known> {
        let fetching = tokio::time::timeout(self.fetch_time_max, self.source.fetch(id.clone()));
        let fetched = fetching.await.unwrap_or(Err(OidcError::TimedOut));
        let now = Instant::now();
        let known = match fetched {
            Ok(keys) => Known {
                keys: Some((Arc::new(keys), now)),
                tried: now,
                failure: None,
            },
            Err(failure) => {
                tracing::warn!(issuer = %id.issuer, reason = reason(&failure), "an issuer's keys could not be had");
                let before = self.known.get(id);
                Known {
                    keys: before.and_then(|before| before.keys.clone()),
                    tried: now,
                    failure: Some(failure),
                }
            }
        };
        let known = Arc::new(known);
        self.known.insert(id.clone(), Arc::clone(&known));
        known
    }
}

fn reason(failure: &OidcError) -> String {
    match failure {
        OidcError::Unreachable { reason } => reason.clone(),
        failure => failure.to_string(),
    }
}

/// A fetch that is under way; it is no longer when this goes, however it goes.
struct UnderWay {
    shared: Arc<Shared>,
    id: IssuerId,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.shared.fetches.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests;
