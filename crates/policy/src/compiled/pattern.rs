//! Compiled patterns: most are plain text or a prefix and are compared as such.

use smallvec::SmallVec;

use super::{Policy, Str};
use crate::context::{Context, Entry};
use crate::document::Run;
use crate::fold;
use crate::glob::{self, Part, Parts};

/// A pattern, by what it takes to compare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Only stars.
    Anything,
    /// Text without wildcards.
    Literal(Str),
    /// Text, then a star.
    Prefix(Str),
    /// A star, then text.
    Suffix(Str),
    /// Anything else without variables.
    Parts(Run),
    /// With variables.
    Template(Run),
}

/// A piece of a pattern in the policy's list of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoredPart {
    Text(Str),
    One,
    Star,
    Variable(u32),
}

/// A policy variable.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) hash: u64,
    /// Empty, which is no key's name, if the variable is malformed: it is never resolved.
    pub(crate) key: Str,
    pub(crate) default: Option<Str>,
}

/// How a text compares with one value of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Yes,
    No,
    /// The value has a variable whose key the request does not have.
    Unresolved,
    /// The value has a variable whose key has several values, which can stand for no text.
    Ambiguous,
    /// One side cannot be read as what the operator compares, as far as is known.
    Unreadable,
    /// The request's value is nothing that the operator compares with anything.
    Incomparable,
    /// The policy's value is nothing that the operator compares with anything.
    Broken,
    /// It is not known whether AWS would say yes.
    Unclear,
}

impl From<bool> for Fit {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

/// Parts of a pattern with the request's values for its variables. Text substituted for a variable is text: a
/// star in it is a star.
#[derive(Clone, Copy)]
pub(super) struct Resolved<'a> {
    policy: &'a Policy,
    context: &'a Context,
    parts: &'a [StoredPart],
}

impl<'a> Parts<'a> for Resolved<'a> {
    fn count(&self) -> usize {
        self.parts.len()
    }

    fn part(&self, index: usize) -> Part<'a> {
        match self.parts.get(index) {
            Some(StoredPart::Text(text)) => Part::Text(self.policy.str(*text)),
            Some(StoredPart::One) => Part::One,
            Some(StoredPart::Star) => Part::Star,
            // Invariant: `variables_fit` came first, so a variable without text is one of which it is not known what
            // it stands for.
            Some(StoredPart::Variable(number)) => self
                .policy
                .variable(*number, self.context)
                .map_or(Part::Star, Part::Text),
            None => Part::Text(""),
        }
    }
}

impl Policy {
    /// The text a variable stands for in this request, or why it stands for none.
    pub(crate) fn variable<'a>(&'a self, number: u32, context: &'a Context) -> Result<&'a str, Fit> {
        let variable = self
            .rare()
            .variables
            .get(number as usize)
            .ok_or(Fit::Unresolved)?;
        let key = self.str(variable.key);
        if key.is_empty() {
            // Malformed: what AWS makes of it is not known.
            return Err(Fit::Unclear);
        }
        match context.find(variable.hash, key) {
            Some(entry) if entry.is_unknown() => Err(Fit::Unclear),
            Some(entry) => entry.single().ok_or(Fit::Ambiguous),
            None => variable
                .default
                .map(|default| self.str(default))
                .ok_or(Fit::Unresolved),
        }
    }

    /// Whether all variables among the parts have a text; if some do not, why. That a key is not there counts more than
    /// that it has several values or that nobody knows.
    pub(crate) fn variables_fit(&self, parts: &[StoredPart], context: &Context) -> Result<(), Fit> {
        let mut fit = Ok(());
        for part in parts {
            let StoredPart::Variable(number) = part else {
                continue;
            };
            match self.variable(*number, context) {
                Ok(_) => {}
                Err(Fit::Unresolved) => return Err(Fit::Unresolved),
                Err(Fit::Ambiguous) => fit = fit.and(Err(Fit::Ambiguous)),
                Err(other) => fit = Err(other),
            }
        }
        fit
    }

    /// Whether a variable of a pattern is that of a key of which nothing is known, not even whether it is there.
    pub(crate) fn has_unknown(&self, pattern: Pattern, context: &Context) -> bool {
        let Pattern::Template(run) = pattern else {
            return false;
        };
        run.of(&self.parts).iter().any(|part| {
            let StoredPart::Variable(number) = part else {
                return false;
            };
            let variable = self.rare().variables.get(*number as usize);
            let entry = variable.and_then(|variable| context.find(variable.hash, self.str(variable.key)));
            entry.is_some_and(Entry::is_unknown)
        })
    }

