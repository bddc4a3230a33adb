//! Which statements an action concerns: found by hash, so that a decision touches no others.

use std::cmp::Ordering;

use super::action_key::{ActionKey, Bits, HEAD_FILTERED};
use super::{Action, ActionTest, Candidates, Policy, Str};
use crate::fold;
use crate::truth::Truth;

/// The statements of a policy by action. What is asked first lies first, in the policy's first cache line.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Index {
    filter: Filter,
    /// Whether any statement denies. If none does, the policy has nothing to add to an allow.
    pub(crate) denies: bool,
    /// Whether there are statements that must be looked at for every action.
    always: bool,
    /// Actions without wildcards, sorted by hash.
    exact: Box<[Entry]>,
    /// Patterns of names, sorted by their service's hash, and the statements for every action.
    patterns: Box<[PatternEntry]>,
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

/// An action without wildcards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u32,
    /// The action's text.
    at: u32,
    len: u16,
    statement: u16,
}

/// An action with wildcards in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct PatternEntry {
    service: u32,
    /// What a name has to begin with. Most names are told apart by that.
    head: u32,
    head_mask: u32,
    test: PatternTest,
    statement: u16,
}

const NO_SERVICE: u32 = 0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PatternTest {
    /// The service and the name up to a star at its end: this text.
    Prefix { at: u32, len: u16 },
    /// The action of this number.
    Any(u16),
    /// Whatever the action is, the statement must be looked at: `*`, `NotAction`, wildcards in the service. Such
    /// entries are of no service and have [`NO_SERVICE`] for its hash.
    Always,
}

impl Index {
    /// Enters every statement: its number, whether it is about all but the listed actions, and the actions with
    /// their numbers.
    pub(super) fn build<'a>(
        statements: impl Iterator<Item = (u16, bool, std::ops::Range<u16>)>,
        action: impl Fn(u16) -> (Str, &'a str, ActionTest),
    ) -> Self {
        let mut filter = Filter::default();
        let (mut exact, mut patterns, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (statement, not_action, actions) in statements {
            if not_action {
                always.push(statement);
                continue;
            }
            for number in actions {
                let (stored, text, test) = action(number);
                let len = u16::try_from(text.len());
                match (test, len) {
                    (ActionTest::Exact, Ok(len)) => {
                        let key = ActionKey::new(text);
                        filter.services |= key.bits.service;
                        filter.exact |= key.bits.exact;
                        exact.push(Entry {
                            hash: key.action,
                            at: stored.at,
                            len,
                            statement,
                        });
                    }
                    (ActionTest::Prefix | ActionTest::Names(_), Ok(len)) => {
                        let key = ActionKey::new(text);
                        filter.services |= key.bits.service;
                        let prefix = prefix_len(key.name);
                        match prefix {
                            3.. => filter.heads |= key.bits.head,
                            _ => filter.short |= key.bits.service,
                        }
                        let test = match test {
                            ActionTest::Prefix => PatternTest::Prefix {
                                at: stored.at,
                                len: len - 1,
                            },
                            _ => PatternTest::Any(number),
                        };
                        patterns.push(PatternEntry::new(&key, prefix, test, statement));
                    }
                    (ActionTest::Nothing, _) => {}
                    // What is left: everything, wildcards in the service, and texts longer than any action.
                    _ => {
                        if always.last() != Some(&statement) {
                            always.push(statement);
                        }
                    }
                }
            }
        }
        patterns.extend(always.iter().copied().map(PatternEntry::always));
        exact.sort_unstable();
        patterns.sort_unstable();
        Self {
            filter: if always.is_empty() {
                filter
            } else {
                Filter::EVERYTHING
            },
            denies: false,
            always: !always.is_empty(),
            exact: exact.into_boxed_slice(),
            patterns: patterns.into_boxed_slice(),
        }
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.exact) + size_of_val(&*self.patterns)
    }

