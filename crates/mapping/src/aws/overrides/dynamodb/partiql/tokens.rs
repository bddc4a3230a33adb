//! The words and signs of a PartiQL statement.

use std::borrow::Cow;

use crate::aws::overrides::dynamodb::expression::Unreadable;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word without quotes: a keyword or a name.
    Word(&'a str),
    /// A name in double quotes.
    Quoted(Cow<'a, str>),
    /// A text in single quotes.
    Text(Cow<'a, str>),
    Number(&'a str),
    /// A question mark, by its number.
    Parameter(usize),
    Sign(&'static str),
    End,
}

/// Longer statements DynamoDB refuses.
const LENGTH_MAX: usize = 8192;

/// The longer signs come before those that they begin with.
const SIGNS: [&str; 22] = [
    "<<", ">>", "<>", "<=", ">=", "!=", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "+", "*",
    "-", ";",
];

/// What begins a clause of a query, for those who look for nothing else.
const CLAUSES: [&str; 3] = ["select ", " from ", " where "];

pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Unreadable> {
    const NOTHING: Unreadable = Unreadable("it has a character that means nothing");
    if text.len() > LENGTH_MAX {
        return Err(Unreadable("it is longer than 8192 bytes"));
    }
    let mut tokens = Vec::new();
    let mut parameters = 0;
    let mut rest = text.trim_ascii_start();
    while let Some(first) = rest.bytes().next() {
        // Comments, and two minus signs that could begin one.
        if rest.starts_with("--") || rest.starts_with("/*") {
            return Err(NOTHING);
        }
        let (token, length) = match first {
            b'\'' => quoted(rest, '\'').map(|(text, length)| (Token::Text(text), length))?,
            b'"' => quoted(rest, '"').map(|(name, length)| (Token::Quoted(name), length))?,
            b'?' => {
                parameters += 1;
                (Token::Parameter(parameters - 1), 1)
            }
            b'0'..=b'9' => number(rest).ok_or(NOTHING)?,
            b'-' if is_sign_of_number(&tokens) && rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => {
                number(rest).ok_or(NOTHING)?
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                let length = rest
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    .count();
                (Token::Word(rest.get(..length).ok_or(NOTHING)?), length)
            }
            _ => {
                let sign = SIGNS
                    .iter()
                    .find(|sign| rest.starts_with(**sign))
                    .ok_or(NOTHING)?;
                (Token::Sign(sign), sign.len())
            }
        };
        tokens.push(token);
        rest = rest.get(length..).ok_or(NOTHING)?.trim_ascii_start();
    }
    let is_query = matches!(tokens.first(), Some(Token::Word(word)) if word.eq_ignore_ascii_case("SELECT"));
    if is_query && tokens.iter().any(has_clause) {
        return Err(Unreadable("a text or a name in it has what begins a clause"));
    }
    tokens.push(Token::End);
    Ok(tokens)
}

/// Whether something in quotes has what begins a clause of a query.
///
/// Fails closed: servers that cut a statement at these words, in quotes or not, would read another table than is named.
/// moto 5.2 does. Such texts can be parameters.
fn has_clause(token: &Token<'_>) -> bool {
    let (Token::Quoted(text) | Token::Text(text)) = token else {
        return false;
    };
    let words = text.replace(['\n', '\t', '\r'], " ").to_ascii_lowercase();
    CLAUSES.iter().any(|clause| words.contains(clause))
}

/// Whether a minus sign here belongs to a number rather than between two.
fn is_sign_of_number(before: &[Token<'_>]) -> bool {
    match before.last() {
        None | Some(Token::End) => true,
        Some(Token::Sign(sign)) => !matches!(*sign, ")" | "]" | "}" | "*"),
        Some(Token::Word(word)) => word.eq_ignore_ascii_case("AND"),
        Some(_) => false,
    }
}

fn number(text: &str) -> Option<(Token<'_>, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut length = usize::from(bytes.first() == Some(&b'-'));
    length += digits(length);
    if bytes.get(length) == Some(&b'.') {
        let fraction = digits(length + 1);
        if fraction == 0 {
            return None;
        }
        length += 1 + fraction;
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        if exponent == 0 {
            return None;
        }
        length += 1 + sign + exponent;
    }
    // `1a` is two things in one reading and none in another.
    let goes_on = matches!(bytes.get(length), Some(b'_' | b'.' | b'a'..=b'z' | b'A'..=b'Z'));
    if goes_on {
        return None;
    }
    Some((Token::Number(text.get(..length)?), length))
}

/// What stands in quotes, of which a doubled one stands for itself; and how long it is with its quotes.
fn quoted(text: &str, quote: char) -> Result<(Cow<'_, str>, usize), Unreadable> {
    let mut from = 1;
    let mut is_doubled = false;
    loop {
        let end = text
            .get(from..)
            .and_then(|rest| rest.find(quote))
            .map(|end| from + end)
            .ok_or(Unreadable("a quote is not closed"))?;
        if text.as_bytes().get(end + 1) == Some(&(quote as u8)) {
            is_doubled = true;
            from = end + 2;
            continue;
        }
        let inner = text.get(1..end).unwrap_or_default();
        let inner = if is_doubled {
            let doubled: String = [quote, quote].iter().collect();
            Cow::Owned(inner.replace(&doubled, &quote.to_string()))
        } else {
            Cow::Borrowed(inner)
        };
        return Ok((inner, end + 1));
    }
}
