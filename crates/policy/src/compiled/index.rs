//! Which statements an action concerns: found by hash, so that a decision touches no others.

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
}

impl<'a> ActionKey<'a> {
    pub(crate) fn new(action: &'a str) -> Self {
        // What has no service matches only what matches everything.
        let (service, name) = action.split_once(':').unwrap_or(("", action));
        Self {
            text: action,
            service,
            name,
            whole_hash: fold::hash(action.as_bytes()),
            service_hash: fold::hash(service.as_bytes()),
        }
    }
}

/// The statements of a policy by action.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// A bit for every exact action, picked by its hash.
    exact_filter: u64,
    /// A bit for every service with patterns of names.
    service_filter: u64,
    /// Actions without wildcards, sorted by hash.
    exact: Box<[Entry]>,
    /// Patterns of names, sorted by their service's hash.
    patterns: Box<[Entry]>,
    /// Statements that must be looked at for every action: `*`, `NotAction`, wildcards in the service.
    always: Box<[u16]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u32,
    statement: u16,
    action: u16,
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
                let entry = |hash| Entry {
                    hash: high(hash),
                    statement,
                    action: number,
                };
                match test {
                    ActionTest::Exact => {
                        let hash = fold::hash(text.as_bytes());
                        index.exact_filter |= bit(hash);
                        exact.push(entry(hash));
                    }
                    ActionTest::Names(_) => {
                        let (service, _) = text.split_once(':').unwrap_or_default();
                        let hash = fold::hash(service.as_bytes());
                        index.service_filter |= bit(hash);
                        patterns.push(entry(hash));
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

    /// Whether any statement may concern the action: a few bits of the policy say no to most.
    pub(crate) fn may_concern(&self, key: &ActionKey<'_>) -> bool {
        self.exact_filter & bit(key.whole_hash) != 0
            || self.service_filter & bit(key.service_hash) != 0
            || !self.always.is_empty()
    }
}

impl Policy {
    /// The statements whose action element matches. Where that is in doubt, those that deny.
    pub(crate) fn candidates(&self, key: &ActionKey<'_>) -> Candidates {
        let index = &self.index;
        let mut found = Candidates::new();
        if index.exact_filter & bit(key.whole_hash) != 0 {
            for entry in same_hash(&index.exact, high(key.whole_hash)) {
                if self.confirms(entry, key) {
                    found.push(entry.statement);
                }
            }
        }
        if index.service_filter & bit(key.service_hash) != 0 {
            for entry in same_hash(&index.patterns, high(key.service_hash)) {
                if self.confirms(entry, key) {
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
        found
    }

    /// Whether a statement's action element matches.
    pub(crate) fn statement_action(&self, statement: &super::Statement, key: &ActionKey<'_>) -> Truth {
        let run = statement.actions;
        let listed = Truth::any(
            run.of(&self.actions)
                .iter()
                .map(|action| self.matches_action(action, key)),
        );
        if statement.not_action { !listed } else { listed }
    }

    /// Whether an action found by its hash really matches.
    fn confirms(&self, entry: &Entry, key: &ActionKey<'_>) -> bool {
        self.actions
            .get(usize::from(entry.action))
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
            ActionTest::Exact => text.eq_ignore_ascii_case(key.text).into(),
            ActionTest::Names(names) => {
                let service = text.get(..key.service.len()).unwrap_or_default();
                let same = service.eq_ignore_ascii_case(key.service)
                    && text.as_bytes().get(service.len()) == Some(&b':');
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

fn same_hash(entries: &[Entry], hash: u32) -> impl Iterator<Item = &Entry> {
    let start = if entries.len() <= 8 {
        entries
            .iter()
            .position(|entry| entry.hash >= hash)
            .unwrap_or(entries.len())
    } else {
        entries.partition_point(|entry| entry.hash < hash)
    };
    let rest = entries.get(start..).unwrap_or_default();
    rest.iter().take_while(move |entry| entry.hash == hash)
}

fn bit(hash: u64) -> u64 {
    1 << (hash & 63)
}

fn high(hash: u64) -> u32 {
    (hash >> 32) as u32
}
