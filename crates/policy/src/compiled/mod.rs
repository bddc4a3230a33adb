//! The compiled form of a policy: what decisions read.
//!
//! All text of a policy lies in one string and all its parts in a few flat lists that refer to each other by
//! number. That keeps a policy small (ten thousand tenants have fifty thousand of them) and a decision's reads
//! close together. Before anything else a decision asks the filter, which lies in the policy's first bytes and
//! tells most policies that they have nothing to say about an action.

mod action_key;
mod arn;
mod bindings;
mod build;
mod candidates;
mod fields;
mod index;
mod mentions;
mod operand;
mod pattern;
mod services;
mod template;
mod whole;

pub(crate) use action_key::ActionKey;
pub use bindings::Bindings;
pub(crate) use candidates::Candidates;
pub(crate) use fields::arn_fields;
pub use mentions::KeyPrefix;
pub(crate) use pattern::{Fit, Pattern, StoredPart, Variable};

use index::Index;
use lanyard_names::{AccountId, UniqueId};

use crate::document::Run;
use crate::operator::Operator;
use crate::{Document, Span};

/// A compiled policy: immutable, shared as `Arc<Policy>` by all who attach it.
#[derive(Debug)]
#[repr(C)]
pub struct Policy {
    pub(crate) index: Index,
    /// Bits for the condition keys that occur in it.
    mentioned: u64,
    pub(crate) statements: Box<[Statement]>,
    pub(crate) actions: Box<[Action]>,
    pub(crate) resources: Box<[Resource]>,
    pub(crate) conditions: Box<[Condition]>,
    pub(crate) operands: Box<[Operand]>,
    pub(crate) parts: Box<[StoredPart]>,
    pub(crate) arena: Box<str>,
    rare: Option<Box<Rare>>,
}

/// What most policies have nothing of.
#[derive(Debug)]
pub(crate) struct Rare {
    pub(crate) principals: Vec<PrincipalEntry>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) variables: Vec<Variable>,
    /// Numbers, instants and IPv6 networks.
    pub(crate) wide: Vec<i128>,
    pub(crate) ids: Vec<UniqueId>,
}

impl Rare {
    const NOTHING: &'static Self = &Self {
        principals: Vec::new(),
        patterns: Vec::new(),
        variables: Vec::new(),
        wide: Vec::new(),
        ids: Vec::new(),
    };

    /// `None` if there is nothing.
    fn boxed(mut self) -> Option<Box<Self>> {
        self.principals.shrink_to_fit();
        self.patterns.shrink_to_fit();
        self.variables.shrink_to_fit();
        self.wide.shrink_to_fit();
        self.ids.shrink_to_fit();
        (self.memory() > Self::NOTHING.memory()).then(|| Box::new(self))
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
            + size_of_val(&*self.principals)
            + size_of_val(&*self.patterns)
            + size_of_val(&*self.variables)
            + size_of_val(&*self.wide)
            + size_of_val(&*self.ids)
    }
}

/// A text in the policy's arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Str {
    pub(crate) at: u32,
    pub(crate) len: u32,
}

/// Consecutive entries of one of the policy's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ShortRun {
    pub(crate) start: u16,
    pub(crate) end: u16,
}

/// Whatever is listed takes at least four bytes of a policy's text (`"a",`), so sixteen bits can number it.
const _: () = assert!(crate::read::BYTES_MAX / 4 <= 1 << 16);

impl ShortRun {
    pub(crate) fn of<T>(self, list: &[T]) -> &[T] {
        list.get(usize::from(self.start)..usize::from(self.end))
            .unwrap_or_default()
    }
}

#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) deny: bool,
    pub(crate) not_action: bool,
    pub(crate) resource: Presence,
    pub(crate) principal: Presence,
    pub(crate) actions: ShortRun,
    pub(crate) resources: ShortRun,
    pub(crate) principals: ShortRun,
    pub(crate) conditions: ShortRun,
    pub(crate) sid: Option<Str>,
    pub(crate) span: Span,
}

/// In which form a statement has an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Listed,
    /// The form with `Not`.
    Excepted,
}

/// An entry of `Action` or `NotAction`.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) text: Str,
    pub(crate) test: ActionTest,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum ActionTest {
    /// `*` or `*:*`
    Everything,
    /// No wildcards.
    Exact,
    /// A service and the beginning of a name, then a star.
    Prefix,
    /// A service by name, and the pattern of this number for the names.
    Names(u32),
    /// A wildcard in the service. AWS accepts that, but whether it matches is not known. The pattern of this
    /// number is for the service, the next for the names.
    Services(u32),
    /// What can be no action: more than one colon, or none.
    Nothing,
}

