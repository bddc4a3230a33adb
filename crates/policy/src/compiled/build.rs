//! From a document to its compiled form.

use lanyard_names::{AccountId, IdKind, UniqueId};

use super::index::Index;
use super::template::{self, Syntax, Token};
use super::{
    Action, ActionTest, ArnTest, Bindings, Condition, Operand, OperandTest, Pattern, Policy, Presence,
    PrincipalEntry, PrincipalTest, Resource, Statement, StoredPart, Str, Variable,
};
use crate::document::{self, Document, EffectWord, Element, PrincipalKind, Run};
use crate::fold;
use crate::operator::{Comparison, Operator};
use crate::span::Lines;
use crate::value::{self, Instant, Net, Number};

/// Compiles a document. With bindings, user and role principals match by what they are bound to.
pub(super) fn build(document: &Document, bindings: Option<&Bindings>) -> Policy {
    let mut builder = Builder {
        arena: String::with_capacity(document.source.len() / 2),
        variables_known: document.has_variables(),
        statements: Vec::with_capacity(document.statements.len()),
        actions: Vec::with_capacity(document.values.len()),
        conditions: Vec::with_capacity(document.conditions.len()),
        ..Builder::default()
    };
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
        actions: Run { start: 0, end: 1 },
        resources: Run { start: 0, end: 1 },
        principals: Run::default(),
        conditions: Run::default(),
        sid: None,
        span: crate::Span::default(),
    });
    builder.finish()
}

#[derive(Default)]
struct Builder {
    variables_known: bool,
    arena: String,
    statements: Vec<Statement>,
    actions: Vec<Action>,
    resources: Vec<Resource>,
    conditions: Vec<Condition>,
    operands: Vec<Operand>,
    principals: Vec<PrincipalEntry>,
    patterns: Vec<Pattern>,
    parts: Vec<StoredPart>,
    variables: Vec<Variable>,
    wide: Vec<i128>,
    ids: Vec<UniqueId>,
}

impl Builder {
    fn finish(self) -> Policy {
        let (arena, actions) = (&self.arena, &self.actions);
        let statements = self.statements.iter().enumerate().map(|(number, statement)| {
            let run = statement.actions;
            (
                short(number),
                statement.not_action,
                short(run.start as usize)..short(run.end as usize),
            )
        });
        let index = Index::build(statements, |number| {
            let action = actions.get(usize::from(number));
            let text = action.map_or("", |action| slice(arena, action.text));
            (text, action.map_or(ActionTest::Nothing, |action| action.test))
        });
        Policy {
            index,
            statements: self.statements.into_boxed_slice(),
            actions: self.actions.into_boxed_slice(),
            resources: self.resources.into_boxed_slice(),
            conditions: self.conditions.into_boxed_slice(),
            operands: self.operands.into_boxed_slice(),
            principals: self.principals.into_boxed_slice(),
            patterns: self.patterns.into_boxed_slice(),
            parts: self.parts.into_boxed_slice(),
            variables: self.variables.into_boxed_slice(),
            wide: self.wide.into_boxed_slice(),
            ids: self.ids.into_boxed_slice(),
            arena: self.arena.into_boxed_str(),
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
            actions: run(actions, self.actions.len()),
            resources: run(resources, self.resources.len()),
            principals: run(principals, self.principals.len()),
            conditions: run(conditions, self.conditions.len()),
            sid,
            span: lines.span(statement.start, statement.end),
        }
    }

    fn put(&mut self, text: &str) -> Str {
        let at = offset(self.arena.len());
        self.arena.push_str(text);
        Str {
            at,
            len: offset(text.len()),
        }
    }

    fn action(&mut self, text: &str) -> Action {
        let stored = self.put(text);
        let wild = |part: &str| part.contains(['*', '?']);
        let test = match text.split_once(':') {
            None if is_stars(text) => ActionTest::Everything,
            None => ActionTest::Nothing,
            Some((_, name)) if name.contains(':') => ActionTest::Nothing,
            Some((service, name)) if is_stars(service) && is_stars(name) => ActionTest::Everything,
            Some((service, name)) if wild(service) => {
                let names = self.names(name, sub(stored, service.len() + 1, text.len()));
                let service = self.names(service, sub(stored, 0, service.len()));
                self.patterns.extend([service, names]);
                ActionTest::Services(offset(self.patterns.len() - 2))
            }
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

    fn syntax(&self, wildcards: bool) -> Syntax {
        Syntax {
            wildcards,
            variables: self.variables_known,
        }
    }

    /// The pattern that a text has from an offset on; `base` is where the whole text is stored.
    fn pattern(&mut self, text: &str, base: Str, from: usize, syntax: Syntax) -> Pattern {
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
            hash: fold::hash(name.as_bytes()),
            key: sub(base, key.0, key.1),
            default: default.map(|(from, to)| sub(base, from, to)),
        });
        StoredPart::Variable(offset(self.variables.len() - 1))
    }

