//! Chapter: variables.
//!
//! Since version 2012-10-17, `${key}` stands for the value of a single-valued condition key, found without
//! regard to case; `${key, 'text'}` has a default for a key that is absent. What is put in is plain text:
//! `*` and `?` in it mean themselves. `${*}`, `${?}` and `${$}` are those characters. A key that is absent
//! and has no default leaves the text without a value. A multivalued key has none either, whatever the
//! default, and that of a key of which nothing is known may be any; in resources that is not recorded, nor what is not written exactly so.
//! Evidence: AWS documentation, policy variables; single-valued and multivalued context keys; recorded decisions of AWS.

use crate::matching::{self, Token};
use crate::request::{ContextValue, Request};

/// What becomes of a text with variables.
#[derive(Debug)]
pub(crate) enum Expansion {
    Tokens(Vec<Token>),
    NoValue,
    Multivalued,
    /// There are keys of which nothing is known: with any text in their places.
    Unknown(Vec<Token>),
    /// Something begins as a variable and is none; what it means is not documented.
    Malformed,
}

/// Puts the request's values in.
pub(crate) fn expand(text: &str, request: &Request, has_variables: bool) -> Expansion {
    let mut tokens = Vec::new();
    let mut failure = None;
    let mut is_known = true;
    for piece in pieces(text, has_variables) {
        match piece {
            Piece::Text(text) => tokens.extend(matching::pattern(text)),
            Piece::Character(character) => tokens.push(Token::Is(character)),
            Piece::Malformed => failure = Some(Expansion::Malformed),
            Piece::Variable { key, default } => match (request.key(key), default) {
                (Some(ContextValue::Unknown), _) => {
                    is_known = false;
                    tokens.push(Token::AnyText);
                }
                (Some(ContextValue::Single(value)), _) => tokens.extend(value.chars().map(Token::Is)),
                (Some(ContextValue::Many(values)), _) if !values.is_empty() => {
                    tokens.push(Token::AnyText);
                    failure = failure.or(Some(Expansion::Multivalued));
                }
                (_, Some(default)) => tokens.extend(default.chars().map(Token::Is)),
                (_, None) if matches!(failure, Some(Expansion::Malformed)) => {}
                (_, None) => failure = Some(Expansion::NoValue),
            },
        }
    }
    match failure {
        // What is not known is in doubt, whatever else is.
        Some(Expansion::Multivalued) if !is_known => Expansion::Unknown(tokens),
        Some(failure) => failure,
        None if is_known => Expansion::Tokens(tokens),
        None => Expansion::Unknown(tokens),
    }
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
        let (piece, behind) = piece(after);
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Reads what follows the opening brace, and says what stands behind the closing one.
fn piece(text: &str) -> (Piece<'_>, &str) {
    let Some((inside, behind)) = text.split_once('}') else {
        return (Piece::Malformed, "");
    };
    if let ("*" | "?" | "$", Some(character)) = (inside, inside.chars().next()) {
        return (Piece::Character(character), behind);
    }
    let is_key = |key: &str| !key.is_empty() && !key.contains([' ', ',', '\'', '$', '{', '}']);
    if is_key(inside) {
        return (
            Piece::Variable {
                key: inside,
                default: None,
            },
            behind,
        );
    }
    // The default is quoted, so that it may hold a brace.
    if let Some((key, quoted)) = text.split_once(", '")
        && is_key(key)
        && let Some((default, behind)) = quoted.split_once("'}")
    {
        return (
            Piece::Variable {
                key,
                default: Some(default),
            },
            behind,
        );
    }
    (Piece::Malformed, behind)
}
