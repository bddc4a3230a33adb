//! What `WHERE` demands: conditions that must all hold, taken apart, and alternatives, which are not.

use super::operands::Operand;
use super::reader::Reader;
use super::tokens::Token;
use super::{DEPTH_MAX, Demand};
use crate::aws::overrides::dynamodb::expression::Unreadable;

impl<'a> Reader<'_, 'a> {
    /// Conditions that are joined by AND, each by itself.
    pub(super) fn conditions(&mut self) -> Result<Vec<Demand<'a>>, Unreadable> {
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
}
