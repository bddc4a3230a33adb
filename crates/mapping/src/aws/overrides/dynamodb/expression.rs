//! DynamoDB's expressions: which top-level attributes one touches, and what a key condition demands.
//!
//! Invariant: an expression is read to its last character or refused. What this reader takes for an attribute is one
//! for DynamoDB too, because names, functions and keywords are told apart by where they stand and never by guessing.
//! Reading is linear and keeps no stack.
//!
//! Deliberately absent: whether an expression is well typed. DynamoDB refuses those that are not.

/// Why an expression is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) &'static str);

/// Which expression it is: that decides which words are keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Projection,
    Condition,
    Update,
}

/// What a key condition says of one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyCondition<'a> {
    /// The attribute as it is written: a name, or a placeholder that begins with `#`.
    pub(crate) attribute: &'a str,
    /// The placeholder of the value that it must be equal to; nothing for any other comparison.
    pub(crate) equal_to: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// A word, or a placeholder of a name.
    Name(&'a str),
    /// A placeholder of a value, with its colon.
    Value(&'a str),
    Index,
    Sign(&'a str),
}

const FUNCTIONS: [&str; 8] = [
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "size",
    "if_not_exists",
    "list_append",
];

/// Longer ones DynamoDB refuses (4 KB).
const LENGTH_MAX: usize = 4096;

/// The top-level attributes that an expression touches, as they are written, in the order of their first mention
/// and each as often as it stands there.
pub(crate) fn attributes(text: &str, kind: Kind) -> Result<Vec<&str>, Unreadable> {
    let tokens = tokens(text)?;
    match kind {
        Kind::Projection => projected(&tokens),
        Kind::Condition => operands(&tokens, false),
        Kind::Update => operands(&tokens, true),
    }
}

/// What a key condition demands, one entry for each attribute that it names.
pub(crate) fn key_conditions(text: &str) -> Result<Vec<KeyCondition<'_>>, Unreadable> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let mut conditions = Vec::new();
    let mut open = 0_usize;
    loop {
        while let Some((Token::Sign("("), after)) = rest.split_first() {
            open += 1;
            rest = after;
        }
        let (condition, after) = key_condition(rest)?;
        conditions.push(condition);
        rest = after;
        while let Some((Token::Sign(")"), after)) = rest.split_first() {
            open = open
                .checked_sub(1)
                .ok_or(Unreadable("a parenthesis is closed that is not open"))?;
            rest = after;
        }
        match rest.split_first() {
            None if open == 0 => return Ok(conditions),
            Some((Token::Name(word), after)) if word.eq_ignore_ascii_case("AND") => rest = after,
            _ => return Err(Unreadable("a key condition is comparisons joined by AND")),
        }
    }
}

fn key_condition<'t, 'a>(tokens: &'t [Token<'a>]) -> Result<(KeyCondition<'a>, &'t [Token<'a>]), Unreadable> {
    const FORM: Unreadable = Unreadable("a key condition compares an attribute with a value");
    let compared = |attribute| KeyCondition {
        attribute,
        equal_to: None,
    };
    match tokens {
        [
            Token::Name("begins_with"),
            Token::Sign("("),
            Token::Name(name),
            Token::Sign(","),
            Token::Value(_),
            Token::Sign(")"),
            rest @ ..,
        ] => Ok((compared(*name), rest)),
        [
            Token::Name(name),
            Token::Sign("="),
            Token::Value(value),
            rest @ ..,
        ] => {
            let equal = KeyCondition {
                attribute: name,
                equal_to: Some(value),
            };
            Ok((equal, rest))
        }
        [
            Token::Name(name),
            Token::Sign("<" | "<=" | ">" | ">="),
            Token::Value(_),
            rest @ ..,
        ] => Ok((compared(*name), rest)),
        [
            Token::Name(name),
            Token::Name(between),
            Token::Value(_),
            Token::Name(and),
            Token::Value(_),
            rest @ ..,
        ] if between.eq_ignore_ascii_case("BETWEEN") && and.eq_ignore_ascii_case("AND") => {
            Ok((compared(*name), rest))
        }
        _ => Err(FORM),
    }
}

fn projected<'a>(tokens: &[Token<'a>]) -> Result<Vec<&'a str>, Unreadable> {
    let mut names = Vec::new();
    let mut rest = tokens;
    loop {
        let Some((Token::Name(name), after)) = rest.split_first() else {
            return Err(Unreadable("a projection is a list of attributes"));
        };
        names.push(*name);
        rest = behind_path(after)?;
        match rest.split_first() {
            None => return Ok(names),
            Some((Token::Sign(","), after)) => rest = after,
            _ => return Err(Unreadable("a projection is a list of attributes")),
        }
    }
}

