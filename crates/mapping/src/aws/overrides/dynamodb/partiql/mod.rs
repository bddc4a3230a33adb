//! DynamoDB's PartiQL, as far as a decision needs it: what a statement does to which table, which attributes it
//! names, and which values it demands of them.
//!
//! Invariant: a statement is read to its last character or refused: aliases, comments, subqueries, several tables and
//! whatever else this reader does not know are refused, never skipped. Depth and length are bounded.
//!
//! Deliberately absent: types, and whether the statement can run at all.

mod clauses;
mod conditions;
mod operands;
mod reader;
mod tokens;

use std::borrow::Cow;

use reader::Reader;
use tokens::{Token, tokens};

use super::expression::Unreadable;

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

/// How deeply values and conditions are nested at most.
const DEPTH_MAX: usize = 32;

const FORM: Unreadable = Unreadable("it is not a statement that is understood");

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
