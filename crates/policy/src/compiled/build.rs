//! From a document to its compiled form.

use lanyard_names::UniqueId;

use super::index::Index;
use super::mentions;
use super::template::{self, Syntax, Token};
use super::{
    Action, ActionTest, ArnTest, Bindings, Condition, Operand, Pattern, Policy, Presence, PrincipalEntry,
    Rare, Resource, ShortRun, Statement, StoredPart, Str, Variable,
};
use crate::colon;
use crate::document::{self, Document, EffectWord, Element, Run};
use crate::fold;
use crate::span::Lines;

/// Compiles a document. With bindings, user and role principals match by what they are bound to.
pub(super) fn build(document: &Document, bindings: Option<&Bindings>) -> Policy {
    let mut builder = Builder {
        variables_known: document.has_variables(),
        ..Builder::default()
    };
    builder.arena.reserve(document.source.len() / 2);
    builder.statements.reserve(document.statements.len());
    let values = |element: fn(&document::Statement) -> Option<Element>| {
        let elements = document.statements.iter().filter_map(element);
        elements.map(|element| element.values.len()).sum::<usize>()
    };
    let (actions, resources) = (
        values(|statement| statement.action),
        values(|statement| statement.resource),
    );
    builder.actions.reserve_exact(actions);
    builder.resources.reserve_exact(resources);
    builder.conditions.reserve_exact(document.conditions.len());
    builder
        .operands
        .reserve_exact(document.values.len().saturating_sub(actions + resources));
    let mut lines = Lines::new(&document.source);
    for statement in &document.statements {
        let compiled = builder.statement(document, statement, bindings, &mut lines);
        builder.statements.push(compiled);
    }
    builder.finish()
}

/// A policy of one statement that denies everything.
pub(super) fn unreadable() -> Policy {
    let mut builder = Builder::default();
    let text = builder.put("*");
    builder.actions.push(Action {
        text,
        test: ActionTest::Everything,
    });
    builder.resources.push(Resource {
        text,
        test: ArnTest::Everything,
    });
    builder.statements.push(Statement {
        deny: true,
        not_action: false,
        resource: Presence::Listed,
        principal: Presence::Absent,
        actions: ShortRun { start: 0, end: 1 },
        resources: ShortRun { start: 0, end: 1 },
        principals: ShortRun::default(),
        conditions: ShortRun::default(),
        sid: None,
        span: crate::Span::default(),
    });
    builder.finish()
}

#[derive(Default)]
pub(super) struct Builder {
    pub(super) variables_known: bool,
    pub(super) arena: String,
    pub(super) statements: Vec<Statement>,
    pub(super) actions: Vec<Action>,
    pub(super) resources: Vec<Resource>,
    pub(super) conditions: Vec<Condition>,
    pub(super) operands: Vec<Operand>,
    pub(super) principals: Vec<PrincipalEntry>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) parts: Vec<StoredPart>,
    pub(super) variables: Vec<Variable>,
    pub(super) wide: Vec<i128>,
    pub(super) ids: Vec<UniqueId>,
}

impl Builder {
    fn finish(self) -> Policy {
        // Fails closed: what cannot be numbered would be left out, and it may deny.
        let lists = [
            self.statements.len(),
            self.actions.len(),
            self.resources.len(),
            self.principals.len(),
            self.conditions.len(),
        ];
        if lists.into_iter().any(|length| length > usize::from(u16::MAX)) {
            return unreadable();
        }
        let (arena, actions) = (&self.arena, &self.actions);
        let statements = self.statements.iter().enumerate().map(|(number, statement)| {
            let run = statement.actions;
            (short(number), statement.not_action, run.start..run.end)
        });
        let mut index = Index::build(statements, |number| match actions.get(usize::from(number)) {
            Some(action) => (action.text, slice(arena, action.text), action.test),
            None => (Str { at: 0, len: 0 }, "", ActionTest::Nothing),
        });
        index.denies = self.statements.iter().any(|statement| statement.deny);
        let rare = Rare {
            principals: self.principals,
            patterns: self.patterns,
            variables: self.variables,
            wide: self.wide,
            ids: self.ids,
        };
        let mentioned = mentions::marks(&self.conditions, &rare, |key| slice(arena, key));
        Policy {
            index,
            mentioned,
            statements: self.statements.into_boxed_slice(),
            actions: self.actions.into_boxed_slice(),
            resources: self.resources.into_boxed_slice(),
            conditions: self.conditions.into_boxed_slice(),
            operands: self.operands.into_boxed_slice(),
            parts: self.parts.into_boxed_slice(),
            arena: self.arena.into_boxed_str(),
            rare: rare.boxed(),
        }
    }