/// Walks through operands and operators in turn. A word where an operand is due is an attribute or, before a
/// parenthesis, a function; a word where an operator is due is a keyword.
fn operands<'a>(tokens: &[Token<'a>], is_update: bool) -> Result<Vec<&'a str>, Unreadable> {
    const FORM: Unreadable = Unreadable("it is not an expression that DynamoDB knows");
    let mut names = Vec::new();
    let mut rest = tokens;
    let mut operand_is_due = !is_update;
    let mut takes_value_after_path = false;
    let mut is_first = true;
    let mut open = 0_usize;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        if operand_is_due {
            match *token {
                Token::Name(word) if !is_update && word.eq_ignore_ascii_case("NOT") => {}
                Token::Sign("(") => open += 1,
                Token::Name(word) if rest.first() == Some(&Token::Sign("(")) => {
                    if !FUNCTIONS.contains(&word) {
                        return Err(Unreadable("a function is none that DynamoDB knows"));
                    }
                }
                Token::Name(word) if is_keyword(word) => return Err(FORM),
                Token::Name(word) => {
                    names.push(word);
                    rest = behind_path(rest)?;
                    operand_is_due = false;
                }
                Token::Value(_) => operand_is_due = false,
                _ => return Err(FORM),
            }
        } else {
            match *token {
                Token::Sign(")") if !is_first => open = open.checked_sub(1).ok_or(FORM)?,
                Token::Sign("(" | "." | ")") | Token::Index => return Err(FORM),
                Token::Sign("+" | "-") if !is_update => return Err(FORM),
                Token::Sign(_) if is_first => return Err(FORM),
                Token::Sign(_) => operand_is_due = true,
                Token::Value(_) if takes_value_after_path => {}
                Token::Value(_) => return Err(FORM),
                Token::Name(word) if is_update => {
                    takes_value_after_path = match clause(word) {
                        Some(takes_value) if open == 0 => takes_value,
                        _ => return Err(FORM),
                    };
                    operand_is_due = true;
                }
                Token::Name(word) if is_keyword(word) && !word.eq_ignore_ascii_case("NOT") => {
                    operand_is_due = true;
                }
                Token::Name(_) => return Err(FORM),
            }
        }
        is_first = false;
    }
    if operand_is_due || is_first || open != 0 {
        return Err(FORM);
    }
    Ok(names)
}

/// Whether a word begins a clause of an update, and whether a value follows its paths without an operator.
fn clause(word: &str) -> Option<bool> {
    match word.to_ascii_uppercase().as_str() {
        "SET" | "REMOVE" => Some(false),
        "ADD" | "DELETE" => Some(true),
        _ => None,
    }
}