    pub(super) fn resolved<'a>(&'a self, run: Run, context: &'a Context) -> Resolved<'a> {
        Resolved {
            policy: self,
            context,
            parts: run.of(&self.parts),
        }
    }

    /// Whether a text matches a pattern.
    pub(crate) fn matches(&self, pattern: Pattern, context: &Context, text: &str) -> Fit {
        match pattern {
            Pattern::Anything => Fit::Yes,
            Pattern::Literal(literal) => (text == self.str(literal)).into(),
            Pattern::Prefix(prefix) => text.starts_with(self.str(prefix)).into(),
            Pattern::Suffix(suffix) => text.ends_with(self.str(suffix)).into(),
            Pattern::Parts(run) => glob::matches(self.resolved(run, context), text).into(),
            Pattern::Template(run) => match self.variables_fit(run.of(&self.parts), context) {
                Ok(()) => glob::matches(self.resolved(run, context), text).into(),
                Err(Fit::Unclear) if !glob::matches(self.resolved(run, context), text) => Fit::No,
                Err(fit) => fit,
            },
        }
    }

    /// Whether a text that matches a pattern can be what another text means in which stars are wildcards.
    pub(crate) fn overlaps(&self, pattern: Pattern, context: &Context, other: &str) -> bool {
        let with = |parts: &[Part<'_>]| glob::overlaps(parts, other);
        match pattern {
            Pattern::Anything => true,
            Pattern::Literal(text) => with(&[Part::Text(self.str(text))]),
            Pattern::Prefix(text) => with(&[Part::Text(self.str(text)), Part::Star]),
            Pattern::Suffix(text) => with(&[Part::Star, Part::Text(self.str(text))]),
            Pattern::Parts(run) => glob::overlaps(self.resolved(run, context), other),
            // A variable without a value matches nothing; one of which nothing is known, anything.
            Pattern::Template(run) => match self.variables_fit(run.of(&self.parts), context) {
                Ok(()) | Err(Fit::Unclear) => glob::overlaps(self.resolved(run, context), other),
                Err(_) => false,
            },
        }
    }

    /// Whether a text equals a pattern without wildcards, whatever the case of either.
    pub(crate) fn equals_ignoring_case(&self, pattern: Pattern, context: &Context, text: &str) -> Fit {
        let (Pattern::Parts(run) | Pattern::Template(run)) = pattern else {
            let Pattern::Literal(literal) = pattern else {
                return Fit::No;
            };
            return fold::same_texts(self.str(literal), text).into();
        };
        let parts = run.of(&self.parts);
        if let Err(fit) = self.variables_fit(parts, context) {
            return fit;
        }
        let resolved = self.resolved(run, context);
        let mut whole: SmallVec<[u8; 1024]> = SmallVec::new();
        for index in 0..parts.len() {
            if let Part::Text(part) = resolved.part(index) {
                whole.extend_from_slice(part.as_bytes());
            }
        }
        let whole = std::str::from_utf8(&whole);
        whole.is_ok_and(|whole| fold::same_texts(whole, text)).into()
    }

    /// Whether a name matches a pattern, whatever the case of either. Parts are in small letters already.
    pub(super) fn matches_folded(&self, pattern: Pattern, name: &str) -> bool {
        let bytes = name.as_bytes();
        match pattern {
            Pattern::Anything => true,
            Pattern::Literal(literal) => fold::same(name, self.str(literal)),
            Pattern::Prefix(prefix) => bytes
                .get(..prefix.len as usize)
                .is_some_and(|head| head.eq_ignore_ascii_case(self.str(prefix).as_bytes())),
            Pattern::Suffix(suffix) => bytes
                .len()
                .checked_sub(suffix.len as usize)
                .and_then(|at| bytes.get(at..))
                .is_some_and(|tail| tail.eq_ignore_ascii_case(self.str(suffix).as_bytes())),
            Pattern::Parts(run) | Pattern::Template(run) => {
                let mut folded: SmallVec<[u8; 4096]> = SmallVec::from_slice(bytes);
                folded.make_ascii_lowercase();
                let none = Context::EMPTY;
                std::str::from_utf8(&folded)
                    .is_ok_and(|folded| glob::matches(self.resolved(run, none), folded))
            }
        }
    }
}