    fn resource(&mut self, text: &str) -> Resource {
        let base = self.put(text);
        let test = if is_stars(text) {
            ArnTest::Everything
        } else {
            self.arn(text, base, false)
        };
        Resource { text: base, test }
    }

    /// How a text is compared as an ARN. Conditions admit variables in all fields and need all six.
    fn arn(&mut self, text: &str, base: Str, condition: bool) -> ArnTest {
        let syntax = self.syntax(true);
        let fifth = memchr::memchr_iter(b':', text.as_bytes()).nth(4);
        let head = text.get(..fifth.unwrap_or(text.len())).unwrap_or_default();
        if fifth.is_some() && !syntax.occurs_in(head) {
            return if condition && !head.starts_with("arn:") {
                ArnTest::Invalid
            } else {
                ArnTest::Whole(self.pattern(text, base, 0, syntax))
            };
        }
        if syntax.has_variable(head) || fifth.is_none() && syntax.has_variable(text) {
            return if condition {
                self.arn_template(text, base, syntax)
            } else {
                self.unclear_arn(text, base)
            };
        }
        let bounds = field_bounds(text);
        if condition && bounds.len() < 6 {
            return ArnTest::Invalid;
        }
        let fields: Vec<Pattern> = bounds
            .iter()
            .map(|(from, to)| {
                let field = text.get(..*to).unwrap_or_default();
                self.pattern(field, sub(base, 0, *to), *from, syntax)
            })
            .collect();
        let first = offset(self.patterns.len());
        self.patterns.extend(&fields);
        match u8::try_from(fields.len()) {
            Ok(count) if count < 6 => ArnTest::Short {
                first,
                count,
                wildcard: syntax.occurs_in(text),
            },
            _ => ArnTest::Fields(first),
        }
    }

    fn arn_template(&mut self, text: &str, base: Str, syntax: Syntax) -> ArnTest {
        match self.pattern(text, base, 0, syntax) {
            Pattern::Template(run) | Pattern::Parts(run) => ArnTest::Template(run),
            _ => ArnTest::Invalid,
        }
    }

    /// A resource with a variable before its fifth colon. Colons inside a variable do not separate fields.
    fn unclear_arn(&mut self, text: &str, base: Str) -> ArnTest {
        let mut fields: Vec<(usize, usize, bool)> = vec![(0, 0, false)];
        for token in template::tokens(text, 0, self.syntax(false)) {
            let Token::Text(from, to) = token else {
                if let Some(field) = fields.last_mut() {
                    field.2 = true;
                }
                continue;
            };
            let plain = text.get(from..to).unwrap_or_default();
            for (at, _) in plain.match_indices(':') {
                if fields.len() < 6 {
                    if let Some(field) = fields.last_mut() {
                        field.1 = from + at;
                    }
                    fields.push((from + at + 1, 0, false));
                }
            }
        }
        if let Some(field) = fields.last_mut() {
            field.1 = text.len();
        }
        let count = fields.len();
        let patterns: Vec<Pattern> = fields
            .into_iter()
            .enumerate()
            .map(|(index, (from, to, variable))| {
                if variable && index < 5 {
                    return Pattern::Anything;
                }
                let field = text.get(..to).unwrap_or_default();
                self.pattern(field, sub(base, 0, to), from, self.syntax(true))
            })
            .collect();
        let first = offset(self.patterns.len());
        self.patterns.extend(patterns);
        ArnTest::Unclear {
            first,
            count: u8::try_from(count).unwrap_or(6),
        }
    }

    fn principal(&mut self, kind: PrincipalKind, text: &str, bindings: Option<&Bindings>) -> PrincipalEntry {
        let test = match kind {
            PrincipalKind::Everyone => PrincipalTest::Everyone,
            PrincipalKind::Aws => self.aws_principal(text, bindings),
            PrincipalKind::Service if !text.contains('*') => PrincipalTest::Service,
            PrincipalKind::Federated if !text.contains('*') => PrincipalTest::Federated,
            PrincipalKind::Service | PrincipalKind::Federated | PrincipalKind::CanonicalUser => {
                PrincipalTest::Unclear
            }
        };
        let text = self.put(text);
        PrincipalEntry { text, test }
    }

