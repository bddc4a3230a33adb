//! Chapter: matching.
//!
//! `*` stands for any text, also none; `?` for exactly one character, where those beyond the first 65,536 are two, as
//! they are in UTF-16. Actions are compared without regard
//! to case, service and name apart. Resources are compared with regard to case, the six parts of an ARN
//! apart, where the last part may hold further colons. `*` alone is every resource. An ARN with fewer
//! than six parts stands for all that could follow, in policies of the caller; in a policy of a resource
//! that is sure only with a wildcard, in those of an organization never. An action that takes no resource is
//! granted by `*` alone; whether it is "another resource" for `NotResource` is not documented.
//! Of a resource that is partly known, each `*` stands for some text, or none: whatever may be meant by it is denied
//! where it is listed and is no other one where it is excepted; what allows has to fit every text.
//! Evidence: AWS documentation, elements Action, NotAction, Resource and NotResource; actions table; for `?`, recorded
//! decisions of AWS.

use crate::document::{Document, DocumentKind, Effect, Negatable};
use crate::request::Request;
use crate::truth::Truth;
use crate::variables::{self, Expansion};

/// One place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    Is(char),
    AnyText,
    OneCharacter,
    /// As their namesakes, but never over a colon.
    AnyTextButColons,
    OneCharacterButColons,
}

/// Reads `*` and `?` as wildcards.
pub(crate) fn pattern(text: &str) -> Vec<Token> {
    text.chars()
        .map(|character| match character {
            '*' => Token::AnyText,
            '?' => Token::OneCharacter,
            other => Token::Is(other),
        })
        .collect()
}

/// Whether the text fits the pattern: a table of which beginnings of the text fit, one row for each token.
pub(crate) fn fits(pattern: &[Token], text: &str) -> bool {
    let text: Vec<u16> = text.encode_utf16().collect();
    let colon = u16::from(b':');
    // Before any token, only the empty beginning fits.
    let mut fitting: Vec<bool> = (0..=text.len()).map(|length| length == 0).collect();
    for token in pattern {
        let mut units = [0; 2];
        let character: &[u16] = match token {
            Token::Is(character) => character.encode_utf16(&mut units),
            _ => &[],
        };
        let fits_before = |length: usize| fitting.get(length).copied().unwrap_or(false);
        let next = (0..=text.len())
            .map(|length| match token {
                Token::AnyText => (0..=length).any(fits_before),
                Token::AnyTextButColons => (0..=length).any(|start| {
                    fits_before(start) && !text.iter().take(length).skip(start).any(|text| *text == colon)
                }),
                Token::OneCharacter => length > 0 && fits_before(length - 1),
                Token::OneCharacterButColons => {
                    length > 0 && text.get(length - 1) != Some(&colon) && fits_before(length - 1)
                }
                Token::Is(_) => length
                    .checked_sub(character.len())
                    .is_some_and(|start| text.get(start..length) == Some(character) && fits_before(start)),
            })
            .collect();
        fitting = next;
    }
    fitting.last().copied().unwrap_or(false)
}

/// Whether the statement's action element covers the request.
pub(crate) fn action(element: &Negatable<Vec<String>>, request: &Request) -> Truth {
    let is_listed = Truth::any(
        element
            .value
            .iter()
            .map(|listed| action_is(listed, &request.action)),
    );
    if element.is_negated {
        is_listed.not()
    } else {
        is_listed
    }
}

fn action_is(listed: &str, action: &str) -> Truth {
    if listed == "*" {
        return Truth::Yes;
    }
    let (listed, action) = (listed.to_ascii_lowercase(), action.to_ascii_lowercase());
    match (listed.split_once(':'), action.split_once(':')) {
        (Some((listed_service, listed_name)), Some((service, name))) => {
            let fits = fits(&pattern(listed_service), service) && fits(&pattern(listed_name), name);
            // IAM refuses wildcards in the service, its policy validation only advises against them.
            let has_clear_service = !listed_service.contains(['*', '?']);
            if has_clear_service {
                Truth::known(fits)
            } else {
                Truth::known(fits).doubted()
            }
        }
        _ => Truth::No,
    }
}

