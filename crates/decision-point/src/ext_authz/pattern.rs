//! Patterns that take a text apart, and templates that put another together from the parts.
//!
//! `/page/{page}` matches `/page/1` and calls `1` `page`; `{rest*}` at the end takes what is left, slashes included. A
//! part has one character at least. `arn:aws:app:::page/{page}` is then `arn:aws:app:::page/1`.
//!
//! Invariant: a part has only letters that have no meaning of their own in paths, names of hosts, ARNs and policies; so
//! no client can write one thing into the place of another. What does not match is refused, never passed over.
//! Matching takes one pass.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What stands before and after the name of a part.
const BRACES: [char; 2] = ['{', '}'];

/// The parts of a text, by their names.
pub(super) type Parts<'a> = BTreeMap<&'a str, Cow<'a, str>>;

/// Why a pattern or template is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatternError {
    /// The text is none.
    #[error("braces must enclose names of small letters, digits, _ and -")]
    Braces,
    /// Nobody could say where the first ends.
    #[error("between two parts there must be something else")]
    Adjacent,
    /// A part of all the rest has something behind it.
    #[error("a part with * can only be the last")]
    NotLast,
    /// Two parts have one name.
    #[error("{{{0}}} is there twice")]
    Twice(String),
    /// A template names a part that no pattern has.
    #[error("nothing says what {{{0}}} is")]
    Unknown(String),
}

/// What is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The path of a request, where letters can be written in two ways.
    Path,
    /// The name of whoever shows a certificate.
    Peer,
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Text(&'a str),
    Part { name: &'a str, is_rest: bool },
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, PatternError> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').ok_or(PatternError::Braces)?;
        let (name, is_rest) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
        if name.is_empty() || !name.bytes().all(is_letter) {
            return Err(PatternError::Braces);
        }
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Part { name, is_rest });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    let is_stray = |piece: &Piece<'_>| matches!(piece, Piece::Text(text) if text.contains(BRACES));
    if pieces.iter().any(is_stray) {
        return Err(PatternError::Braces);
    }
    Ok(pieces)
}

/// Takes a text apart. `None` if it does not match.
pub(super) fn parts<'a>(pattern: &'a str, text: &'a str, of: Of) -> Result<Option<Parts<'a>>, PatternError> {
    let pieces = pieces(pattern)?;
    let mut parts = Parts::new();
    let mut rest = Some(text);
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        let (name, is_rest) = match piece {
            Piece::Text(fixed) => {
                rest = rest.and_then(|rest| rest.strip_prefix(fixed));
                continue;
            }
            Piece::Part { name, is_rest } => (*name, *is_rest),
        };
        let end = match pieces.peek() {
            None => None,
            Some(Piece::Text(_)) if is_rest => return Err(PatternError::NotLast),
            Some(Piece::Text(fixed)) => Some(*fixed),
            Some(Piece::Part { .. }) => return Err(PatternError::Adjacent),
        };
        if parts.contains_key(name) {
            return Err(PatternError::Twice(name.to_owned()));
        }
        let taken = rest.and_then(|rest| {
            let at = end.map_or(Some(rest.len()), |end| rest.find(end))?;
            let (part, rest) = rest.split_at_checked(at)?;
            Some((plain(part, of, is_rest)?, rest))
        });
        rest = taken.as_ref().map(|(_, rest)| *rest);
        // Kept even if nothing matches: the pattern is read to its end, whatever it is held against.
        parts.insert(name, taken.map_or(Cow::Borrowed(""), |(part, _)| part));
    }
    Ok((rest == Some("")).then_some(parts))
}

/// A part as it is meant. `None` if it has letters that mean something to others.
fn plain(part: &str, of: Of, is_rest: bool) -> Option<Cow<'_, str>> {
    let decoded = match of {
        Of::Path => decoded(part)?,
        Of::Peer => Cow::Borrowed(part),
    };
    let others: &[u8] = match of {
        Of::Path => b"-._~!'()@&=+, ",
        Of::Peer => b"-._@",
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
    let is_own = |byte: u8| is_plain(byte) || (is_rest && byte == b'/');
    // An encoded slash is none of the path's own.
    let has_slash_of_its_own = decoded.matches('/').count() == part.matches('/').count();
    let is_good = !decoded.is_empty() && decoded.bytes().all(is_own) && has_slash_of_its_own;
    let is_step = |segment: &str| segment == "." || segment == "..";
    (is_good && !decoded.split('/').any(is_step)).then_some(decoded)
}

/// What is encoded in a path, decoded once.
fn decoded(part: &str) -> Option<Cow<'_, str>> {
    if !part.contains('%') {
        return Some(Cow::Borrowed(part));
    }
    let mut decoded = String::with_capacity(part.len());
    let mut pieces = part.split('%');
    decoded.push_str(pieces.next()?);
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
        // What is not ASCII is not plain.
        decoded.push(char::from(Some(byte).filter(u8::is_ascii)?));
        decoded.push_str(rest);
    }
    Some(Cow::Owned(decoded))
}