    fn statement(
        &mut self,
        document: &Document,
        statement: &document::Statement,
        bindings: Option<&Bindings>,
        lines: &mut Lines<'_>,
    ) -> Statement {
        let presence = |element: &Option<Element>| match element {
            None => Presence::Absent,
            Some(element) if element.negated => Presence::Excepted,
            Some(_) => Presence::Listed,
        };
        let actions = self.actions.len();
        for text in statement.action.iter().flat_map(|action| document.texts(action)) {
            let action = self.action(text);
            self.actions.push(action);
        }
        let resources = self.resources.len();
        for text in statement
            .resource
            .iter()
            .flat_map(|resource| document.texts(resource))
        {
            let resource = self.resource(text);
            self.resources.push(resource);
        }
        let principals = self.principals.len();
        let values = statement
            .principal
            .map(|principal| principal.values)
            .unwrap_or_default();
        for value in values.of(&document.principals) {
            let entry = self.principal(value.kind, document.resolve(&value.text), bindings);
            self.principals.push(entry);
        }
        let conditions = self.conditions.len();
        for condition in statement.conditions.of(&document.conditions) {
            let condition = self.condition(document, condition);
            self.conditions.push(condition);
        }
        let sid = statement.sid.map(|sid| self.put(document.resolve(&sid)));
        Statement {
            // Fails closed: an effect that is neither was refused when the document was read.
            deny: statement.effect != EffectWord::Allow,
            not_action: statement.action.is_some_and(|action| action.negated),
            resource: presence(&statement.resource),
            principal: presence(&statement.principal),
            actions: short_run(actions, self.actions.len()),
            resources: short_run(resources, self.resources.len()),
            principals: short_run(principals, self.principals.len()),
            conditions: short_run(conditions, self.conditions.len()),
            sid,
            span: lines.span(statement.start, statement.end),
        }
    }

    pub(super) fn put(&mut self, text: &str) -> Str {
        let at = offset(self.arena.len());
        self.arena.push_str(text);
        Str {
            at,
            len: offset(text.len()),
        }
    }