/// An entry of `Resource` or `NotResource`.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) text: Str,
    pub(crate) test: ArnTest,
}

/// How an ARN is compared. Wildcards stay within one of the first five fields; in the last they span colons.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ArnTest {
    /// `*`
    Everything,
    /// The first five fields are plain text, so the whole can be compared at once.
    Whole(Pattern),
    /// Six patterns, one for each field, from this number on. In a resource it matters whether a star ends one of
    /// the first five.
    Fields { first: u32, crosses: bool },
    /// Fewer than six fields; the rest is missing.
    Short {
        first: u32,
        count: u8,
        wildcard: bool,
        crosses: bool,
    },
    /// A variable where the language allows none; the fields with variables match anything.
    Unclear { first: u32, count: u8 },
    /// Variables in the first five fields of a condition's value: split into fields once they are resolved.
    Template(Run),
    /// No ARN.
    Invalid,
}

#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) hash: u64,
    pub(crate) key: Str,
    pub(crate) operands: Run,
    pub(crate) operator: Operator,
}

/// A value that a condition lists.
#[derive(Debug)]
pub(crate) struct Operand {
    pub(crate) text: Str,
    pub(crate) test: OperandTest,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum OperandTest {
    Text(Pattern),
    Arn(ArnTest),
    Number(u32),
    /// A number of more digits than are kept as one: compared by its text.
    LongNumber,
    Instant {
        at: u32,
        /// Whether its text has a form that AWS documents.
        documented: bool,
    },
    NetV4 {
        bits: u32,
        prefix: u8,
    },
    NetV6 {
        bits: u32,
        prefix: u8,
    },
    Bool(bool),
    Base64(Str),
    /// Not a value of the operator's kind.
    Unreadable,
    /// A variable in an operator of which it is not known whether it takes them.
    Unclear,
}

/// An entry of `Principal` or `NotPrincipal`.
#[derive(Debug)]
pub(crate) struct PrincipalEntry {
    pub(crate) text: Str,
    pub(crate) test: PrincipalTest,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum PrincipalTest {
    Everyone,
    /// An account, as such or by its root ARN.
    Account(AccountId),
    /// A user, role or session, by its ARN.
    Arn,
    /// A user or role, by its unique id.
    Id(u32),
    /// A user or role ARN that should have been bound to a unique id and is not.
    Unbound,
    Service,
    Federated,
    /// What cannot be compared: wildcards, canonical users, things that are no principal.
    Unclear,
}

impl Policy {
    /// Compiles a document whose user and role principals match by ARN.
    pub fn compile(document: &Document) -> Self {
        build::build(document, None)
    }

    /// Compiles a document whose user and role principals match by the unique ids they are bound to. One that
    /// is not bound admits nobody.
    pub fn compile_bound(document: &Document, bindings: &Bindings) -> Self {
        build::build(document, Some(bindings))
    }

    /// What stands in for a policy that could not be loaded or read: it denies everything.
    pub fn unreadable() -> Self {
        build::unreadable()
    }

    /// How many statements there are.
    pub fn statement_count(&self) -> usize {
        self.statements.len()
    }

    /// Whether any statement denies.
    pub fn denies(&self) -> bool {
        self.statements.iter().any(|statement| statement.deny)
    }

    /// About how many bytes of memory the policy takes.
    pub fn memory(&self) -> usize {
        size_of::<Self>()
            + self.index.memory()
            + size_of_val(&*self.statements)
            + size_of_val(&*self.actions)
            + size_of_val(&*self.resources)
            + size_of_val(&*self.conditions)
            + size_of_val(&*self.operands)
            + size_of_val(&*self.parts)
            + self.arena.len()
            + self.rare.as_ref().map_or(0, |rare| rare.memory())
    }

    pub(crate) fn rare(&self) -> &Rare {
        self.rare.as_deref().unwrap_or(Rare::NOTHING)
    }

    pub(crate) fn str(&self, text: Str) -> &str {
        let at = text.at as usize;
        self.arena.get(at..at + text.len as usize).unwrap_or_default()
    }

    /// A pattern by number. What is not there matches nothing.
    pub(crate) fn pattern(&self, number: u32) -> Option<Pattern> {
        self.rare().patterns.get(number as usize).copied()
    }

    pub(crate) fn wide(&self, index: u32) -> i128 {
        self.rare().wide.get(index as usize).copied().unwrap_or_default()
    }
}
