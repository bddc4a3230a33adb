//! The condition keys of one policy, looked up in the catalogue once each.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use lanyard_catalogue::{ConditionKey, catalogue};

/// More different keys of one policy are not looked up: no policy that AWS takes has so many.
const KEYS_MAX: usize = 1_000;

/// What the catalogue says of a key.
#[derive(Clone, Copy)]
pub(crate) enum Known {
    As(&'static ConditionKey),
    Unknown,
    /// It was not asked.
    Unasked,
}

impl Known {
    pub(crate) fn key(self) -> Option<&'static ConditionKey> {
        match self {
            Self::As(key) => Some(key),
            Self::Unknown | Self::Unasked => None,
        }
    }
}

/// The keys that were looked up.
#[derive(Default)]
pub(crate) struct KnownKeys {
    found: RefCell<HashMap<String, Option<&'static ConditionKey>>>,
}

impl KnownKeys {
    pub(crate) fn find(&self, key: &str) -> Known {
        let mut found = self.found.borrow_mut();
        if let Some(known) = found.get(key) {
            return known.map_or(Known::Unknown, Known::As);
        }
        if found.len() >= KEYS_MAX {
            return Known::Unasked;
        }
        let known = catalogue().condition_key(key);
        found.insert(key.to_owned(), known);
        known.map_or(Known::Unknown, Known::As)
    }
}

/// Whether requests to any service can carry a key.
pub(super) fn is_global(key: &ConditionKey) -> bool {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let names = || catalogue().global_condition_keys().iter().map(ConditionKey::name);
    NAMES.get_or_init(|| names().collect()).contains(key.name())
}

/// The names of all keys with a prefix, in any case of its letters.
pub(super) fn with_prefix(prefix: &str) -> &'static [&'static str] {
    static NAMES: OnceLock<HashMap<String, Vec<&'static str>>> = OnceLock::new();
    let by_prefix = NAMES.get_or_init(|| {
        let of_services = catalogue()
            .services()
            .iter()
            .flat_map(|service| service.condition_keys());
        let mut names: HashMap<String, Vec<&'static str>> = HashMap::new();
        for key in of_services.chain(catalogue().global_condition_keys()) {
            if let Some((prefix, _)) = key.name().split_once(':') {
                names
                    .entry(prefix.to_ascii_lowercase())
                    .or_default()
                    .push(key.name());
            }
        }
        names
    });
    by_prefix
        .get(&prefix.to_ascii_lowercase())
        .map_or(&[], Vec::as_slice)
}
