//! Chapter: variables.
//!
//! Since version 2012-10-17, `${key}` stands for the value of a single-valued condition key, found without
//! regard to case; `${key, 'text'}` has a default for a key that is absent. What is put in is plain text:
//! `*` and `?` in it mean themselves. `${*}`, `${?}` and `${$}` are those characters. A key that is absent
//! and has no default leaves the text without a value, and so do braces and quotes that are never closed. What a multivalued key does is not documented,
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
    let mut failure = None;
    for piece in pieces(text, has_variables) {
        match piece {
            Piece::Text(text) => tokens.extend(matching::pattern(text)),
            Piece::Character(character) => tokens.push(Token::Is(character)),
            Piece::Malformed => failure = Some(Expansion::NoValue),
            Piece::Variable { key, default } => match (request.key(key), default) {
                (Some(ContextValue::Single(value)), _) => tokens.extend(value.chars().map(Token::Is)),
                (Some(ContextValue::Many(values)), _) if !values.is_empty() => {
                    failure = failure.or(Some(Expansion::Multivalued));
                }
                (_, Some(default)) => tokens.extend(default.chars().map(Token::Is)),
                (_, None) => failure = Some(Expansion::NoValue),
            },
        }
    }
    failure.unwrap_or(Expansion::Tokens(tokens))
}

/// The same with any text in place of the variables.
pub(crate) fn with_anything(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for piece in pieces(text, true) {
        match piece {
            Piece::Text(text) => tokens.extend(matching::pattern(text)),
            Piece::Character(character) => tokens.push(Token::Is(character)),
            Piece::Variable { .. } | Piece::Malformed => tokens.push(Token::AnyText),
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
            Piece::Variable { .. } if colons < 5 => return true,
            Piece::Variable { .. } | Piece::Character(_) | Piece::Malformed => {}
        }
    }
    false
}

enum Piece<'a> {
    Text(&'a str),
    /// `${*}`, `${?}` or `${$}`.
    Character(char),
    Variable {
        key: &'a str,
        default: Option<&'a str>,
    },
    /// Braces or quotes that are never closed.
    Malformed,
}

fn pieces(text: &str, has_variables: bool) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while has_variables && let Some((before, after)) = rest.split_once("${") {
        pieces.push(Piece::Text(before));
        let Some((inside, behind)) = after.split_once('}') else {
            pieces.push(Piece::Malformed);
            return pieces;
        };
        pieces.push(piece(inside));
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn piece(inside: &str) -> Piece<'_> {
    if let ("*" | "?" | "$", Some(character)) = (inside, inside.chars().next()) {
        return Piece::Character(character);
    }
    match inside.split_once(", '") {
        None => Piece::Variable {
            key: inside,
            default: None,
        },
        Some((key, quoted)) => match quoted.strip_suffix('\'') {
            Some(default) => Piece::Variable {
                key,
                default: Some(default),
            },
            None => Piece::Malformed,
        },
    }
}
