//! Chapter: matching.
//!
//! `*` stands for any text, also none; `?` for exactly one character, where those beyond the first 65,536 are two, as
//! they are in UTF-16. Actions are compared without regard
//! to case, service and name apart. Resources are compared with regard to case, the six parts of an ARN
//! apart, where the last part may hold further colons. `*` alone is every resource. An ARN with fewer
//! than six parts stands for all that could follow, in policies of the caller; in a policy of a resource
//! that is sure only with a wildcard, in those of an organization never. An action that takes no resource is
//! granted by `*` alone; whether it is "another resource" for `NotResource` is not documented.
//! Evidence: AWS documentation, elements Action, NotAction, Resource and NotResource; actions table; for `?`, recorded
//! decisions of AWS.

use crate::document::{Document, DocumentKind, Negatable};
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
    let is_listed = |listed: &String| resource_is(listed, element.is_negated, request, document);
    let is_listed = Truth::any(element.value.iter().map(is_listed));
    if element.is_negated {
        is_listed.not()
    } else {
        is_listed
    }
}

fn resource_is(listed: &str, is_negated: bool, request: &Request, document: &Document) -> Truth {
    if listed == "*" {
        return Truth::Yes;
    }
    if request.resource.splitn(6, ':').count() < 6 {
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
        let could_fit = fits_arn(&variables::with_anything(listed), &request.resource);
        let has_value = matches!(variables::expand(listed, request, true), Expansion::Tokens(_));
        return Truth::known(could_fit || is_negated && !has_value).doubted();
    }
    match variables::expand(listed, request, document.has_variables) {
        Expansion::Tokens(tokens) if fits_arn(&tokens, &request.resource) => {
            if is_clear {
                Truth::Yes
            } else {
                Truth::Unclear
            }
        }
        // One page of the documentation lets a `*` that ends a segment go on beyond it, another does not.
        Expansion::Tokens(tokens) => Truth::known(fits(&open_ended(&tokens), &request.resource)).doubted(),
        // It "will not match any resource". In NotResource that may mean that nothing is excepted, or
        // that the whole element matches nothing.
        Expansion::NoValue | Expansion::Multivalued => Truth::known(is_negated).doubted(),
        // Nor is it known whether there is a value at all.
        Expansion::Unknown(tokens) => Truth::known(
            is_negated
                || fits_arn(&tokens, &request.resource)
                || fits(&open_ended(&tokens), &request.resource),
        )
        .doubted(),
        Expansion::Malformed => {
            Truth::known(fits_arn(&variables::with_anything(listed), &request.resource)).doubted()
        }
    }
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