/// Words that DynamoDB reserves, so that no attribute can be written so.
fn is_keyword(word: &str) -> bool {
    ["AND", "OR", "NOT", "BETWEEN", "IN"]
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// What follows the rest of a path, whose first name was read.
fn behind_path<'t, 'a>(mut tokens: &'t [Token<'a>]) -> Result<&'t [Token<'a>], Unreadable> {
    loop {
        match tokens {
            [Token::Index, rest @ ..] | [Token::Sign("."), Token::Name(_), rest @ ..] => tokens = rest,
            [Token::Sign("."), ..] => return Err(Unreadable("a path ends with a dot")),
            _ => return Ok(tokens),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Unreadable> {
    if text.len() > LENGTH_MAX {
        return Err(Unreadable("it is longer than 4096 bytes"));
    }
    let mut tokens = Vec::new();
    let mut rest = text.trim_ascii_start();
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b'#' | b':' => 1 + word_length(rest.get(1..).unwrap_or_default()),
            b'[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            b'<' if rest.starts_with("<>") || rest.starts_with("<=") => 2,
            b'>' if rest.starts_with(">=") => 2,
            b'=' | b'<' | b'>' | b'(' | b')' | b',' | b'.' | b'+' | b'-' => 1,
            _ => word_length(rest),
        };
        let (Some(token), Some(after)) = (rest.get(..length), rest.get(length..)) else {
            return Err(Unreadable("it has a character that means nothing"));
        };
        tokens.push(match first {
            b'#' | b':' if length == 1 => return Err(Unreadable("a placeholder has no name")),
            b':' => Token::Value(token),
            b'[' if is_index(token) => Token::Index,
            b'[' => return Err(Unreadable("an index is no number")),
            _ if length == 0 => return Err(Unreadable("it has a character that means nothing")),
            first if first == b'#' || first == b'_' || first.is_ascii_alphanumeric() => Token::Name(token),
            _ => Token::Sign(token),
        });
        rest = after.trim_ascii_start();
    }
    Ok(tokens)
}

fn word_length(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count()
}

fn is_index(token: &str) -> bool {
    token
        .strip_prefix('[')
        .and_then(|token| token.strip_suffix(']'))
        .map(str::trim_ascii)
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, text: &str, expected: &str) {
        let read = match attributes(text, kind) {
            Ok(names) => names.join(" "),
            Err(Unreadable(reason)) => format!("refused: {reason}"),
        };
        assert_eq!(read, expected, "{text}");
    }

    fn check_key(text: &str, expected: &str) {
        let read = match key_conditions(text) {
            Ok(conditions) => conditions
                .iter()
                .map(|condition| match condition.equal_to {
                    Some(value) => format!("{}={value}", condition.attribute),
                    None => condition.attribute.to_owned(),
                })
                .collect::<Vec<_>>()
                .join(" "),
            Err(Unreadable(reason)) => format!("refused: {reason}"),
        };
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn a_projection_names_top_level_attributes() {
        check(Kind::Projection, "pk, #a.b[0].c , d", "pk #a d");
        check(
            Kind::Projection,
            "pk,",
            "refused: a projection is a list of attributes",
        );
        check(
            Kind::Projection,
            "",
            "refused: a projection is a list of attributes",
        );
        check(
            Kind::Projection,
            "a b",
            "refused: a projection is a list of attributes",
        );
    }

    #[test]
    fn a_condition_names_what_it_compares() {
        check(
            Kind::Condition,
            "a = :a AND (attribute_exists(b.c) or size(d) > :x) and not e IN (:a, f) AND g BETWEEN :x and h",
            "a b d e f g h",
        );
        check(Kind::Condition, "attribute_not_exists ( #a )", "#a");
        check(Kind::Condition, "remove = :a", "remove");
        check(
            Kind::Condition,
            "a = :a b = :b",
            "refused: it is not an expression that DynamoDB knows",
        );
        check(
            Kind::Condition,
            "leak(a) = :b",
            "refused: a function is none that DynamoDB knows",
        );
        check(
            Kind::Condition,
            "a = 'x'",
            "refused: it has a character that means nothing",
        );
        check(
            Kind::Condition,
            "a = :b)",
            "refused: it is not an expression that DynamoDB knows",
        );
        check(
            Kind::Condition,
            "a = ",
            "refused: it is not an expression that DynamoDB knows",
        );
    }

    #[test]
    fn an_update_names_what_it_reads_and_writes() {
        check(
            Kind::Update,
            "SET a = if_not_exists(b, :z) + :one, #c.d = list_append(:l, e) REMOVE f[1], g add h :n delete i :s",
            "a b #c e f g h i",
        );
        check(Kind::Update, "SET set = :x REMOVE remove", "set remove");
        check(
            Kind::Update,
            "a = :x",
            "refused: it is not an expression that DynamoDB knows",
        );
        check(
            Kind::Update,
            "",
            "refused: it is not an expression that DynamoDB knows",
        );
    }

    #[test]
    fn a_key_condition_is_comparisons_joined_by_and() {
        check_key("#pk = :a", "#pk=:a");
        check_key("(pk = :a) AND (begins_with(sk, :b))", "pk=:a sk");
        check_key("(pk = :a and sk between :b AND :c)", "pk=:a sk");
        check_key(
            "pk = :a OR pk = :b",
            "refused: a key condition is comparisons joined by AND",
        );
        check_key(
            "pk = other",
            "refused: a key condition compares an attribute with a value",
        );
        check_key(
            "(pk = :a",
            "refused: a key condition is comparisons joined by AND",
        );
    }
}
