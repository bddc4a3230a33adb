//! DynamoDB's PartiQL, as far as a decision needs it: what a statement does to which table, which attributes it
//! names, and which values it demands of them.
//!
//! Invariant: a statement is read to its last character or refused: aliases, comments, subqueries, several tables and
//! whatever else this reader does not know are refused, never skipped. Depth and length are bounded.
//!
//! Deliberately absent: types, and whether the statement can run at all.

use std::borrow::Cow;

use super::expression::Unreadable;
use super::partiql_tokens::{Token, tokens};

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Select,
    Insert,
    Update,
    Delete,
}

/// A statement, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    pub(crate) verb: Verb,
    pub(crate) table: Cow<'a, str>,
    pub(crate) index: Option<Cow<'a, str>>,
    /// The top-level attributes that it names.
    pub(crate) attributes: Vec<Cow<'a, str>>,
    /// Whether it asks for all attributes.
    pub(crate) selects_all: bool,
    /// What `WHERE` demands (all of it must hold), or the attributes of the item that is inserted.
    pub(crate) demands: Vec<Demand<'a>>,
    /// Whether values come back that were there before or are there after, and which: `ALL_OLD`.
    pub(crate) returning: Option<String>,
}

/// One of the conditions that must all hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Demand<'a> {
    /// The attribute has one of these values.
    OneOf(Cow<'a, str>, Vec<Value<'a>>),
    /// A comparison of one attribute, which is a whole top-level one, with something else.
    Compared(Cow<'a, str>),
    /// Anything else, about these attributes.
    Other(Vec<Cow<'a, str>>),
}

/// A value in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number, as it is written.
    Number(&'a str),
    /// The parameter of this number, counted from zero.
    Parameter(usize),
    /// Any other.
    Other,
}

const FORM: Unreadable = Unreadable("it is not a statement that is understood");
const DEPTH_MAX: usize = 32;

/// Reads a statement.
pub(crate) fn read(text: &str) -> Result<Statement<'_>, Unreadable> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        rest: &tokens,
        attributes: Vec::new(),
        selects_all: false,
    };
    let mut statement = reader.statement()?;
    if reader.rest != [Token::End] {
        return Err(FORM);
    }
    statement.attributes = reader.attributes;
    statement.selects_all = reader.selects_all;
    if statement.attributes.contains(&statement.table) {
        // `table.attribute` and an attribute with the name of the table cannot be told apart.
        return Err(Unreadable("an attribute has the name of the table"));
    }
    Ok(statement)
}

struct Reader<'t, 'a> {
    rest: &'t [Token<'a>],
    attributes: Vec<Cow<'a, str>>,
    selects_all: bool,
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
    fn statement(&mut self) -> Result<Statement<'a>, Unreadable> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = match read(text) {
            Err(Unreadable(reason)) => format!("refused: {reason}"),
            Ok(statement) => {
                let demands: Vec<_> = statement.demands.iter().map(shown).collect();
                format!(
                    "{:?} {}{} touches [{}{}] demands [{}]{}",
                    statement.verb,
                    statement.table,
                    statement.index.map_or(String::new(), |index| format!("/{index}")),
                    if statement.selects_all { "*" } else { "" },
                    statement.attributes.join(" "),
                    demands.join(" "),
                    statement
                        .returning
                        .map_or(String::new(), |returning| format!(" returns {returning}")),
                )
            }
        };
        assert_eq!(read, expected, "{text}");
    }

    fn shown(demand: &Demand<'_>) -> String {
        match demand {
            Demand::OneOf(name, values) => {
                let values: Vec<_> = values
                    .iter()
                    .map(|value| match value {
                        Value::Text(text) => format!("'{text}'"),
                        Value::Number(number) => (*number).to_owned(),
                        Value::Parameter(number) => format!("?{number}"),
                        Value::Other => "…".to_owned(),
                    })
                    .collect();
                format!("{name}={}", values.join("|"))
            }
            Demand::Compared(name) => format!("{name}~"),
            Demand::Other(names) => format!("({})", names.join(" ")),
        }
    }

    #[test]
    fn a_selection_is_of_a_table_or_an_index() {
        check("SELECT * FROM Music", "Select Music touches [*] demands []");
        check(
            r#"select pk, "a b".c[0]['x'] from "My.Table"."by-date" where pk=? AND sk=1.250 order by sk desc"#,
            "Select My.Table/by-date touches [pk a b pk sk sk] demands [pk=?0 sk=1.250]",
        );
        check(
            "SELECT a FROM t WHERE pk IN ['x', 'it''s'] AND (b > 1 OR NOT c.d = 2) AND begins_with(\"e\", ?)",
            "Select t touches [a pk b c e] demands [pk='x'|'it's' (b c) (e)]",
        );
        check(
            "SELECT a FROM t WHERE pk='a' AND sk>0 AND sk<20 AND b BETWEEN 1 AND 2 AND c IS NOT MISSING",
            "Select t touches [a pk sk sk b c] demands [pk='a' sk~ sk~ b~ c~]",
        );
    }

    #[test]
    fn an_alternative_demands_nothing_of_one_attribute() {
        check(
            "SELECT a FROM t WHERE pk='a' OR pk='b'",
            "Select t touches [a pk pk] demands [(a pk pk)]",
        );
        check(
            "SELECT a FROM t WHERE NOT NOT pk='a'",
            "Select t touches [a pk] demands [(pk)]",
        );
        check(
            "SELECT a FROM t WHERE (pk='a')",
            "Select t touches [a pk] demands [(pk)]",
        );
    }

    #[test]
    fn writes_name_what_they_change() {
        check(
            "INSERT INTO t VALUE {'pk': 'a', 'n': {'x': [1, true, <<?>>]}}",
            "Insert t touches [pk n] demands [pk='a' n=…]",
        );
        check(
            "UPDATE t SET a = b + ?, c.d = list_append(c.d, [1]) REMOVE e WHERE pk=? RETURNING ALL OLD *",
            "Update t touches [a b c c e pk] demands [pk=?1] returns ALL_OLD",
        );
        check(
            "DELETE FROM t WHERE pk='a'",
            "Delete t touches [pk] demands [pk='a']",
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "SELECT",
            "SELECT * FROM t x",
            "SELECT * FROM t AS x",
            "SELECT * FROM t WHERE",
            "SELECT * FROM t, u",
            "SELECT * FROM (SELECT * FROM u)",
            "SELECT * FROM t WHERE EXISTS(SELECT * FROM u)",
            "SELECT * FROM t WHERE leak(a)",
            "SELECT * FROM t; DELETE FROM u",
            "UPDATE t WHERE pk='a'",
            "INSERT INTO t.i VALUE {'pk': 1}",
            "DELETE FROM t WHERE pk='a' RETURNING ALL",
        ] {
            let is_refused = read(text).is_err();
            assert!(is_refused, "{text}");
        }
        check(
            "SELECT t.a FROM t",
            "refused: an attribute has the name of the table",
        );
        check(
            "SELECT * FROM t -- WHERE",
            "refused: it has a character that means nothing",
        );
        check(
            "SELECT * FROM 't'",
            "refused: it is not a statement that is understood",
        );
    }
}
