//! Which statements an action concerns: found by hash, so that a decision touches no others.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::{Action, ActionTest, Policy};
use crate::fold;
use crate::truth::Truth;

/// The action of a request, prepared for many lookups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActionKey<'a> {
    pub(crate) text: &'a str,
    pub(crate) service: &'a str,
    pub(crate) name: &'a str,
    whole_hash: u64,
    service_hash: u64,
    /// The first characters of the name.
    head: u32,
}

impl<'a> ActionKey<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        // What has no service matches only what matches everything.
        let colon = memchr::memchr(b':', action.as_bytes());
        let service = action.get(..colon.unwrap_or(0)).unwrap_or_default();
        let name = action
            .get(colon.map_or(0, |colon| colon + 1)..)
            .unwrap_or_default();
        Self {
            text: action,
            service,
            name,
            whole_hash: fold::hash(action.as_bytes()),
            service_hash: fold::hash(service.as_bytes()),
            head: head(name),
        }
    }
}

/// The first four bytes of a name, folded; fewer are filled up.
fn head(name: &str) -> u32 {
    let mut bytes = [0; 4];
    for (to, from) in bytes.iter_mut().zip(name.as_bytes()) {
        *to = *from;
    }
    u32::from_le_bytes(bytes) | FOLD
}

/// As in [`fold::hash`]: setting this bit everywhere makes capitals and small letters alike.
const FOLD: u32 = 0x2020_2020;
/// The bytes of a head that the filter looks at: `Get*` and `Put*` are the commonest patterns there are.
const HEAD_FILTERED: u32 = 0x00ff_ffff;

/// The statements of a policy by action. What is asked first lies first, in the policy's first cache line.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Index {
    /// Whether any statement denies. If none does, the policy has nothing to add to an allow.
    pub(crate) denies: bool,
    /// A bit for every exact action, picked by its hash.
    exact_filter: u64,
    /// A bit for every service with patterns of names, picked by its hash and the patterns' first characters.
    head_filter: u64,
    /// A bit for every service with patterns that have too few characters before their first wildcard.
    service_filter: u64,
    /// Actions without wildcards, sorted by hash.
    exact: Box<[Entry]>,
    /// Patterns of names, sorted by their service's hash.
    patterns: Box<[PatternEntry]>,
    /// Statements that must be looked at for every action: `*`, `NotAction`, wildcards in the service.
    always: Box<[u16]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u32,
    statement: u16,
    action: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PatternEntry {
    service: u32,
    /// What a name has to begin with, where the mask has bits. Most names are told apart by that.
    head: u32,
    mask: u32,
    statement: u16,
    action: u16,
}

impl PatternEntry {
    fn new(service: u32, names: &str, statement: u16, action: u16) -> Self {
        let prefix = names
            .find(['*', '?'])
            .and_then(|end| names.get(..end))
            .unwrap_or(names);
        let mask = match prefix.len() {
            0 => 0,
            1 => 0xff,
            2 => 0xffff,
            3 => HEAD_FILTERED,
            _ => u32::MAX,
        };
        Self {
            service,
            head: head(prefix) & mask,
            mask,
            statement,
            action,
        }
    }
}

/// Numbers of statements in ascending order.
pub(crate) type Candidates = SmallVec<[u16; 32]>;

impl Index {
    /// Enters every statement: its number, whether it is about all but the listed actions, and the actions with
    /// their numbers.
    pub(super) fn build<'a>(
        statements: impl Iterator<Item = (u16, bool, std::ops::Range<u16>)>,
        action: impl Fn(u16) -> (&'a str, ActionTest),
    ) -> Self {
        let mut index = Self::default();
        let (mut exact, mut patterns, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (statement, not_action, actions) in statements {
            if not_action {
                always.push(statement);
                continue;
            }
            for number in actions {
                let (text, test) = action(number);
                match test {
                    ActionTest::Exact => {
                        let hash = fold::hash(text.as_bytes());
                        index.exact_filter |= bit(hash);
                        exact.push(Entry {
                            hash: high(hash),
                            statement,
                            action: number,
                        });
                    }
                    ActionTest::Names(_) => {
                        let (service, names) = text.split_once(':').unwrap_or_default();
                        let hash = fold::hash(service.as_bytes());
                        let entry = PatternEntry::new(high(hash), names, statement, number);
                        if entry.mask & HEAD_FILTERED == HEAD_FILTERED {
                            index.head_filter |= head_bit(hash, entry.head);
                        } else {
                            index.service_filter |= bit(hash);
                        }
                        patterns.push(entry);
                    }
                    ActionTest::Everything | ActionTest::Services(_) => {
                        if always.last() != Some(&statement) {
                            always.push(statement);
                        }
                    }
                    ActionTest::Nothing => {}
                }
            }
        }
        exact.sort_unstable();
        patterns.sort_unstable();
        index.exact = exact.into_boxed_slice();
        index.patterns = patterns.into_boxed_slice();
        index.always = always.into_boxed_slice();
        index
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.exact) + size_of_val(&*self.patterns) + size_of_val(&*self.always)
    }

