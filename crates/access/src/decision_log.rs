//! The decisions of the recent past, by request id, so that a denial can be explained after the fact.
//!
//! Bounded by number and bytes; the oldest goes first. What is kept is the evidence, not its explanation: the
//! reasons are worked out when somebody asks.
//!
//! Of strangers, who need no key to be denied, so little is kept beside that they cannot crowd out anybody else's.
//!
//! Evidence keeps policies and sessions alive that may have been replaced since. Each of them is charged once,
//! however many decisions it was part of.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use lanyard_policy::ContextValue;
use parking_lot::Mutex;
use smallvec::SmallVec;

use crate::Evidence;
use crate::evidence::Shared;

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
    of_callers: Shelf,
    of_strangers: Shelf,
}

/// What is kept within limits of its own.
#[derive(Debug)]
struct Shelf {
    limits: DecisionLogLimits,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By request id. A request can take several decisions, and mostly takes one.
    by_id: HashMap<Arc<str>, SmallVec<[KeptDecision; 1]>>,
    oldest_first: VecDeque<Arc<str>>,
    /// How many decisions hold what they share with others, by its address.
    shared: HashMap<usize, usize, BuildHasherDefault<AddressHasher>>,
    bytes: usize,
}

#[derive(Debug)]
struct KeptDecision {
    evidence: Arc<Evidence>,
    /// How much it holds by itself. It is remembered, so that forgetting it need not read what nobody has read for long.
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
    /// Counts what a decision holds by itself and what only it holds.
    fn charge(&mut self, decision: &KeptDecision) {
        self.bytes = self.bytes.saturating_add(decision.bytes);
        for shared in decision.evidence.shared() {
            self.hold(&shared);
        }
    }

    fn hold(&mut self, shared: &Shared) {
        let holders = self.shared.entry(shared.address()).or_default();
        *holders = holders.saturating_add(1);
        if *holders == 1 {
            self.bytes = self.bytes.saturating_add(shared.memory());
            for part in shared.parts() {
                self.hold(&part);
            }
        }
    }

    fn discharge(&mut self, decision: &KeptDecision) {
        self.bytes = self.bytes.saturating_sub(decision.bytes);
        for shared in decision.evidence.shared() {
            self.release(&shared);
        }
    }

    fn release(&mut self, shared: &Shared) {
        let Some(holders) = self.shared.get_mut(&shared.address()) else {
            return;
        };
        *holders = holders.saturating_sub(1);
        if *holders == 0 {
            self.shared.remove(&shared.address());
            self.bytes = self.bytes.saturating_sub(shared.memory());
            for part in shared.parts() {
                self.release(&part);
            }
        }
    }

    /// Takes the oldest decision out, if there is any left.
    fn forget_oldest(&mut self) -> Option<KeptDecision> {
        let Entry::Occupied(mut found) = self.by_id.entry(self.oldest_first.pop_front()?) else {
            return None;
        };
        let oldest = if found.get().len() > 1 {
            found.get_mut().remove(0)
        } else {
            found.remove().pop()?
        };
        self.discharge(&oldest);
        Some(oldest)
    }
}

/// What is kept of strangers, as a part of what is kept of callers.
const STRANGERS_SHARE: usize = 8;

/// A request does not take more decisions than this that would be worth keeping.
const DECISIONS_PER_REQUEST_MAX: usize = 8;

impl DecisionLog {
    /// An empty log.
    pub fn new(limits: DecisionLogLimits) -> Self {
        let share = DecisionLogLimits {
            decisions_max: limits.decisions_max / STRANGERS_SHARE,
            bytes_max: limits.bytes_max / STRANGERS_SHARE,
        };
        Self {
            of_callers: Shelf::new(limits),
            of_strangers: Shelf::new(share),
        }
    }

    /// Keeps the evidence of a decision under the id of its request.
    pub fn record(&self, request_id: &str, evidence: Evidence) {
        let shelf = if evidence.caller.is_stranger() {
            &self.of_strangers
        } else {
            &self.of_callers
        };
        shelf.record(request_id, evidence);
    }

    /// The decisions that were taken for a request, in their order; empty if none is kept (any more).
    pub fn find(&self, request_id: &str) -> Vec<Arc<Evidence>> {
        let mut found = self.of_callers.find(request_id);
        if found.is_empty() {
            found = self.of_strangers.find(request_id);
        }
        found
    }

    /// How many decisions are kept.
    pub fn len(&self) -> usize {
        self.of_callers.len().saturating_add(self.of_strangers.len())
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Shelf {
    fn new(limits: DecisionLogLimits) -> Self {
        Self {
            limits,
            kept: Mutex::default(),
        }
    }

    fn record(&self, request_id: &str, evidence: Evidence) {
        let id: Arc<str> = request_id.into();
        let decision = KeptDecision {
            bytes: bytes_of(&id, &evidence),
            evidence: Arc::new(evidence),
        };
        // What is forgotten is dropped only after others can go on.
        let mut forgotten: SmallVec<[KeptDecision; 2]> = SmallVec::new();
        let mut kept = self.kept.lock();
        let already = kept.by_id.get(&id).map_or(0, SmallVec::len);
        if already >= DECISIONS_PER_REQUEST_MAX {
            return;
        }
        kept.charge(&decision);
        kept.by_id.entry(Arc::clone(&id)).or_default().push(decision);
        kept.oldest_first.push_back(id);
        while kept.oldest_first.len() > self.limits.decisions_max || kept.bytes > self.limits.bytes_max {
            match kept.forget_oldest() {
                Some(oldest) => forgotten.push(oldest),
                None => break,
            }
        }
        drop(kept);
        drop(forgotten);
    }

    fn find(&self, request_id: &str) -> Vec<Arc<Evidence>> {
        let kept = self.kept.lock();
        let decisions = kept.by_id.get(request_id).into_iter().flatten();
        decisions.map(|decision| Arc::clone(&decision.evidence)).collect()
    }

    fn len(&self) -> usize {
        self.kept.lock().oldest_first.len()
    }
}

/// About how much memory evidence holds by itself, its identity and its lists of policies included.
fn bytes_of(request_id: &str, evidence: &Evidence) -> usize {
    const LUMP: usize = 800;
    const PER_KEY: usize = 64;
    let text = |value: &ContextValue| match value {
        ContextValue::Single(text) => text.as_str().len(),
        ContextValue::Many(texts) => texts.iter().map(|text| text.as_str().len() + 24).sum(),
        ContextValue::Unknown => 0,
    };
    let context: usize = evidence
        .context
        .iter()
        .map(|(name, value)| name.len() + text(value) + PER_KEY)
        .sum();
    LUMP + request_id.len() + evidence.action.len() + evidence.resource.len() + context
}
