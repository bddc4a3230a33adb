//! Which statements an action concerns: found by hash, so that a decision touches no others.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::{Action, ActionTest, Policy};
use crate::colon;
use crate::fold;
use crate::truth::Truth;

/// The action of a request, prepared for many lookups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActionKey<'a> {
    pub(crate) text: &'a str,
    pub(crate) service: &'a str,
    pub(crate) name: &'a str,
    action: u32,
    service_hash: u32,
    head: u32,
    bits: Bits,
}

/// The bits that an action has in the filters of policies.
#[derive(Debug, Clone, Copy)]
struct Bits {
    service: u64,
    exact: u64,
    head: u64,
}

impl<'a> ActionKey<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        // What has no service matches only what matches everything.
        let (service, name) = action
            .split_at_checked(colon::first(action).unwrap_or(0))
            .unwrap_or_default();
        let name = name.strip_prefix(':').unwrap_or(name);
        let service_hash = fold::hash(service.as_bytes());
        let whole_hash = fold::join(service_hash, fold::hash(name.as_bytes()));
        let head = head(name);
        Self {
            text: action,
            service,
            name,
            action: high(whole_hash),
            service_hash: high(service_hash),
            head,
            bits: Bits {
                service: bit(service_hash),
                exact: exact_bits(whole_hash),
                head: head_bit(service_hash, head),
            },
        }
    }
}

/// The first four bytes of a name, folded; fewer are filled up.
fn head(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let first = match bytes.first_chunk::<4>() {
        Some(first) => *first,
        None => {
            let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
            [byte(0), byte(1), byte(2), 0]
        }
    };
    u32::from_le_bytes(first) | FOLD
}

/// As in [`fold::hash`]: setting this bit everywhere makes capitals and small letters alike.
const FOLD: u32 = 0x2020_2020;
/// The bytes of a head that the filter looks at: `Get*` and `Put*` are the commonest patterns there are.
const HEAD_FILTERED: u32 = 0x00ff_ffff;

/// The statements of a policy by action. What is asked first lies first, in the policy's first cache line.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Index {
    filter: Filter,
    /// Whether any statement denies. If none does, the policy has nothing to add to an allow.
    pub(crate) denies: bool,
    /// Actions without wildcards, sorted by hash.
    exact: Box<[Entry]>,
    /// Patterns of names, sorted by their service's hash.
    patterns: Box<[PatternEntry]>,
    /// Statements that must be looked at for every action: `*`, `NotAction`, wildcards in the service.
    always: Box<[u16]>,
}

/// Bits that tell most policies that they have nothing to say about an action.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
struct Filter {
    /// A bit for every service that the policy names, picked by its hash.
    services: u64,
    /// Bits for every exact action, picked by its hash.
    exact: u64,
    /// A bit for every service with patterns of names, picked by its hash and the patterns' first characters.
    heads: u64,
    /// A bit for every service with patterns that have too few characters before their first wildcard.
    short: u64,
}

impl Filter {
    const EVERYTHING: Self = Self {
        services: u64::MAX,
        exact: u64::MAX,
        heads: u64::MAX,
        short: u64::MAX,
    };

    fn may_be_exact(&self, bits: &Bits) -> bool {
        self.exact & bits.exact == bits.exact
    }

    fn may_fit_pattern(&self, bits: &Bits) -> bool {
        (self.short & bits.service) | (self.heads & bits.head) != 0
    }
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
    /// The key is that of the pattern itself.
    fn new(key: &ActionKey<'_>, statement: u16, action: u16) -> Self {
        let names = key.name;
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
            service: key.service_hash,
            head: key.head & mask,
            mask,
            statement,
            action,
        }
    }
}

/// A set of statements, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Candidates(SmallVec<[u64; CANDIDATE_WORDS]>);

/// Enough for the statements of the longest text that is read, so that no decision allocates: a statement takes
/// at least 29 bytes of it.
const CANDIDATE_WORDS: usize = 256;
const _: () = assert!(crate::read::BYTES_MAX / 29 < CANDIDATE_WORDS * 64);