    fn may_be_exact(&self, key: &ActionKey<'_>) -> bool {
        self.exact_filter & bit(key.whole_hash) != 0
    }

    fn may_fit_pattern(&self, key: &ActionKey<'_>) -> bool {
        self.service_filter & bit(key.service_hash) != 0
            || self.head_filter & head_bit(key.service_hash, key.head) != 0
    }

    /// Whether any statement may concern the action: a few bits of the policy say no to most.
    pub(crate) fn may_concern(&self, key: &ActionKey<'_>) -> bool {
        self.may_be_exact(key) || self.may_fit_pattern(key) || !self.always.is_empty()
    }
}

impl Policy {
    /// The statements whose action element matches. Where that is in doubt, those that deny.
    pub(crate) fn candidates(&self, key: &ActionKey<'_>, found: &mut Candidates) {
        found.clear();
        let index = &self.index;
        if index.may_be_exact(key) {
            let hash = high(key.whole_hash);
            for entry in equal_range(&index.exact, |entry| entry.hash.cmp(&hash)) {
                if self.confirms(entry.action, key) {
                    found.push(entry.statement);
                }
            }
        }
        if index.may_fit_pattern(key) {
            let hash = high(key.service_hash);
            for entry in equal_range(&index.patterns, |entry| entry.service.cmp(&hash)) {
                if key.head & entry.mask == entry.head && self.confirms(entry.action, key) {
                    found.push(entry.statement);
                }
            }
        }
        for number in &index.always {
            let Some(statement) = self.statements.get(usize::from(*number)) else {
                continue;
            };
            if self.statement_action(statement, key).holds(statement.deny) {
                found.push(*number);
            }
        }
        if found.len() > 1 {
            found.sort_unstable();
            found.dedup();
        }
    }

    /// Whether a statement's action element matches.
    pub(crate) fn statement_action(&self, statement: &super::Statement, key: &ActionKey<'_>) -> Truth {
        let run = statement.actions;
        let listed = Truth::any(
            run.of(&self.actions)
                .iter()
                .map(|action| self.matches_action(action, key)),
        );
        if !statement.not_action {
            return listed;
        }
        // Fails closed: an exception that is no action may be a misspelt one.
        let misspelt = |action: &Action| matches!(action.test, ActionTest::Nothing);
        if listed == Truth::No && run.of(&self.actions).iter().any(misspelt) {
            return Truth::Doubt;
        }
        !listed
    }

    /// Whether an action found by its hash really matches.
    fn confirms(&self, action: u16, key: &ActionKey<'_>) -> bool {
        self.actions
            .get(usize::from(action))
            .is_some_and(|action| self.matches_action(action, key) == Truth::Yes)
    }

    fn matches_action(&self, action: &Action, key: &ActionKey<'_>) -> Truth {
        let text = self.str(action.text);
        let folded = |number, name| {
            self.pattern(number)
                .is_some_and(|pattern| self.matches_folded(pattern, name))
        };
        match action.test {
            ActionTest::Everything => Truth::Yes,
            ActionTest::Exact => fold::same(text, key.text).into(),
            ActionTest::Names(names) => {
                let service = text.get(..key.service.len()).unwrap_or_default();
                let same =
                    fold::same(service, key.service) && text.as_bytes().get(service.len()) == Some(&b':');
                (same && folded(names, key.name)).into()
            }
            ActionTest::Services(service) => {
                if folded(service, key.service) && folded(service + 1, key.name) {
                    Truth::Doubt
                } else {
                    Truth::No
                }
            }
            ActionTest::Nothing => Truth::No,
        }
    }
}

/// The entries that are as searched for, in a list that is sorted that way.
fn equal_range<T>(entries: &[T], order: impl Fn(&T) -> Ordering) -> impl Iterator<Item = &T> {
    // A short list is gone through faster than it is bisected.
    let start = if entries.len() <= 8 {
        let first = entries.iter().position(|entry| order(entry).is_ge());
        first.unwrap_or(entries.len())
    } else {
        entries.partition_point(|entry| order(entry).is_lt())
    };
    let rest = entries.get(start..).unwrap_or_default();
    rest.iter().take_while(move |entry| order(entry).is_eq())
}

fn bit(hash: u64) -> u64 {
    1 << (hash & 63)
}

fn high(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn head_bit(service_hash: u64, head: u32) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (service_hash ^ u64::from(head & HEAD_FILTERED)).wrapping_mul(FACTOR);
    1 << (mixed >> 58)
}