/// Whether the statement's resource element covers the request. A trust policy has none: it is about its role.
pub(crate) fn resource(
    element: Option<&Negatable<Vec<String>>>,
    effect: Effect,
    request: &Request,
    document: &Document,
) -> Truth {
    let Some(element) = element else {
        return if document.kind == DocumentKind::OfRole {
            Truth::Yes
        } else {
            Truth::Unclear
        };
    };
    if request.is_wildcard_only || request.resource == "*" {
        let is_everything_listed = element.value.iter().any(|listed| listed == "*");
        return match (element.is_negated, is_everything_listed) {
            (false, listed) => Truth::known(listed),
            (true, true) => Truth::No,
            (true, false) => Truth::Unclear,
        };
    }
    let mut texts = vec![request.resource.clone()];
    if request.is_partly_known && request.resource.contains('*') {
        let is_meant = |listed: &String| may_be_meant(listed, request, document);
        if (effect == Effect::Deny) != element.is_negated && element.value.iter().any(is_meant) {
            return Truth::Unclear;
        }
        // No pattern fits nothing, a letter that nobody uses, and two of another, unless it fits all.
        texts = ["", "\u{e000}", "\u{e001}\u{e001}"]
            .map(|letters| request.resource.replace('*', letters))
            .to_vec();
    }
    let is_listed = |listed: &String| {
        Truth::all(
            texts
                .iter()
                .map(|text| resource_is(listed, text, element.is_negated, request, document)),
        )
    };
    let is_listed = Truth::any(element.value.iter().map(is_listed));
    if element.is_negated {
        is_listed.not()
    } else {
        is_listed
    }
}

fn resource_is(
    listed: &str,
    resource: &str,
    is_negated: bool,
    request: &Request,
    document: &Document,
) -> Truth {
    if listed == "*" {
        return Truth::Yes;
    }
    if resource.splitn(6, ':').count() < 6 {
        // What is asked for is no ARN, so that it can hardly be told from one.
        return Truth::Unclear;
    }
    let is_clear = match document.kind {
        _ if listed.matches(':').count() >= 5 => true,
        DocumentKind::OfCaller => true,
        DocumentKind::OfResource | DocumentKind::OfRole | DocumentKind::OfEndpoint => {
            listed.contains(['*', '?'])
        }
        DocumentKind::ServiceControl | DocumentKind::ResourceControl => false,
    };
    // Variables are for the part after the fifth colon. What they stand for before it is not documented.
    if document.has_variables && variables::stand_before_fifth_colon(listed) {
        let could_fit = fits_arn(&variables::with_anything(listed), resource);
        let has_value = matches!(variables::expand(listed, request, true), Expansion::Tokens(_));
        return Truth::known(could_fit || is_negated && !has_value).doubted();
    }
    match variables::expand(listed, request, document.has_variables) {
        Expansion::Tokens(tokens) if fits_arn(&tokens, resource) => {
            if is_clear {
                Truth::Yes
            } else {
                Truth::Unclear
            }
        }
        // One page of the documentation lets a `*` that ends a segment go on beyond it, another does not.
        Expansion::Tokens(tokens) => Truth::known(fits(&open_ended(&tokens), resource)).doubted(),
        // It "will not match any resource". In NotResource that may mean that nothing is excepted, or
        // that the whole element matches nothing.
        Expansion::NoValue | Expansion::Multivalued => Truth::known(is_negated).doubted(),
        // Nor is it known whether there is a value at all.
        Expansion::Unknown(tokens) => {
            Truth::known(is_negated || fits_arn(&tokens, resource) || fits(&open_ended(&tokens), resource))
                .doubted()
        }
        Expansion::Malformed => Truth::known(fits_arn(&variables::with_anything(listed), resource)).doubted(),
    }
}