impl Candidates {
    fn clear(&mut self, statements: usize) {
        self.0.clear();
        self.0.resize(statements.div_ceil(64), 0);
    }

    fn insert(&mut self, statement: u16) {
        if let Some(word) = self.0.get_mut(usize::from(statement) / 64) {
            *word |= 1 << (statement % 64);
        }
    }

    /// The numbers in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u16> {
        let mut words = self.0.iter();
        let mut rest = words.next().copied().unwrap_or_default();
        let mut base = 0_u16;
        std::iter::from_fn(move || {
            while rest == 0 {
                rest = *words.next()?;
                base += 64;
            }
            let lowest = rest.trailing_zeros() as u16;
            rest &= rest - 1;
            Some(base + lowest)
        })
    }
}

impl Index {
    /// Enters every statement: its number, whether it is about all but the listed actions, and the actions with
    /// their numbers.
    pub(super) fn build<'a>(
        statements: impl Iterator<Item = (u16, bool, std::ops::Range<u16>)>,
        action: impl Fn(u16) -> (&'a str, ActionTest),
    ) -> Self {
        let mut filter = Filter::default();
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
                        let key = ActionKey::new(text);
                        filter.services |= key.bits.service;
                        filter.exact |= key.bits.exact;
                        exact.push(Entry {
                            hash: key.action,
                            statement,
                            action: number,
                        });
                    }
                    ActionTest::Names(_) => {
                        let key = ActionKey::new(text);
                        filter.services |= key.bits.service;
                        let entry = PatternEntry::new(&key, statement, number);
                        if entry.mask & HEAD_FILTERED == HEAD_FILTERED {
                            filter.heads |= key.bits.head;
                        } else {
                            filter.short |= key.bits.service;
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
        Self {
            filter: if always.is_empty() {
                filter
            } else {
                Filter::EVERYTHING
            },
            denies: false,
            exact: exact.into_boxed_slice(),
            patterns: patterns.into_boxed_slice(),
            always: always.into_boxed_slice(),
        }
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.exact) + size_of_val(&*self.patterns) + size_of_val(&*self.always)
    }

    /// Whether any statement may concern the action: a few bits of the policy say no to most. Takes the same
    /// steps whatever the answer is, so that the bits of many policies are fetched at once.
    pub(crate) fn may_concern(&self, key: &ActionKey<'_>) -> bool {
        let listed = self.filter.may_be_exact(&key.bits) | self.filter.may_fit_pattern(&key.bits);
        (self.filter.services & key.bits.service != 0) & listed
    }
}

impl Policy {
    /// The statements whose action element matches. Where that is in doubt, those that deny.
    pub(crate) fn candidates(&self, key: &ActionKey<'_>, found: &mut Candidates) {
        found.clear(self.statements.len());
        let index = &self.index;
        if index.filter.may_be_exact(&key.bits) {
            for entry in equal_range(&index.exact, |entry| entry.hash.cmp(&key.action)) {
                if self.confirms(entry.action, key) {
                    found.insert(entry.statement);
                }
            }
        }
        if index.filter.may_fit_pattern(&key.bits) {
            for entry in equal_range(&index.patterns, |entry| entry.service.cmp(&key.service_hash)) {
                if key.head & entry.mask == entry.head && self.confirms(entry.action, key) {
                    found.insert(entry.statement);
                }
            }
        }
        for number in &index.always {
            let Some(statement) = self.statements.get(usize::from(*number)) else {
                continue;
            };
            if self.statement_action(statement, key).holds(statement.deny) {
                found.insert(*number);
            }
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

/// Two bits: actions are many, and it takes both to be taken for one of them.
fn exact_bits(hash: u64) -> u64 {
    bit(hash) | bit(hash >> 6)
}

fn high(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn head_bit(service_hash: u64, head: u32) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (service_hash ^ u64::from(head & HEAD_FILTERED)).wrapping_mul(FACTOR);
    1 << (mixed >> 58)
}
