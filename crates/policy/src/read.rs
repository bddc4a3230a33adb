//! Reads the text of a policy by its grammar.
//!
//! Unknown elements are refused, not ignored: a misspelt `Condition` that nobody looks at would open what its
//! author meant to restrict. So are duplicate keys, of which other readers might see the other one.

mod lists;

use smallvec::SmallVec;

use crate::SyntaxError;
use crate::document::{
    Condition, Document, EffectWord, Element, PrincipalKind, PrincipalValue, Run, Statement, Version,
};
use crate::json::{self, Json, Next, TextRef};
use crate::operator::Operator;
use crate::span::Lines;

/// Larger texts are not read. The largest documents the API accepts have 131,072 characters, of which none takes
/// more than two bytes.
pub(crate) const BYTES_MAX: usize = 1 << 18;

/// More values are not read, so that numbers of values (and of statements, which have values) fit into 16 bits.
pub(crate) const VALUES_MAX: usize = 60_000;

type Read<T> = Result<T, SyntaxError>;

impl Document {
    /// Reads a document: everything that can be evaluated is accepted, whatever kind of policy it is.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let document = read(text)?;
        document.check_evaluable()?;
        Ok(document)
    }
}

/// Reads a document. Effects in the wrong case, missing actions and empty lists are let through for validation
/// to name; [`Document::check_evaluable`] refuses them.
pub(crate) fn read(text: &str) -> Read<Document> {
    let document = read_incomplete(text)?;
    if document.statements.is_empty() {
        return Err(Reader::new(text).wrong("a policy needs at least one statement", 0));
    }
    Ok(document)
}

/// The same, of a document that need not have statements either.
pub(crate) fn read_incomplete(text: &str) -> Read<Document> {
    let error = match Reader::new(text).document() {
        Ok(document) => return Ok(document),
        Err(error) => error,
    };
    // That the text is no JSON at all weighs more than where its shape went wrong before.
    if !error.json && text.len() <= BYTES_MAX {
        json::check(text)?;
    }
    Err(error)
}

