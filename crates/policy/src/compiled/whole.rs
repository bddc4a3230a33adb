//! Patterns of ARNs read anew as one stretch of text, in which stars stand for colons too.

use smallvec::SmallVec;

use super::template::{self, Syntax, Token};
use super::{Policy, Str};
use crate::context::{Context, Entry};
use crate::fold;
use crate::glob::{self, Part};

impl Policy {
    /// Whether a text matches the text of a pattern, read anew as one stretch in which stars match colons too. `false`
    /// if a variable has no value; `true` if the pattern has so many parts that they would take memory to list.
    pub(crate) fn matches_whole(&self, pattern: Str, variables: bool, context: &Context, text: &str) -> bool {
        match whole_parts(self.str(pattern), variables, context) {
            WholeParts::All(parts) => glob::matches(&*parts, text),
            // What the pattern begins with is still certain.
            WholeParts::TooMany(parts) => match parts.first() {
                Some(Part::Text(start)) => text.starts_with(start),
                _ => true,
            },
            WholeParts::Unresolved => false,
        }
    }

    /// The same for another text in which stars are wildcards.
    pub(crate) fn overlaps_whole(pattern: &str, variables: bool, context: &Context, other: &str) -> bool {
        match whole_parts(pattern, variables, context) {
            WholeParts::All(parts) => glob::overlaps(&*parts, other),
            WholeParts::TooMany(_) => true,
            WholeParts::Unresolved => false,
        }
    }
}

type SomeParts<'a> = SmallVec<[Part<'a>; 64]>;

/// What a pattern is made of that is read anew.
enum WholeParts<'a> {
    All(SomeParts<'a>),
    /// The first of so many that they would take memory to list.
    TooMany(SomeParts<'a>),
    /// A variable has no value.
    Unresolved,
}

fn whole_parts<'a>(pattern: &'a str, variables: bool, context: &'a Context) -> WholeParts<'a> {
    let syntax = Syntax {
        wildcards: true,
        variables,
    };
    let piece = |from, to| pattern.get(from..to).unwrap_or_default();
    let mut parts = SomeParts::new();
    for token in template::tokens(pattern, 0, syntax) {
        if parts.len() == parts.inline_size() {
            return WholeParts::TooMany(parts);
        }
        parts.push(match token {
            Token::Text(from, to) => Part::Text(piece(from, to)),
            Token::One => Part::One,
            Token::Star => Part::Star,
            // Malformed: it may stand for anything.
            Token::Variable { key, .. } if key.0 == key.1 => Part::Star,
            Token::Variable { key, default } => {
                let key = piece(key.0, key.1);
                let entry = context.find(fold::hash_of_key(key), key);
                let value = match entry {
                    Some(entry) => entry.single(),
                    None => default.map(|(from, to)| piece(from, to)),
                };
                match value {
                    Some(value) => Part::Text(value),
                    None if entry.is_some_and(Entry::is_unknown) => Part::Star,
                    None => return WholeParts::Unresolved,
                }
            }
        });
    }
    WholeParts::All(parts)
}
