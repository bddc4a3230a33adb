//! The clauses of a statement, verb by verb.

use std::borrow::Cow;

use super::reader::Reader;
use super::tokens::Token;
use super::{Demand, FORM, Statement, Verb};
use crate::aws::overrides::dynamodb::expression::Unreadable;

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
}
