//! The decisions of the recent past, by request id, so that a denial can be explained after the fact.
//!
//! Bounded by number and bytes; the oldest goes first. What is kept is the evidence, not its explanation: the
//! reasons are worked out when somebody asks.
//!
//! Evidence keeps policies and sessions alive that may have been replaced since. Each of them is charged once,
//! however many decisions it was part of.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use lanyard_policy::ContextValue;
use parking_lot::Mutex;

use crate::Evidence;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct DecisionLogLimits {
    /// At most so many decisions.
    pub decisions_max: usize,
    /// At most about so many bytes.
    pub bytes_max: usize,
}

impl Default for DecisionLogLimits {
    fn default() -> Self {
        Self {
            decisions_max: 10_000,
            bytes_max: 16 << 20,
        }
    }
}

/// Recent decisions.
#[derive(Debug)]
pub struct DecisionLog {
    limits: DecisionLogLimits,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By request id. A request can take several decisions.
    by_id: HashMap<Arc<str>, Vec<Arc<Evidence>>>,
    oldest_first: VecDeque<Arc<str>>,
    /// How many decisions hold what they share with others, by its address.
    shared: HashMap<usize, usize, BuildHasherDefault<AddressHasher>>,
    bytes: usize,
}

/// Hashes addresses, which nobody outside chooses: a denial looks up each of its policies.
#[derive(Debug, Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        // An odd number spreads the low bits, which are alike in addresses, over the high ones; the table reads both.
        let product = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ (product >> 32);
    }
}

impl Kept {
    fn charge(&mut self, request_id: &str, evidence: &Evidence) {
        let mut bytes = bytes_of(request_id, evidence);
        for (address, size) in evidence.shared() {
            let holders = self.shared.entry(address).or_default();
            *holders = holders.saturating_add(1);
            if *holders == 1 {
                bytes = bytes.saturating_add(size);
            }
        }
        self.bytes = self.bytes.saturating_add(bytes);
    }

    fn discharge(&mut self, request_id: &str, evidence: &Evidence) {
        let mut bytes = bytes_of(request_id, evidence);
        for (address, size) in evidence.shared() {
            let Some(holders) = self.shared.get_mut(&address) else {
                continue;
            };
            *holders = holders.saturating_sub(1);
            if *holders == 0 {
                self.shared.remove(&address);
                bytes = bytes.saturating_add(size);
            }
        }
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    fn forget_oldest(&mut self) -> bool {
        let Some(id) = self.oldest_first.pop_front() else {
            return false;
        };
        let Some(decisions) = self.by_id.get_mut(&id) else {
            return true;
        };
        let oldest = (!decisions.is_empty()).then(|| decisions.remove(0));
        if decisions.is_empty() {
            self.by_id.remove(&id);
        }
        if let Some(oldest) = oldest {
            self.discharge(&id, &oldest);
        }
        true
    }
}

/// A request does not take more decisions than this that would be worth keeping.
const DECISIONS_PER_REQUEST_MAX: usize = 8;

impl DecisionLog {
    /// An empty log.
    pub fn new(limits: DecisionLogLimits) -> Self {
        Self {
            limits,
            kept: Mutex::default(),
        }
    }

    /// Keeps the evidence of a decision under the id of its request.
    pub fn record(&self, request_id: &str, evidence: Evidence) {
        let id: Arc<str> = request_id.into();
        let mut kept = self.kept.lock();
        let decisions = kept.by_id.entry(Arc::clone(&id)).or_default();
        if decisions.len() >= DECISIONS_PER_REQUEST_MAX {
            return;
        }
        let evidence = Arc::new(evidence);
        decisions.push(Arc::clone(&evidence));
        kept.charge(&id, &evidence);
        kept.oldest_first.push_back(id);
        while kept.oldest_first.len() > self.limits.decisions_max || kept.bytes > self.limits.bytes_max {
            if !kept.forget_oldest() {
                break;
            }
        }
    }

    /// The decisions that were taken for a request, in their order; empty if none is kept (any more).
    pub fn find(&self, request_id: &str) -> Vec<Arc<Evidence>> {
        self.kept
            .lock()
            .by_id
            .get(request_id)
            .cloned()
            .unwrap_or_default()
    }

    /// How many decisions are kept.
    pub fn len(&self) -> usize {
        self.kept.lock().oldest_first.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// About how much memory evidence holds by itself, its identity and its lists of policies included.
fn bytes_of(request_id: &str, evidence: &Evidence) -> usize {
    const LUMP: usize = 800;
    const PER_KEY: usize = 64;
    let text = |value: &ContextValue| match value {
        ContextValue::Single(text) => text.as_str().len(),
        ContextValue::Many(texts) => texts.iter().map(|text| text.as_str().len() + 24).sum(),
    };
    let context: usize = evidence
        .context
        .iter()
        .map(|(name, value)| name.len() + text(value) + PER_KEY)
        .sum();
    LUMP + request_id.len() + evidence.action.len() + evidence.resource.len() + context
}
