//! Chapter: variables.
//!
//! Since version 2012-10-17, `${key}` stands for the value of a single-valued condition key, found without
//! regard to case; `${key, 'text'}` has a default for a key that is absent. What is put in is plain text:
//! `*` and `?` in it mean themselves. `${*}`, `${?}` and `${$}` are those characters. A key that is absent
//! and has no default leaves the text without a value. What a multivalued key does is not documented,
//! beyond that it cannot be used.
//! Evidence: AWS documentation, policy variables; single-valued and multivalued context keys.

use crate::matching::{self, Token};
use crate::request::{ContextValue, Request};

/// What becomes of a text with variables.
#[derive(Debug)]
pub(crate) enum Expansion {
    Tokens(Vec<Token>),
    NoValue,
    Multivalued,
}

/// Puts the request's values in.
pub(crate) fn expand(text: &str, request: &Request, has_variables: bool) -> Expansion {
    let mut tokens = Vec::new();
    let mut is_without_value = false;
    let mut is_multivalued = false;
    for piece in pieces(text, has_variables) {
        match piece {
            Piece::Text(text) => tokens.extend(matching::pattern(text)),
            Piece::Variable(variable @ ("*" | "?" | "$")) => tokens.extend(variable.chars().map(Token::Is)),
            Piece::Variable(variable) => {
                let (key, default) = split_default(variable);
                match (request.key(key), default) {
                    (Some(ContextValue::Single(value)), _) => tokens.extend(value.chars().map(Token::Is)),
                    (Some(ContextValue::Many(values)), _) if !values.is_empty() => is_multivalued = true,
                    (_, Some(default)) => tokens.extend(default.chars().map(Token::Is)),
                    (_, None) => is_without_value = true,
                }
            }
        }
    }
    if is_without_value {
        Expansion::NoValue
    } else if is_multivalued {
        Expansion::Multivalued
    } else {
        Expansion::Tokens(tokens)
    }
}

/// The same with any text in place of the variables.
pub(crate) fn with_anything(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for piece in pieces(text, true) {
        match piece {
            Piece::Text(text) => tokens.extend(matching::pattern(text)),
            Piece::Variable(_) => tokens.push(Token::AnyText),
        }
    }
    tokens
}

/// Whether an ARN has a variable before its fifth colon.
pub(crate) fn stand_before_fifth_colon(arn: &str) -> bool {
    let mut colons = 0;
    for piece in pieces(arn, true) {
        match piece {
            Piece::Text(text) => colons += text.matches(':').count(),
            Piece::Variable(_) if colons < 5 => return true,
            Piece::Variable(_) => {}
        }
    }
    false
}

enum Piece<'a> {
    Text(&'a str),
    /// What stands between the braces.
    Variable(&'a str),
}

fn pieces(text: &str, has_variables: bool) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while has_variables && let Some((before, after)) = rest.split_once("${") {
        let Some((variable, behind)) = after.split_once('}') else {
            break;
        };
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Variable(variable));
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn split_default(variable: &str) -> (&str, Option<&str>) {
    match variable.split_once(", '") {
        Some((key, default)) => (key, Some(default.strip_suffix('\'').unwrap_or(default))),
        None => (variable, None),
    }
}