    fn action(&mut self, text: &str) -> Action {
        let stored = self.put(text);
        let wild = |part: &str| part.bytes().any(|byte| matches!(byte, b'*' | b'?'));
        let parts = colon::first(text).and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)));
        let test = match parts {
            None if is_stars(text) => ActionTest::Everything,
            None => ActionTest::Nothing,
            Some((_, name)) if colon::first(name).is_some() => ActionTest::Nothing,
            Some((service, name)) if is_stars(service) && is_stars(name) => ActionTest::Everything,
            Some((service, name)) if wild(service) => {
                let names = self.names(name, sub(stored, service.len() + 1, text.len()));
                let service = self.names(service, sub(stored, 0, service.len()));
                self.patterns.extend([service, names]);
                ActionTest::Services(offset(self.patterns.len() - 2))
            }
            Some((_, name)) if name.strip_suffix('*').is_some_and(|begin| !wild(begin)) => ActionTest::Prefix,
            Some((service, name)) if wild(name) => {
                let names = self.names(name, sub(stored, service.len() + 1, text.len()));
                self.patterns.push(names);
                ActionTest::Names(offset(self.patterns.len() - 1))
            }
            Some(_) => ActionTest::Exact,
        };
        Action { text: stored, test }
    }

    /// A pattern of services or names, which stands in an action.
    fn names(&mut self, text: &str, stored: Str) -> Pattern {
        let syntax = Syntax {
            wildcards: true,
            variables: false,
        };
        let parts = self.parts.len();
        match self.pattern(text, stored, 0, syntax) {
            // The general matcher compares exactly, so it gets everything in small letters.
            Pattern::Parts(_) => {
                self.parts.truncate(parts);
                let folded = self.put(&text.to_ascii_lowercase());
                self.pattern(text, folded, 0, syntax)
            }
            pattern => pattern,
        }
    }

    pub(super) fn syntax(&self, wildcards: bool) -> Syntax {
        Syntax {
            wildcards,
            variables: self.variables_known,
        }
    }

    /// The pattern that a text has from an offset on; `base` is where the whole text is stored.
    pub(super) fn pattern(&mut self, text: &str, base: Str, from: usize, syntax: Syntax) -> Pattern {
        let rest = text.get(from..).unwrap_or_default();
        let tail = sub(base, from, text.len());
        if !syntax.occurs_in(rest) {
            return Pattern::Literal(tail);
        }
        if let Some(prefix) = rest.strip_suffix('*')
            && !syntax.occurs_in(prefix)
            && syntax.wildcards
        {
            return if prefix.is_empty() {
                Pattern::Anything
            } else {
                Pattern::Prefix(sub(base, from, text.len() - 1))
            };
        }
        if let Some(suffix) = rest.strip_prefix('*')
            && !syntax.occurs_in(suffix)
            && syntax.wildcards
        {
            return Pattern::Suffix(sub(base, from + 1, text.len()));
        }
        let start = self.parts.len();
        let mut template = false;
        for token in template::tokens(text, from, syntax) {
            let part = match token {
                Token::Text(from, to) => StoredPart::Text(sub(base, from, to)),
                Token::One => StoredPart::One,
                Token::Star => {
                    // A run of stars is a star.
                    let before = self.parts.get(start..).and_then(<[_]>::last);
                    if before == Some(&StoredPart::Star) {
                        continue;
                    }
                    StoredPart::Star
                }
                Token::Variable { key, default } => {
                    template = true;
                    self.variable(text, base, key, default)
                }
            };
            self.parts.push(part);
        }
        let parts = run(start, self.parts.len());
        if template {
            Pattern::Template(parts)
        } else if parts.of(&self.parts) == [StoredPart::Star] {
            self.parts.truncate(start);
            Pattern::Anything
        } else {
            Pattern::Parts(parts)
        }
    }

    fn variable(
        &mut self,
        text: &str,
        base: Str,
        key: (usize, usize),
        default: Option<(usize, usize)>,
    ) -> StoredPart {
        let name = text.get(key.0..key.1).unwrap_or_default();
        self.variables.push(Variable {
            hash: fold::hash_of_key(name),
            key: sub(base, key.0, key.1),
            default: default.map(|(from, to)| sub(base, from, to)),
        });
        StoredPart::Variable(offset(self.variables.len() - 1))
    }
}

pub(super) fn is_stars(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

pub(super) fn sub(base: Str, from: usize, to: usize) -> Str {
    Str {
        at: base.at.saturating_add(offset(from)),
        len: offset(to.saturating_sub(from)),
    }
}

fn slice(arena: &str, text: Str) -> &str {
    let at = text.at as usize;
    arena.get(at..at + text.len as usize).unwrap_or_default()
}

/// Invariant: whatever is longer becomes unreadable in the end.
fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn short_run(start: usize, end: usize) -> ShortRun {
    ShortRun {
        start: short(start),
        end: short(end),
    }
}

pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) fn run(start: usize, end: usize) -> Run {
    Run {
        start: offset(start),
        end: offset(end),
    }
}