/// Puts a text together.
pub(super) fn fill(template: &str, parts: &Parts<'_>) -> Result<String, PatternError> {
    let mut filled = String::with_capacity(template.len().saturating_mul(2));
    for piece in pieces(template)? {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Part { name, is_rest: false } => {
                let part = parts.get(name);
                let part = part.ok_or_else(|| PatternError::Unknown(name.to_owned()))?;
                // Writing to a string does not fail.
                let _ = filled.write_str(part);
            }
            Piece::Part { is_rest: true, .. } => return Err(PatternError::Braces),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `template` becomes of a path; `-` if it does not match.
    fn check(pattern: &str, path: &str, template: &str, expected: &str) {
        let got = match parts(pattern, path, Of::Path) {
            Ok(Some(parts)) => fill(template, &parts).unwrap_or_else(|error| error.to_string()),
            Ok(None) => "-".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "{pattern} {path}");
    }

    #[test]
    fn a_part_is_one_segment() {
        check("/page/{page}", "/page/1", "p:{page}", "p:1");
        check("/{a}/x-{b}.html", "/1/x-2.html", "{b}{a}", "21");
        check("/", "/", "all", "all");
        for other in [
            "/page",
            "/page/",
            "/page/1/",
            "/page/1/2",
            "/pages/1",
            "page/1",
            "",
        ] {
            check("/page/{page}", other, "{page}", "-");
        }
    }

    #[test]
    fn the_last_part_can_be_all_the_rest() {
        check("/f/{rest*}", "/f/a/b/c", "{rest}", "a/b/c");
        check("/{rest*}", "/", "{rest}", "-");
        check("/f/{rest*}", "/f/a/../b", "{rest}", "-");
    }

    #[test]
    fn both_spellings_of_a_letter_are_one() {
        check("/page/{page}", "/page/%31%41b", "{page}", "1Ab");
        check("/page/{page}", "/page/a%20b", "{page}", "a b");
        check("/page/{page}", "/p%61ge/1", "{page}", "-");
    }

    #[test]
    fn letters_that_mean_something_are_refused() {
        for other in [
            "a%2fb",
            "a%2Fb",
            "a%5cb",
            "a\\b",
            "a:b",
            "a%3ab",
            "a*",
            "%2a",
            "a?b",
            "%3f",
            "a;b",
            "%3bx",
            "${x}",
            "%24%7bx%7d",
            "%",
            "%2",
            "%zz",
            "%+1",
            "%00",
            "a%0ab",
            "%c3%a9",
            "é",
            "%252f",
            ".",
            "..",
            "%2e%2e",
            "a#b",
        ] {
            check("/page/{page}", &format!("/page/{other}"), "{page}", "-");
        }
        check("/f/{rest*}", "/f/a%2fb/c", "{rest}", "-");
        check("/f/{rest*}", "/f/a:b/c", "{rest}", "-");
    }

    #[test]
    fn peers_have_fewer_letters() {
        let check = |pattern: &str, peer: &str, expected: Option<&str>| {
            let parts = parts(pattern, peer, Of::Peer).unwrap();
            let name = parts.map(|parts| parts["name"].to_string());
            assert_eq!(name.as_deref(), expected, "{peer}");
        };
        let workload = "spiffe://cluster.local/ns/shop/sa/{name}";
        check(workload, "spiffe://cluster.local/ns/shop/sa/cart", Some("cart"));
        for other in [
            "spiffe://other.local/ns/shop/sa/cart",
            "spiffe://cluster.local/ns/shop/sa/cart/x",
            "spiffe://cluster.local/ns/shop/sa/",
            "spiffe://cluster.local/ns/shop/sa/c%61rt",
            "",
        ] {
            check(workload, other, None);
        }
        check("CN={name},O=Shop", "CN=cart,O=Shop", Some("cart"));
        check("CN={name},O=Shop", "CN=cart,OU=x,O=Shop", None);
        check("CN={name},O=Shop", "CN=cart+OU=x,O=Shop", None);
    }

    #[test]
    fn patterns_and_templates_that_are_none_are_refused() {
        let braces = "braces must enclose names of small letters, digits, _ and -";
        for pattern in ["/{", "/}", "/{}", "/{A}", "/{a b}", "/{a", "/{{a}}", "/{*}"] {
            check(pattern, "/1", "", braces);
        }
        check(
            "/{a}{b}",
            "/1",
            "",
            "between two parts there must be something else",
        );
        check("/{a*}/b", "/1", "", "a part with * can only be the last");
        check("/{a}/{a}", "/1/2", "", "{a} is there twice");
        check("/{a}", "/1", "{b}", "nothing says what {b} is");
        check("/{a}", "/1", "{a*}", braces);
    }
}
