//! The texts of `ValidationError`.
//!
//! AWS checks every constraint of the model and reports all that fail in one
//! message. Sensitive values never appear; see [`Faults::add`] for the others.

use std::fmt::{self, Write};

use crate::service::Service;

/// Constraints listed in one message. Differs from AWS: more are counted but
/// not listed, so that a hostile request cannot make a huge answer.
const LISTED_MAX: usize = 50;

/// Characters of a value that are repeated in a message.
const ECHOED_MAX: usize = 4096;

/// What failed, gathered while a form is decoded.
pub(super) struct Faults {
    shows_values: bool,
    count: usize,
    listed: String,
    /// The first failure that IAM reports in words of its own.
    own_words: Option<String>,
}

/// A constraint that a member does not satisfy.
pub(super) enum Constraint<'a> {
    NotNull,
    LengthMin(u32),
    LengthMax(u32),
    ValueMin(i32),
    ValueMax(i32),
    Pattern(&'a str),
    Enum(&'a [&'a str]),
}

/// What a message says of the value that failed.
#[derive(Clone, Copy)]
pub(super) enum Shown<'a> {
    Null,
    Hidden,
    Text(&'a str),
}

impl Faults {
    pub(super) fn new(service: Service) -> Self {
        Self {
            shows_values: service == Service::Sts,
            count: 0,
            listed: String::new(),
            own_words: None,
        }
    }

    /// IAM leaves every value out; STS repeats it, and says `null` for none.
    /// Evidence: recorded answers of both services.
    pub(super) fn add(&mut self, path: &Path<'_>, shown: Shown<'_>, constraint: &Constraint<'_>) {
        self.count += 1;
        if self.count > LISTED_MAX {
            return;
        }
        let separator = if self.count > 1 { "; " } else { "" };
        let value = Value {
            shown,
            shows_values: self.shows_values,
        };
        // Writing to a string cannot fail.
        let _ = write!(
            self.listed,
            "{separator}Value{value} at '{path}' failed to satisfy constraint: {constraint}"
        );
    }

    /// A failure that IAM words itself, after the constraints of the model are satisfied.
    pub(super) fn add_own_words(&mut self, path: &Path<'_>, words: &str) {
        if self.own_words.is_none() {
            self.own_words = Some(format!("The specified value for {path} is invalid. {words}"));
        }
    }

    /// The message; `None` if nothing failed.
    pub(super) fn message(self) -> Option<String> {
        if self.count == 0 {
            return self.own_words;
        }
        let plural = if self.count == 1 { "" } else { "s" };
        Some(format!(
            "{} validation error{plural} detected: {}",
            self.count, self.listed
        ))
    }
}

impl fmt::Display for Constraint<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNull => formatter.write_str("Member must not be null"),
            Self::LengthMin(min) => {
                write!(
                    formatter,
                    "Member must have length greater than or equal to {min}"
                )
            }
            Self::LengthMax(max) => write!(formatter, "Member must have length less than or equal to {max}"),
            Self::ValueMin(min) => {
                write!(formatter, "Member must have value greater than or equal to {min}")
            }
            Self::ValueMax(max) => write!(formatter, "Member must have value less than or equal to {max}"),
            Self::Pattern(pattern) => {
                write!(
                    formatter,
                    "Member must satisfy regular expression pattern: {pattern}"
                )
            }
            Self::Enum(values) => {
                write!(
                    formatter,
                    "Member must satisfy enum value set: [{}]",
                    values.join(", ")
                )
            }
        }
    }
}

struct Value<'a> {
    shown: Shown<'a>,
    shows_values: bool,
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown {
            _ if !self.shows_values => Ok(()),
            Shown::Null => formatter.write_str(" null"),
            Shown::Hidden => Ok(()),
            Shown::Text(text) => {
                let end = text
                    .char_indices()
                    .nth(ECHOED_MAX)
                    .map_or(text.len(), |(at, _)| at);
                write!(formatter, " '{}'", text.get(..end).unwrap_or_default())
            }
        }
    }
}

/// Where a member stands: `tags.1.member.key`. Kept as a chain on the stack
/// and written only when something fails.
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, u32),
    Value(&'a Path<'a>, &'a str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => decapitalized(formatter, name),
            Self::Member(parent, name) => {
                write!(formatter, "{parent}.")?;
                decapitalized(formatter, name)
            }
            Self::Item(parent, number) => write!(formatter, "{parent}.{number}.member"),
            Self::Value(parent, key) => write!(formatter, "{parent}.{key}.member"),
        }
    }
}

/// `RoleSessionName` is `roleSessionName`; only the first letter changes, so
/// that `SAMLAssertion` is `sAMLAssertion`, as in AWS's messages.
fn decapitalized(formatter: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let mut letters = name.chars();
    if let Some(first) = letters.next() {
        formatter.write_char(first.to_ascii_lowercase())?;
    }
    formatter.write_str(letters.as_str())
}
