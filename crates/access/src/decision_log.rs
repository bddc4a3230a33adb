//! The decisions of the recent past, by request id, so that a denial can be explained after the fact.
//!
//! Bounded by number and bytes; the oldest goes first. What is kept is the evidence, not its explanation: the
//! reasons are worked out when somebody asks.

use std::collections::{HashMap, VecDeque};
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
    oldest_first: VecDeque<(Arc<str>, usize)>,
    bytes: usize,
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
        let bytes = bytes_of(&evidence).saturating_add(id.len());
        if bytes > self.limits.bytes_max {
            return;
        }
        let mut kept = self.kept.lock();
        let decisions = kept.by_id.entry(Arc::clone(&id)).or_default();
        if decisions.len() >= DECISIONS_PER_REQUEST_MAX {
            return;
        }
        decisions.push(Arc::new(evidence));
        kept.bytes = kept.bytes.saturating_add(bytes);
        kept.oldest_first.push_back((id, bytes));
        while kept.oldest_first.len() > self.limits.decisions_max || kept.bytes > self.limits.bytes_max {
            let Some((oldest, bytes)) = kept.oldest_first.pop_front() else {
                break;
            };
            kept.bytes = kept.bytes.saturating_sub(bytes);
            if let Some(decisions) = kept.by_id.get_mut(&oldest) {
                if decisions.len() > 1 {
                    decisions.remove(0);
                } else {
                    kept.by_id.remove(&oldest);
                }
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

/// About how much memory evidence holds by itself. Policies and identities are shared with the snapshots and
/// counted with a lump sum, for those that have been replaced since.
fn bytes_of(evidence: &Evidence) -> usize {
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
    LUMP + evidence.action.len() + evidence.resource.len() + context
}
