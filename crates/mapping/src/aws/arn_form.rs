//! Forms of ARNs from the catalogue: filled with a request's values, and held against ARNs that a request names.

use super::call::Scope;
use super::separators::Separators;
use crate::scan;
use lanyard_names::AccountId;

/// One form: `arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}`.
#[derive(Debug, Clone)]
pub(super) struct ArnForm {
    pub(super) text: &'static str,
    service: &'static str,
    region: Place,
    account: Place,
    pieces: Vec<Piece>,
    separators: Separators,
}

/// What stands in the place of region or account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Empty,
    Open,
    Literal(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(&'static str),
    Placeholder(&'static str),
}

impl ArnForm {
    /// Reads a form; `None` for one that no request could be held against.
    pub(super) fn new(text: &'static str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (arn, _partition, service, region, account) = (
            parts.next()?,
            parts.next()?,
            parts.next()?,
            parts.next()?,
            parts.next()?,
        );
        if arn != "arn" || service.contains(['$', '*']) {
            return None;
        }
        let resource = parts.next()?;
        Some(Self {
            text,
            service,
            region: Place::new(region),
            account: Place::new(account),
            pieces: pieces(resource)?,
            separators: Separators::of(service, resource),
        })
    }

    /// The service of its ARNs.
    pub(super) fn service(&self) -> &'static str {
        self.service
    }

    /// Whether a text has a separator in it that no name in this form has.
    pub(super) fn has_separator(&self, name: &str) -> bool {
        self.separators.are_in_name(name)
    }

    /// The placeholders behind the account, in order. Those for region, account and partition fill themselves.
    pub(super) fn placeholders(&self) -> impl DoubleEndedIterator<Item = &'static str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Placeholder(name) if own_value(name, None).is_none() => Some(*name),
            _ => None,
        })
    }

    /// How much of it is fixed: what makes one form more particular than another.
    pub(super) fn fixed_len(&self) -> usize {
        let length = |piece: &Piece| match piece {
            Piece::Literal(text) => text.len(),
            Piece::Placeholder(_) => 0,
        };
        self.pieces.iter().map(length).sum()
    }

    /// The ARN with these values; `None` if one is missing, or has a separator that no name of the kind has.
    pub(super) fn filled<'v>(
        &self,
        scope: &Scope<'_>,
        mut value: impl FnMut(&'static str) -> Option<&'v str>,
    ) -> Option<String> {
        let account = digits(scope.account);
        let account = std::str::from_utf8(&account).unwrap_or_default();
        let mut out = String::with_capacity(self.text.len() + 32);
        out.push_str("arn:aws:");
        out.push_str(self.service);
        for (place, own) in [(self.region, scope.region), (self.account, account)] {
            out.push(':');
            out.push_str(match place {
                Place::Empty => "",
                Place::Open => own,
                Place::Literal(text) => text,
            });
        }
        out.push(':');
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Placeholder(name) => {
                    let own = own_value(name, Some((scope.region, account)));
                    let text = match own {
                        Some(own) => own,
                        None => value(name)?,
                    };
                    if self.separators.are_in_name(text) {
                        return None;
                    }
                    out.push_str(text);
                }
            }
        }
        Some(out)
    }

    /// The ARN that a text is, if it has this form and stands in the scope's region; the account is the one that it
    /// has here.
    pub(super) fn read(&self, text: &str, scope: &Scope<'_>) -> Option<String> {
        let [arn, partition, service, region, account, rest] = parts(text)?;
        let is_here = arn == "arn"
            && partition == "aws"
            && service == self.service
            && match self.region {
                Place::Empty => region.is_empty(),
                Place::Open => region == scope.region,
                Place::Literal(known) => region == known,
            };
        if !is_here || !fits(&self.pieces, rest) || self.separators.are_more_in(rest) {
            return None;
        }
        let upstream = |(theirs, here): (AccountId, AccountId)| {
            (AccountId::parse(account).ok()? == theirs).then(|| digits(here))
        };
        match self.account {
            Place::Empty => account.is_empty(),
            Place::Open => AccountId::parse(account).is_ok() || account == "aws",
            Place::Literal(known) => account == known,
        }
        .then(|| match scope.upstream_account.and_then(upstream) {
            Some(here) => {
                let here = std::str::from_utf8(&here).unwrap_or_default();
                ["arn", "aws", service, region, here, rest].join(":")
            }
            None => text.to_owned(),
        })
    }

    /// What stands for a placeholder in an ARN of this form; `None` where its borders are not certain.
    pub(super) fn part<'t>(&self, arn: &'t str, placeholder: &str) -> Option<&'t str> {
        let (_, mut rest) = service_and_rest(arn)?;
        let mut pieces = self.pieces.iter().peekable();
        while let Some(piece) = pieces.next() {
            let name = match piece {
                Piece::Literal(literal) => {
                    rest = rest.strip_prefix(literal)?;
                    continue;
                }
                Piece::Placeholder(name) => name,
            };
            let end = match pieces.peek() {
                None => rest.len(),
                Some(Piece::Literal(literal)) => rest.find(literal)?,
                Some(Piece::Placeholder(_)) => return None,
            };
            let (value, behind) = rest.split_at_checked(end)?;
            if *name == placeholder {
                // Fails closed: with a separator it is more than a name.
                return Some(value).filter(|value| is_plain(value) && !value.contains(['/', ':']));
            }
            rest = behind;
        }
        None
    }

    /// Whether an ARN that was made here has this form, wherever it is; `*` may stand for a placeholder. Service and
    /// rest as [`service_and_rest`] gives them.
    pub(super) fn is_form_of(&self, service: &str, rest: &str) -> bool {
        service == self.service && fits(&self.pieces, rest)
    }
}

