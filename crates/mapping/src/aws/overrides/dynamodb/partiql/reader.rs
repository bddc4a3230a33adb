//! A place among the tokens, and what the grammar is made of: names, paths, keywords and signs.

use std::borrow::Cow;

use super::FORM;
use super::tokens::Token;
use crate::aws::overrides::dynamodb::expression::Unreadable;

/// A statement, from the token that comes next.
pub(super) struct Reader<'t, 'a> {
    pub(super) rest: &'t [Token<'a>],
    /// The top-level attributes that were met.
    pub(super) attributes: Vec<Cow<'a, str>>,
    /// Whether all attributes are asked for.
    pub(super) selects_all: bool,
}

impl<'t, 'a> Reader<'t, 'a> {
    /// A path, whose top-level attribute is noted.
    pub(super) fn path(&mut self) -> Result<Cow<'a, str>, Unreadable> {
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

    pub(super) fn name(&mut self) -> Result<Cow<'a, str>, Unreadable> {
        match self.next() {
            Token::Quoted(name) => Ok(name.clone()),
            Token::Word(word) if !is_reserved(word) => Ok(Cow::Borrowed(*word)),
            _ => Err(FORM),
        }
    }

    pub(super) fn word(&mut self) -> Result<&'a str, Unreadable> {
        match self.next() {
            Token::Word(word) => Ok(word),
            _ => Err(FORM),
        }
    }

    pub(super) fn keyword(&mut self, keyword: &str) -> Result<(), Unreadable> {
        if self.takes_keyword(keyword) {
            Ok(())
        } else {
            Err(FORM)
        }
    }

    pub(super) fn takes_keyword(&mut self, keyword: &str) -> bool {
        match self.rest {
            [Token::Word(word), after @ ..] if word.eq_ignore_ascii_case(keyword) => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }

    pub(super) fn sign(&mut self, sign: &'static str) -> Result<(), Unreadable> {
        if self.takes(&Token::Sign(sign)) {
            Ok(())
        } else {
            Err(FORM)
        }
    }

    pub(super) fn takes(&mut self, token: &Token<'_>) -> bool {
        match self.rest {
            [first, after @ ..] if first == token => {
                self.rest = after;
                true
            }
            _ => false,
        }
    }

    pub(super) fn next(&mut self) -> &'t Token<'a> {
        match self.rest {
            [first, after @ ..] => {
                self.rest = after;
                first
            }
            [] => &Token::End,
        }
    }
}

pub(super) fn is_literal(word: &str) -> bool {
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