/// Whether an entry could be about a resource of which each `*` stands for some text.
fn may_be_meant(listed: &str, request: &Request, document: &Document) -> bool {
    if listed == "*" {
        return true;
    }
    let is_unclear = document.has_variables && variables::stand_before_fifth_colon(listed);
    let tokens = match variables::expand(listed, request, document.has_variables) {
        _ if is_unclear => variables::with_anything(listed),
        Expansion::Tokens(tokens) | Expansion::Unknown(tokens) => tokens,
        Expansion::NoValue | Expansion::Multivalued => return false,
        Expansion::Malformed => variables::with_anything(listed),
    };
    let asked = |star: Token| -> Vec<Token> {
        let characters = request.resource.chars();
        characters
            .map(|character| {
                if character == '*' {
                    star
                } else {
                    Token::Is(character)
                }
            })
            .collect()
    };
    let parts = arn_parts(&tokens);
    let asked_parts = arn_parts(&asked(Token::AnyText));
    let mut pairs = parts.iter().zip(&asked_parts);
    // Beyond a segment goes only what stands in the pattern; ids have no colons.
    pairs.all(|(part, asked)| have_common(part, asked))
        || have_common(&open_ended(&tokens), &asked(Token::AnyTextButColons))
}

/// Whether two patterns have a text in common: a table of which ends of both have one, from behind.
fn have_common(one: &[Token], other: &[Token]) -> bool {
    let is_any = |token: Token| matches!(token, Token::AnyText | Token::AnyTextButColons);
    let takes = |token: Token, single: Token| match (token, single) {
        (Token::AnyTextButColons | Token::OneCharacterButColons, Token::Is(':')) => false,
        (Token::Is(character), Token::Is(other)) => character == other,
        (Token::Is(':'), Token::OneCharacterButColons) => false,
        _ => true,
    };
    let mut behind: Vec<bool> = Vec::new();
    for first in (0..=one.len()).rev() {
        let mut row = vec![false; other.len() + 1];
        for second in (0..=other.len()).rev() {
            // Of the rest of both; of that of one with less of the other, and so on.
            let less_of_one = behind.get(second).copied().unwrap_or(false);
            let less_of_other = row.get(second + 1).copied().unwrap_or(false);
            let less_of_both = behind.get(second + 1).copied().unwrap_or(false);
            let has = match (one.get(first), other.get(second)) {
                (None, None) => true,
                (Some(any), None) => is_any(*any) && less_of_one,
                (None, Some(any)) => is_any(*any) && less_of_other,
                (Some(a), Some(b)) if is_any(*a) && is_any(*b) => less_of_one || less_of_other,
                (Some(any), Some(single)) if is_any(*any) => {
                    less_of_one || takes(*any, *single) && less_of_other
                }
                (Some(single), Some(any)) if is_any(*any) => {
                    less_of_other || takes(*any, *single) && less_of_one
                }
                (Some(a), Some(b)) => takes(*a, *b) && less_of_both,
            };
            if let Some(place) = row.get_mut(second) {
                *place = has;
            }
        }
        behind = row;
    }
    behind.first().copied().unwrap_or(false)
}

fn fits_arn(pattern: &[Token], arn: &str) -> bool {
    let parts = arn_parts(pattern);
    let texts: Vec<&str> = arn.splitn(6, ':').collect();
    texts.len() == 6 && parts.iter().zip(texts).all(|(part, text)| fits(part, text))
}

/// The pattern for a whole ARN in which each `*` that ends a segment may stand for several segments.
fn open_ended(tokens: &[Token]) -> Vec<Token> {
    let mut colons = 0;
    let mut open_ended = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let is_at_end = matches!(tokens.get(index + 1), None | Some(Token::Is(':')));
        colons += usize::from(*token == Token::Is(':'));
        open_ended.push(match token {
            Token::AnyText if colons < 5 && !is_at_end => Token::AnyTextButColons,
            Token::OneCharacter if colons < 5 => Token::OneCharacterButColons,
            other => *other,
        });
    }
    open_ended
}

/// The six parts of a pattern of an ARN, or fewer.
pub(crate) fn arn_parts(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        if *token == Token::Is(':') && parts.len() < 6 {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(*token);
        }
    }
    parts
}