impl Place {
    fn new(text: &'static str) -> Self {
        match text {
            "" => Self::Empty,
            _ if text.contains(['$', '*']) => Self::Open,
            _ => Self::Literal(text),
        }
    }
}

/// A star of a form is an open part without a name.
fn pieces(mut rest: &'static str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    while let Some(start) = rest.find(['$', '*']) {
        let (before, inside) = rest.split_at_checked(start)?;
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        let (name, behind) = match inside.strip_prefix('*') {
            Some(behind) => ("*", behind),
            None => inside.strip_prefix("${")?.split_once('}')?,
        };
        pieces.push(Piece::Placeholder(name));
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    Some(pieces)
}

fn own_value<'v>(placeholder: &str, values: Option<(&'v str, &'v str)>) -> Option<&'v str> {
    let (region, account) = values.unwrap_or_default();
    match placeholder {
        "Partition" => Some("aws"),
        "Region" => Some(region),
        "Account" => Some(account),
        _ => None,
    }
}

/// Whether a text has these pieces. Each stretch of text is taken where it first comes, the last one at the end.
fn fits(pieces: &[Piece], mut text: &str) -> bool {
    let mut is_open = false;
    for (number, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Placeholder(_) => {
                // At least one letter.
                let mut letters = text.chars();
                if letters.next().is_none() {
                    return false;
                }
                text = letters.as_str();
                is_open = true;
            }
            Piece::Literal(literal) if !is_open => match text.strip_prefix(literal) {
                Some(rest) => text = rest,
                None => return false,
            },
            Piece::Literal(literal) if number + 1 == pieces.len() => return text.ends_with(literal),
            Piece::Literal(literal) => {
                let Some(rest) = behind(text, literal) else {
                    return false;
                };
                text = rest;
                is_open = false;
            }
        }
    }
    is_open || text.is_empty()
}

/// What stands behind the first such stretch of text. Stretches are short, so that looking at every place is fast.
fn behind<'t>(text: &'t str, literal: &str) -> Option<&'t str> {
    let mut windows = text.as_bytes().windows(literal.len().max(1));
    let start = windows.position(|window| window == literal.as_bytes())?;
    text.get(start + literal.len()..)
}

/// The service of an ARN, and what stands behind its account.
pub(super) fn service_and_rest(arn: &str) -> Option<(&str, &str)> {
    let [_, _, service, _, _, rest] = parts(arn)?;
    Some((service, rest))
}

/// What stands before and behind the first five colons.
pub(super) fn parts(arn: &str) -> Option<[&str; 6]> {
    let mut parts = [""; 6];
    let [before @ .., last] = &mut parts;
    let mut rest = arn;
    for part in before {
        let (known, behind) = scan::cut(rest, b':');
        *part = known;
        rest = behind?;
    }
    *last = rest;
    Some(parts)
}

/// The id of an account as it is written.
fn digits(account: AccountId) -> [u8; 12] {
    let mut number = account.as_u64();
    let mut out = [b'0'; 12];
    for place in out.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    out
}

/// Whether a text can stand for a part of an ARN: wildcards would be read as such by nobody, or by somebody, and white
/// space at its ends is left out by some.
pub(super) fn is_plain(text: &str) -> bool {
    let is_space = |end: Option<&u8>| end == Some(&b' ');
    if is_space(text.as_bytes().first()) || is_space(text.as_bytes().last()) {
        return false;
    }
    // Most of what comes is ASCII, which is found out without leaving early: so several are looked at at a time.
    let is_usual = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'*' && byte != b'?';
    if text
        .bytes()
        .fold(!text.is_empty(), |all, byte| all & is_usual(byte))
    {
        return true;
    }
    !text.is_empty() && !text.contains(|letter: char| matches!(letter, '*' | '?') || letter.is_control())
}