    fn aws_principal(&mut self, text: &str, bindings: Option<&Bindings>) -> PrincipalTest {
        if text == "*" {
            return PrincipalTest::Everyone;
        }
        if let Ok(account) = AccountId::parse(text) {
            return PrincipalTest::Account(account);
        }
        if let Ok(id) = UniqueId::parse(text) {
            return match id.kind() {
                IdKind::User | IdKind::Role => self.id(id),
                _ => PrincipalTest::Unclear,
            };
        }
        let Some(["arn", _, service, "", account, resource]) = super::pattern::arn_fields(text) else {
            return PrincipalTest::Unclear;
        };
        let Ok(account) = AccountId::parse(account) else {
            return PrincipalTest::Unclear;
        };
        let kind = resource.split('/').next().unwrap_or_default();
        match (service, kind, bindings) {
            _ if text.contains(['*', '?']) => PrincipalTest::Unclear,
            ("iam", "root", _) if resource == "root" => PrincipalTest::Account(account),
            ("iam", "user" | "role", None) => PrincipalTest::Arn,
            ("iam", "user" | "role", Some(bindings)) => match bindings.get(text) {
                Some(id) => self.id(id),
                None => PrincipalTest::Unbound,
            },
            ("sts", "assumed-role" | "federated-user", _) => PrincipalTest::Arn,
            _ => PrincipalTest::Unclear,
        }
    }

    fn id(&mut self, id: UniqueId) -> PrincipalTest {
        self.ids.push(id);
        PrincipalTest::Id(offset(self.ids.len() - 1))
    }

    fn condition(&mut self, document: &Document, condition: &document::Condition) -> Condition {
        let key = document.resolve(&condition.key);
        let hash = fold::hash(key.as_bytes());
        let key = self.put(key);
        let start = self.operands.len();
        for value in condition.values.of(&document.values) {
            let text = document.resolve(value);
            let stored = self.put(text);
            let test = self.operand(condition.operator, text, stored);
            self.operands.push(Operand { text: stored, test });
        }
        Condition {
            hash,
            key,
            operands: run(start, self.operands.len()),
            operator: condition.operator,
        }
    }

    fn operand(&mut self, operator: Operator, text: &str, stored: Str) -> OperandTest {
        let read = match operator.comparison {
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase => Some(OperandTest::Text(
                self.pattern(text, stored, 0, self.syntax(false)),
            )),
            Comparison::StringLike => Some(OperandTest::Text(self.pattern(
                text,
                stored,
                0,
                self.syntax(true),
            ))),
            Comparison::Arn { .. } => Some(OperandTest::Arn(self.arn(text, stored, true))),
            Comparison::Numeric(_) => {
                Number::parse(text).map(|number| OperandTest::Number(self.wide(number.0)))
            }
            Comparison::Date(_) => {
                Instant::parse(text).map(|instant| OperandTest::Instant(self.wide(instant.0)))
            }
            Comparison::Bool if self.syntax(false).has_variable(text) => Some(OperandTest::Unclear),
            Comparison::Bool | Comparison::Null => boolean(text).map(OperandTest::Bool),
            Comparison::Binary => {
                value::base64_body(text).map(|body| OperandTest::Base64(sub(stored, 0, body.len())))
            }
            Comparison::IpAddress => Net::parse(text).map(|net| match net {
                Net::V4 { bits, prefix } => OperandTest::NetV4 { bits, prefix },
                Net::V6 { bits, prefix } => OperandTest::NetV6 {
                    bits: self.wide(bits.cast_signed()),
                    prefix,
                },
            }),
        };
        read.unwrap_or(OperandTest::Unreadable)
    }

    fn wide(&mut self, value: i128) -> u32 {
        self.wide.push(value);
        offset(self.wide.len() - 1)
    }
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Where the six fields of an ARN lie, or those of them that are there.
fn field_bounds(text: &str) -> Vec<(usize, usize)> {
    let mut bounds = Vec::with_capacity(6);
    let mut start = 0;
    for colon in memchr::memchr_iter(b':', text.as_bytes()).take(5) {
        bounds.push((start, colon));
        start = colon + 1;
    }
    bounds.push((start, text.len()));
    bounds
}

fn is_stars(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

fn sub(base: Str, from: usize, to: usize) -> Str {
    Str {
        at: base.at.saturating_add(offset(from)),
        len: offset(to.saturating_sub(from)),
    }
}

fn slice(arena: &str, text: Str) -> &str {
    let at = text.at as usize;
    arena.get(at..at + text.len as usize).unwrap_or_default()
}

/// Invariant: `read` admits at most [`crate::read::VALUES_MAX`] values, so numbers of actions and statements fit.
fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn run(start: usize, end: usize) -> Run {
    Run {
        start: offset(start),
        end: offset(end),
    }
}