    /// Whether any statement may concern the action's service. No more than that, so that the bits of many
    /// policies are fetched at once.
    pub(crate) fn may_concern(&self, key: &ActionKey<'_>) -> bool {
        self.filter.services & key.bits.service != 0
    }
}

/// How many characters come before the first wildcard.
fn prefix_len(names: &str) -> usize {
    let wildcard = names.bytes().position(|byte| matches!(byte, b'*' | b'?'));
    wildcard.unwrap_or(names.len())
}

impl PatternEntry {
    /// The key is that of the pattern itself, which has so many characters before its first wildcard.
    fn new(key: &ActionKey<'_>, prefix: usize, test: PatternTest, statement: u16) -> Self {
        let head_mask = match prefix {
            0 => 0,
            1 => 0xff,
            2 => 0xffff,
            3 => HEAD_FILTERED,
            _ => u32::MAX,
        };
        Self {
            service: key.service_hash,
            head: key.head & head_mask,
            head_mask,
            test,
            statement,
        }
    }

    fn always(statement: u16) -> Self {
        Self {
            service: NO_SERVICE,
            head: 0,
            head_mask: 0,
            test: PatternTest::Always,
            statement,
        }
    }
}

impl Policy {
    /// The statements whose action element matches. Where that is in doubt, those that deny.
    pub(crate) fn candidates(&self, key: &ActionKey<'_>, found: &mut Candidates) {
        found.clear(self.statements.len());
        let index = &self.index;
        if index.filter.may_be_exact(&key.bits) {
            for entry in equal_range(&index.exact, |entry| entry.hash.cmp(&key.action)) {
                if fold::same_bytes(self.bytes(entry.at, entry.len), key.text.as_bytes()) {
                    found.insert(entry.statement);
                }
            }
        }
        if index.filter.may_fit_pattern(&key.bits) {
            for entry in equal_range(&index.patterns, |entry| entry.service.cmp(&key.service_hash)) {
                if key.head & entry.head_mask == entry.head && self.fits(entry.test, key) {
                    found.insert(entry.statement);
                }
            }
        }
        if index.always {
            self.always_candidates(key, found);
        }
    }

    fn always_candidates(&self, key: &ActionKey<'_>, found: &mut Candidates) {
        let entries = equal_range(&self.index.patterns, |entry| entry.service.cmp(&NO_SERVICE));
        for entry in entries.filter(|entry| entry.test == PatternTest::Always) {
            let Some(statement) = self.statements.get(usize::from(entry.statement)) else {
                continue;
            };
            if self.statement_action(statement, key).holds(statement.deny) {
                found.insert(entry.statement);
            }
        }
    }

    fn fits(&self, test: PatternTest, key: &ActionKey<'_>) -> bool {
        match test {
            PatternTest::Always => false,
            PatternTest::Prefix { at, len } => {
                let begin = key.text.as_bytes().get(..usize::from(len));
                begin.is_some_and(|begin| fold::same_bytes(self.bytes(at, len), begin))
            }
            PatternTest::Any(action) => {
                let action = self.actions.get(usize::from(action));
                action.is_some_and(|action| self.matches_action(action, key) == Truth::Yes)
            }
        }
    }

    fn bytes(&self, at: u32, len: u16) -> &[u8] {
        let at = at as usize;
        self.arena
            .as_bytes()
            .get(at..at + usize::from(len))
            .unwrap_or_default()
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

    fn matches_action(&self, action: &Action, key: &ActionKey<'_>) -> Truth {
        let text = self.str(action.text);
        let folded = |number, name| {
            self.pattern(number)
                .is_some_and(|pattern| self.matches_folded(pattern, name))
        };
        match action.test {
            ActionTest::Everything => Truth::Yes,
            ActionTest::Exact => fold::same(text, key.text).into(),
            ActionTest::Prefix => {
                let begin = text.strip_suffix('*').unwrap_or(text).as_bytes();
                let own = key.text.as_bytes().get(..begin.len());
                own.is_some_and(|own| fold::same_bytes(begin, own)).into()
            }
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
