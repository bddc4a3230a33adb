//! A policy document that was read: its text, and where each element of it stands.
//!
//! The elements lie in a few flat lists and refer to the text instead of copying it, so that reading a policy
//! takes a handful of allocations, whatever its size.

use std::sync::Arc;

use crate::json::TextRef;
use crate::operator::Operator;
use crate::span::Lines;
use crate::{Span, SyntaxError};

/// A policy document that was read and can be evaluated.
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) source: Arc<str>,
    /// The contents of strings that have escapes.
    pub(crate) unescaped: Box<str>,
    pub(crate) version: Version,
    pub(crate) statements: Vec<Statement>,
    pub(crate) values: Vec<TextRef>,
    pub(crate) principals: Vec<PrincipalValue>,
    pub(crate) conditions: Vec<Condition>,
}

/// What the `Version` element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// There is none, which means 2008-10-17.
    Absent,
    V2008,
    V2012,
}

/// Consecutive entries of one of the document's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Run {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Run {
    pub(crate) fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub(crate) fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) sid: Option<TextRef>,
    pub(crate) effect: EffectWord,
    pub(crate) principal: Option<Element>,
    pub(crate) action: Option<Element>,
    pub(crate) resource: Option<Element>,
    pub(crate) conditions: Run,
}

/// What the `Effect` element says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EffectWord {
    Allow,
    Deny,
    /// One of the two, but not in the spelling the language asks for.
    WrongCase,
}

/// An element that comes in two forms, such as `Action` and `NotAction`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element {
    pub(crate) negated: bool,
    /// The element's name, for positions.
    pub(crate) name: TextRef,
    pub(crate) values: Run,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct PrincipalValue {
    pub(crate) kind: PrincipalKind,
    pub(crate) text: TextRef,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    pub(crate) operator_name: TextRef,
    pub(crate) key: TextRef,
    pub(crate) values: Run,
}

/// The kinds of entries that a `Principal` element can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// `"Principal": "*"`
    Everyone,
    /// `AWS`: an account, user, role, session, unique id, or `*`.
    Aws,
    /// `Service`
    Service,
    /// `Federated`
    Federated,
    /// `CanonicalUser`
    CanonicalUser,
}

/// One value of a `Principal` or `NotPrincipal` element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrincipalRef<'a> {
    /// Under which key it stands.
    pub kind: PrincipalKind,
    /// The value, escapes resolved.
    pub text: &'a str,
    /// Where the value stands in the document, quotes included.
    pub span: Span,
    /// The statement's index.
    pub statement: usize,
    /// Whether it stands in a `NotPrincipal`.
    pub negated: bool,
}

impl Document {
    /// The text as it was given, byte for byte.
    pub fn text(&self) -> &str {
        &self.source
    }

    /// Whether the document's version is 2012-10-17, which alone knows policy variables.
    pub fn has_variables(&self) -> bool {
        self.version == Version::V2012
    }

    /// How many statements there are.
    pub fn statement_count(&self) -> usize {
        self.statements.len()
    }

    /// Every resource that statements list, those listed as exceptions aside.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        let elements = self
            .statements
            .iter()
            .filter_map(|statement| statement.resource.as_ref());
        elements
            .filter(|element| !element.negated)
            .flat_map(|element| self.texts(element))
    }

    /// Every principal named in the document, in order.
    pub fn principals(&self) -> impl Iterator<Item = PrincipalRef<'_>> {
        let mut lines = Lines::new(&self.source);
        self.statements
            .iter()
            .enumerate()
            .filter_map(|(index, statement)| Some((index, statement.principal?)))
            .flat_map(|(index, element)| {
                let values = element.values.of(&self.principals);
                values.iter().map(move |value| (index, element.negated, *value))
            })
            .map(move |(statement, negated, value)| PrincipalRef {
                kind: value.kind,
                text: self.resolve(&value.text),
                span: lines.span(value.text.start, value.text.end),
                statement,
                negated,
            })
    }

    pub(crate) fn resolve(&self, text: &TextRef) -> &str {
        text.resolve(&self.source, &self.unescaped)
    }

    /// The values of an action or resource element.
    pub(crate) fn texts(&self, element: &Element) -> impl Iterator<Item = &str> {
        element
            .values
            .of(&self.values)
            .iter()
            .map(|text| self.resolve(text))
    }

    pub(crate) fn span_of(&self, text: &TextRef) -> Span {
        Lines::new(&self.source).span(text.start, text.end)
    }

    /// What the reader lets pass so that validation can name it in AWS's words, but nobody can evaluate.
    pub(crate) fn check_evaluable(&self) -> Result<(), SyntaxError> {
        for statement in &self.statements {
            let problem = if statement.effect == EffectWord::WrongCase {
                "Effect must be exactly Allow or Deny"
            } else if let Some(action) = statement.action {
                // Fails closed: a list of exceptions that is empty would be a statement about everything.
                let empty = |element: &Element| element.negated && element.values.is_empty();
                let others = [&statement.resource, &statement.principal];
                if empty(&action) || others.into_iter().flatten().any(empty) {
                    "NotAction, NotResource and NotPrincipal must not be empty"
                } else {
                    continue;
                }
            } else {
                "a statement needs Action or NotAction"
            };
            return Err(SyntaxError {
                problem,
                span: Lines::new(&self.source).span(statement.start, statement.end),
                json: false,
            });
        }
        Ok(())
    }
}
