//! What is compared, set or inserted: attributes, values, lists of values, functions and sums.

use std::borrow::Cow;

use super::reader::{Reader, is_literal};
use super::tokens::Token;
use super::{DEPTH_MAX, FORM, Value};
use crate::aws::overrides::dynamodb::expression::Unreadable;

/// An operand of a comparison.
pub(super) enum Operand<'a> {
    /// A whole top-level attribute.
    Attribute(Cow<'a, str>),
    Value(Value<'a>),
    /// Values in brackets or parentheses.
    Values(Vec<Value<'a>>),
    Other,
}

impl<'a> Reader<'_, 'a> {
    pub(super) fn sum(&mut self, depth: usize) -> Result<Operand<'a>, Unreadable> {
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
    pub(super) fn list(&mut self, depth: usize) -> Result<Operand<'a>, Unreadable> {
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
    pub(super) fn value(&mut self, depth: usize) -> Result<Value<'a>, Unreadable> {
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