struct Reader<'a> {
    source: &'a str,
    json: Json<'a>,
    statements: Vec<Statement>,
    values: Vec<TextRef>,
    principals: Vec<PrincipalValue>,
    conditions: Vec<Condition>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            json: Json::new(source),
            statements: Vec::new(),
            values: Vec::new(),
            principals: Vec::new(),
            conditions: Vec::new(),
        }
    }

    fn document(mut self) -> Read<Document> {
        if self.source.len() > BYTES_MAX {
            return Err(self.wrong("the text is too long for a policy", 0));
        }
        let mut version = None;
        let mut id = None;
        let mut found = None;
        self.object("a policy must be an object", |reader, name| {
            match reader.text(&name) {
                "Version" => {
                    let value = reader.version()?;
                    reader.once(&mut version, value, &name)
                }
                "Id" => {
                    let value = reader.string("Id must be a string")?;
                    reader.once(&mut id, value, &name)
                }
                "Statement" => {
                    reader.statement_list()?;
                    reader.once(&mut found, (), &name)
                }
                _ => Err(reader.wrong("a policy has no such element", name.start)),
            }
        })?;
        self.json.finish()?;
        Ok(Document {
            source: self.source.into(),
            unescaped: self.json.unescaped.into_boxed_str(),
            version: version.unwrap_or(Version::Absent),
            statements: self.statements,
            values: self.values,
            principals: self.principals,
            conditions: self.conditions,
        })
    }

    fn version(&mut self) -> Read<Version> {
        let text = self.string("Version must be a string")?;
        match self.text(&text) {
            "2012-10-17" => Ok(Version::V2012),
            "2008-10-17" => Ok(Version::V2008),
            _ => Err(self.wrong("there is no such version of the policy language", text.start)),
        }
    }

    fn statement_list(&mut self) -> Read<()> {
        match self.json.next_kind()? {
            Next::Object => self.statement(),
            Next::Array => self.array(Self::statement),
            _ => Err(self.wrong_here("Statement must be an object or a list of objects")),
        }
    }

    fn statement(&mut self) -> Read<()> {
        self.json.skip_whitespace();
        let start = self.json.offset();
        let (mut sid, mut effect, mut conditions) = (None, None, None);
        let (mut principal, mut action, mut resource) = (None, None, None);
        self.object("a statement must be an object", |reader, name| {
            let element = reader.text(&name);
            let negated = element.starts_with("Not");
            match element {
                "Sid" => {
                    let value = reader.string("Sid must be a string")?;
                    reader.once(&mut sid, value, &name)
                }
                "Effect" => {
                    let value = reader.effect()?;
                    reader.once(&mut effect, value, &name)
                }
                "Principal" | "NotPrincipal" => {
                    let values = reader.principal()?;
                    reader.once(
                        &mut principal,
                        Element {
                            negated,
                            name,
                            values,
                        },
                        &name,
                    )
                }
                "Action" | "NotAction" | "Resource" | "NotResource" => {
                    let is_action = element.ends_with("Action");
                    let values = reader.strings(false)?;
                    let slot = if is_action { &mut action } else { &mut resource };
                    reader.once(
                        slot,
                        Element {
                            negated,
                            name,
                            values,
                        },
                        &name,
                    )
                }
                "Condition" => {
                    let value = reader.condition_block()?;
                    reader.once(&mut conditions, value, &name)
                }
                _ => Err(reader.wrong("a statement has no such element", name.start)),
            }
        })?;
        let Some(effect) = effect else {
            return Err(self.wrong("a statement needs an Effect", start));
        };
        self.statements.push(Statement {
            start,
            end: self.json.offset(),
            sid,
            effect,
            principal,
            action,
            resource,
            conditions: conditions.unwrap_or_default(),
        });
        Ok(())
    }

    fn effect(&mut self) -> Read<EffectWord> {
        let text = self.string("Effect must be a string")?;
        match self.text(&text) {
            "Allow" => Ok(EffectWord::Allow),
            "Deny" => Ok(EffectWord::Deny),
            word if word.eq_ignore_ascii_case("allow") || word.eq_ignore_ascii_case("deny") => {
                Ok(EffectWord::WrongCase)
            }
            _ => Err(self.wrong("Effect must be Allow or Deny", text.start)),
        }
    }

    fn principal(&mut self) -> Read<Run> {
        let start = self.principals.len();
        match self.json.next_kind()? {
            Next::String => {
                let text = self.json.string()?;
                if self.text(&text) != "*" {
                    return Err(self.wrong("a principal must be \"*\" or an object", text.start));
                }
                self.principals.push(PrincipalValue {
                    kind: PrincipalKind::Everyone,
                    text,
                });
            }
            Next::Object => self.principal_map()?,
            _ => return Err(self.wrong_here("a principal must be \"*\" or an object")),
        }
        Ok(run(start, self.principals.len()))
    }

    fn principal_map(&mut self) -> Read<()> {
        let mut seen: SmallVec<[PrincipalKind; 4]> = SmallVec::new();
        self.object("a principal must be \"*\" or an object", |reader, name| {
            let kind = match reader.text(&name) {
                "AWS" => PrincipalKind::Aws,
                "Service" => PrincipalKind::Service,
                "Federated" => PrincipalKind::Federated,
                "CanonicalUser" => PrincipalKind::CanonicalUser,
                _ => return Err(reader.wrong("there is no such kind of principal", name.start)),
            };
            if seen.contains(&kind) {
                return Err(reader.wrong("this key is there twice", name.start));
            }
            seen.push(kind);
            let from = reader.values.len();
            reader.strings(false)?;
            for text in reader.values.drain(from..) {
                reader.principals.push(PrincipalValue { kind, text });
            }
            if reader.principals.len() > VALUES_MAX {
                return Err(reader.wrong("a policy cannot list so much", name.start));
            }
            Ok(())
        })
    }

    fn condition_block(&mut self) -> Read<Run> {
        let start = self.conditions.len();
        let mut operators: SmallVec<[TextRef; 8]> = SmallVec::new();
        self.object("Condition must be an object", |reader, name| {
            operators.push(name);
            let operator = Operator::parse(reader.text(&name));
            let from = reader.conditions.len();
            reader.object("an operator needs an object of keys and values", |reader, key| {
                let Some(operator) = operator else {
                    return Err(reader.wrong("there is no such condition operator", name.start));
                };
                let values = reader.strings(true)?;
                reader.conditions.push(Condition {
                    operator,
                    operator_name: name,
                    key,
                    values,
                });
                Ok(())
            })?;
            let keys: SmallVec<[TextRef; 8]> = reader
                .conditions
                .get(from..)
                .unwrap_or_default()
                .iter()
                .map(|condition| condition.key)
                .collect();
            reader.check_distinct(&keys)
        })?;
        self.check_distinct(&operators)?;
        Ok(run(start, self.conditions.len()))
    }

    fn text(&self, text: &TextRef) -> &str {
        text.resolve(self.source, &self.json.unescaped)
    }

    fn wrong_here(&self, problem: &'static str) -> SyntaxError {
        self.wrong(problem, self.json.offset())
    }

    fn wrong(&self, problem: &'static str, start: u32) -> SyntaxError {
        SyntaxError {
            problem,
            span: Lines::new(self.source).span(start, start),
            json: false,
        }
    }
}

fn run(start: usize, end: usize) -> Run {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Run {
        start: offset(start),
        end: offset(end),
    }
}
