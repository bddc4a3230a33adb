//! The grammar of PartiQL, as far as it is read.

use std::borrow::Cow;

use super::expression::Unreadable;
use super::partiql::{Demand, FORM, Statement, Value, Verb};
use super::partiql_tokens::Token;

/// How deeply values and conditions are nested at most.
const DEPTH_MAX: usize = 32;

/// A statement, from the token that comes next.
pub(super) struct Reader<'t, 'a> {
    pub(super) rest: &'t [Token<'a>],
    /// The top-level attributes that were met.
    pub(super) attributes: Vec<Cow<'a, str>>,
    /// Whether all attributes are asked for.
    pub(super) selects_all: bool,
}

/// An operand of a comparison.
enum Operand<'a> {
    /// A whole top-level attribute.
    Attribute(Cow<'a, str>),
    Value(Value<'a>),
    /// Values in brackets or parentheses.
    Values(Vec<Value<'a>>),
    Other,
}

impl<'t, 'a> Reader<'t, 'a> {
    pub(super) fn statement(&mut self) -> Result<Statement<'a>, Unreadable> {
        let verb = match self.word()?.to_ascii_uppercase().as_str() {
            "SELECT" => Verb::Select,
            "INSERT" => Verb::Insert,
            "UPDATE" => Verb::Update,
            "DELETE" => Verb::Delete,
            _ => return Err(FORM),
        };
        match verb {
            Verb::Select => {
                self.selected()?;
                self.keyword("FROM")?;
            }
            Verb::Insert => self.keyword("INTO")?,
            Verb::Update => {}
            Verb::Delete => self.keyword("FROM")?,
        }
        let (table, index) = self.table()?;
        if index.is_some() && verb != Verb::Select {
            return Err(FORM);
        }
        let mut demands = Vec::new();
        match verb {
            Verb::Insert => {
                self.keyword("VALUE")?;
                demands = self.item()?;
            }
            Verb::Update => self.changes()?,
            Verb::Select | Verb::Delete => {}
        }
        if verb != Verb::Insert && self.takes_keyword("WHERE") {
            demands = self.conditions()?;
        }
        let returning = match verb {
            Verb::Select if self.takes_keyword("ORDER") => {
                self.keyword("BY")?;
                self.order()?;
                None
            }
            Verb::Update | Verb::Delete if self.takes_keyword("RETURNING") => Some(self.returning()?),
            _ => None,
        };
        Ok(Statement {
            verb,
            table,
            index,
            attributes: Vec::new(),
            selects_all: false,
            demands,
            returning,
        })
    }

    /// `*`, or paths.
    fn selected(&mut self) -> Result<(), Unreadable> {
        if self.takes(&Token::Sign("*")) {
            self.selects_all = true;
            return Ok(());
        }
        loop {
            self.path()?;
            if !self.takes(&Token::Sign(",")) {
                return Ok(());
            }
        }
    }

    fn table(&mut self) -> Result<(Cow<'a, str>, Option<Cow<'a, str>>), Unreadable> {
        let table = self.name()?;
        let index = if self.takes(&Token::Sign(".")) {
            Some(self.name()?)
        } else {
            None
        };
        Ok((table, index))
    }

    /// `{'name': value, …}`
    fn item(&mut self) -> Result<Vec<Demand<'a>>, Unreadable> {
        self.sign("{")?;
        let mut item = Vec::new();
        loop {
            let Token::Text(name) = self.next() else {
                return Err(FORM);
            };
            let name = name.clone();
            self.sign(":")?;
            let value = self.value(0)?;
            self.attributes.push(name.clone());
            item.push(Demand::OneOf(name, vec![value]));
            if !self.takes(&Token::Sign(",")) {
                self.sign("}")?;
                return Ok(item);
            }
        }
    }

    /// `SET path = value`, `REMOVE path`, as often as they come.
    fn changes(&mut self) -> Result<(), Unreadable> {
        let mut are_any = false;
        loop {
            if self.takes_keyword("SET") {
                loop {
                    self.path()?;
                    self.sign("=")?;
                    self.sum(0)?;
                    if !self.takes(&Token::Sign(",")) {
                        break;
                    }
                }
            } else if self.takes_keyword("REMOVE") {
                loop {
                    self.path()?;
                    if !self.takes(&Token::Sign(",")) {
                        break;
                    }
                }
            } else if are_any {
                return Ok(());
            } else {
                return Err(FORM);
            }
            are_any = true;
        }
    }

    fn order(&mut self) -> Result<(), Unreadable> {
        loop {
            self.path()?;
            if !self.takes_keyword("ASC") {
                self.takes_keyword("DESC");
            }
            if !self.takes(&Token::Sign(",")) {
                return Ok(());
            }
        }
    }

    /// `ALL OLD *` and its three relatives.
    fn returning(&mut self) -> Result<String, Unreadable> {
        let which = self.word()?.to_ascii_uppercase();
        let when = self.word()?.to_ascii_uppercase();
        self.sign("*")?;
        let which = match which.as_str() {
            "ALL" => "ALL",
            "MODIFIED" => "UPDATED",
            _ => return Err(FORM),
        };
        match when.as_str() {
            "OLD" | "NEW" => Ok(format!("{which}_{when}")),
            _ => Err(FORM),
        }
    }

    /// Conditions that are joined by AND, each by itself.
    fn conditions(&mut self) -> Result<Vec<Demand<'a>>, Unreadable> {
        let mut demands = Vec::new();
        loop {
            let before = self.attributes.len();
            let demand = self.negation(0)?;
            if self.takes_keyword("OR") {
                // What was taken apart so far is one side of an alternative only.
                self.alternatives(0)?;
                return Ok(vec![Demand::Other(self.attributes.clone())]);
            }
            demands.push(demand.unwrap_or_else(|| {
                Demand::Other(self.attributes.get(before..).unwrap_or_default().to_vec())
            }));
            if !self.takes_keyword("AND") {
                return Ok(demands);
            }
        }
    }

    fn alternatives(&mut self, depth: usize) -> Result<(), Unreadable> {
        loop {
            self.negation(depth)?;
            if !self.takes_keyword("OR") && !self.takes_keyword("AND") {
                return Ok(());
            }
        }
    }

    /// One condition; what it demands, if that is plain.
    fn negation(&mut self, depth: usize) -> Result<Option<Demand<'a>>, Unreadable> {
        let mut is_negated = false;
        while self.takes_keyword("NOT") {
            is_negated = true;
        }
        let demand = self.comparison(depth)?;
        Ok(demand.filter(|_| !is_negated))
    }

    fn comparison(&mut self, depth: usize) -> Result<Option<Demand<'a>>, Unreadable> {
        if depth > DEPTH_MAX {
            return Err(Unreadable("it is nested too deeply"));
        }
        if self.takes(&Token::Sign("(")) {
            self.alternatives(depth + 1)?;
            self.sign(")")?;
            // A sum in parentheses may go on.
            return self.behind(Operand::Other, depth);
        }
        let left = self.sum(depth)?;
        self.behind(left, depth)
    }

    /// What follows the left side of a comparison, or nothing for a function that is true or false.
    fn behind(&mut self, left: Operand<'a>, depth: usize) -> Result<Option<Demand<'a>>, Unreadable> {
        if self.takes(&Token::Sign("=")) {
            let right = self.sum(depth)?;
            return Ok(match (left, right) {
                (Operand::Attribute(name), Operand::Value(value))
                | (Operand::Value(value), Operand::Attribute(name)) => Some(Demand::OneOf(name, vec![value])),
                _ => None,
            });
        }
        if ["<>", "!=", "<", "<=", ">", ">="]
            .iter()
            .any(|sign| self.takes(&Token::Sign(sign)))
        {
            self.sum(depth)?;
        } else if self.takes_keyword("BETWEEN") {
            self.sum(depth)?;
            self.keyword("AND")?;
            self.sum(depth)?;
        } else if self.takes_keyword("IN") {
            let values = self.list(depth)?;
            return Ok(match (left, values) {
                (Operand::Attribute(name), Operand::Values(values)) => Some(Demand::OneOf(name, values)),
                _ => None,
            });
        } else if self.takes_keyword("IS") {
            self.takes_keyword("NOT");
            if !self.takes_keyword("MISSING") {
                self.keyword("NULL")?;
            }
        } else {
            return Ok(None);
        }
        Ok(match left {
            Operand::Attribute(name) => Some(Demand::Compared(name)),
            _ => None,
        })
    }

    fn sum(&mut self, depth: usize) -> Result<Operand<'a>, Unreadable> {
        let mut operand = self.operand(depth)?;
        while self.takes(&Token::Sign("+")) || self.takes(&Token::Sign("-")) {
            self.operand(depth)?;
            operand = Operand::Other;
        }
        Ok(operand)
    }

    fn operand(&mut self, depth: usize) -> Result<Operand<'a>, Unreadable> {
        if depth > DEPTH_MAX {
            return Err(Unreadable("it is nested too deeply"));
        }
        match self.rest {
            [Token::Word(name), Token::Sign("("), after @ ..] => {
                if !FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                    return Err(FORM);
                }
                self.rest = after;
                loop {
                    self.sum(depth + 1)?;
                    if !self.takes(&Token::Sign(",")) {
                        self.sign(")")?;
                        return Ok(Operand::Other);
                    }
                }
            }
            [Token::Word(word), ..] if is_literal(word) => Ok(Operand::Value(self.value(depth)?)),
            [Token::Word(_) | Token::Quoted(_), ..] => {
                let is_whole = !matches!(self.rest.get(1), Some(Token::Sign("." | "[")));
                let name = self.path()?;
                Ok(if is_whole {
                    Operand::Attribute(name)
                } else {
                    Operand::Other
                })
            }
            [Token::Sign("("), after @ ..] => {
                self.rest = after;
                self.sum(depth + 1)?;
                self.sign(")")?;
                Ok(Operand::Other)
            }
            [Token::Sign("["), ..] => self.list(depth),
            _ => Ok(Operand::Value(self.value(depth)?)),
        }
    }

    /// `[…]` or `(…)`: the values, if there is nothing else in it.
    fn list(&mut self, depth: usize) -> Result<Operand<'a>, Unreadable> {
        let end = match self.next() {
            Token::Sign("[") => "]",
            Token::Sign("(") => ")",
            _ => return Err(FORM),
        };
        let mut values = Vec::new();
        if self.takes(&Token::Sign(end)) {
            return Ok(Operand::Values(values));
        }
        let mut are_values = true;
        loop {
            match self.sum(depth + 1)? {
                Operand::Value(value) => values.push(value),
                _ => are_values = false,
            }
            if !self.takes(&Token::Sign(",")) {
                self.sign(end)?;
                return Ok(if are_values {
                    Operand::Values(values)
                } else {
                    Operand::Other
                });
            }
        }
    }

    /// A literal or a parameter.
    fn value(&mut self, depth: usize) -> Result<Value<'a>, Unreadable> {
        if depth > DEPTH_MAX {
            return Err(Unreadable("it is nested too deeply"));
        }
        match self.next() {
            Token::Text(text) => Ok(Value::Text(text.clone())),
            Token::Number(number) => Ok(Value::Number(number)),
            Token::Parameter(number) => Ok(Value::Parameter(*number)),
            Token::Word(word) if is_literal(word) => Ok(Value::Other),
            Token::Sign("[") => self.collection("]", depth),
            Token::Sign("<<") => self.collection(">>", depth),
            Token::Sign("{") => {
                if self.takes(&Token::Sign("}")) {
                    return Ok(Value::Other);
                }
                loop {
                    let Token::Text(_) = self.next() else {
                        return Err(FORM);
                    };
                    self.sign(":")?;
                    self.value(depth + 1)?;
                    if !self.takes(&Token::Sign(",")) {
                        self.sign("}")?;
                        return Ok(Value::Other);
                    }
                }
            }
            _ => Err(FORM),
        }
    }

    fn collection(&mut self, end: &'static str, depth: usize) -> Result<Value<'a>, Unreadable> {
        if self.takes(&Token::Sign(end)) {
            return Ok(Value::Other);
        }
        loop {
            self.value(depth + 1)?;
            if !self.takes(&Token::Sign(",")) {
                self.sign(end)?;
                return Ok(Value::Other);
            }
        }
    }

    /// A path, whose top-level attribute is noted.
    fn path(&mut self) -> Result<Cow<'a, str>, Unreadable> {
        let name = self.name()?;
        self.attributes.push(name.clone());
        loop {
            if self.takes(&Token::Sign(".")) {
                self.name()?;
            } else if self.takes(&Token::Sign("[")) {
                match self.next() {
                    Token::Number(_) | Token::Text(_) => self.sign("]")?,
                    _ => return Err(FORM),
                }
            } else {
                return Ok(name);
            }
        }
    }

    fn name(&mut self) -> Result<Cow<'a, str>, Unreadable> {
        match self.next() {
            Token::Quoted(name) => Ok(name.clone()),
            Token::Word(word) if !is_reserved(word) => Ok(Cow::Borrowed(*word)),
            _ => Err(FORM),
        }
    }

    fn word(&mut self) -> Result<&'a str, Unreadable> {
        match self.next() {
            Token::Word(word) => Ok(word),
            _ => Err(FORM),
        }
    }

    fn keyword(&mut self, keyword: &str) -> Result<(), Unreadable> {
        if self.takes_keyword(keyword) {
            Ok(())
        } else {
            Err(FORM)
        }
    }

    fn takes_keyword(&mut self, keyword: &str) -> bool {
        match self.rest {
            [Token::Word(word), after @ ..] if word.eq_ignore_ascii_case(keyword) => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }

    fn sign(&mut self, sign: &'static str) -> Result<(), Unreadable> {
        if self.takes(&Token::Sign(sign)) {
            Ok(())
        } else {
            Err(FORM)
        }
    }

    fn takes(&mut self, token: &Token<'_>) -> bool {
        match self.rest {
            [first, after @ ..] if first == token => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }

    fn next(&mut self) -> &'t Token<'a> {
        match self.rest {
            [first, after @ ..] => {
                self.rest = after;
                first
            }
            [] => &Token::End,
        }
    }
}

const FUNCTIONS: [&str; 9] = [
    "begins_with",
    "contains",
    "size",
    "attribute_type",
    "attribute_exists",
    "attribute_not_exists",
    "list_append",
    "set_add",
    "set_delete",
];

fn is_literal(word: &str) -> bool {
    is_one_of(word, &["TRUE", "FALSE", "NULL", "MISSING"])
}

/// Words that are no names unless they are quoted.
fn is_reserved(word: &str) -> bool {
    is_literal(word)
        || is_one_of(
            word,
            &[
                "SELECT",
                "FROM",
                "WHERE",
                "ORDER",
                "BY",
                "INSERT",
                "INTO",
                "VALUE",
                "UPDATE",
                "SET",
                "REMOVE",
                "DELETE",
                "RETURNING",
                "AND",
                "OR",
                "NOT",
                "IN",
                "IS",
                "BETWEEN",
                "EXISTS",
                "AS",
                "AT",
                "LET",
                "JOIN",
                "UNPIVOT",
                "UNION",
                "ALL",
                "DISTINCT",
                "LIMIT",
                "OFFSET",
                "GROUP",
                "HAVING",
                "CASE",
                "CAST",
                "LIKE",
            ],
        )
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}
