//! The texts of `ValidationError`.
//!
//! AWS checks every constraint of the model and reports all that fail in one
//! message. IAM puts words of its own before that for a few patterns. Values
//! are shown by STS only, and sensitive ones never. Evidence: probes of STS in
//! July 2026; answers of IAM recorded in 2026 by projects that compare
//! themselves with AWS.

use std::fmt::{self, Write};

use crate::query::form::Scope;
use crate::service::Service;
use crate::shape::{Kind, Shape, StructureShape};

/// Constraints listed in one message. Differs from AWS: more are counted but
/// not listed, so that a hostile request cannot make a huge answer.
const LISTED_MAX: usize = 50;

/// Characters of a value that are repeated in a message, for the same reason.
const ECHOED_MAX: usize = 4096;

/// What failed, gathered while a form is decoded.
pub(super) struct Faults {
    shows_values: bool,
    count: usize,
    /// By the places of members in a message.
    listed: Vec<(u32, String)>,
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
    /// Some member of a list breaks some constraint of its shape.
    Members(&'a Shape),
    /// Some key of a map breaks some constraint of its shape.
    Keys(&'a Shape),
}

/// What a message says of the value that failed.
#[derive(Clone, Copy)]
pub(super) enum Shown<'a> {
    Null,
    Hidden,
    Text(&'a str),
    /// The members of a list, `null` for those that are missing.
    List(&'a [Option<&'a str>]),
    /// The members of a list of structures, as [`Shown::List`] does.
    Structures(&'a StructureShape, &'a [Option<Scope<'a>>]),
}

impl Faults {
    pub(super) fn new(service: Service) -> Self {
        Self {
            shows_values: service == Service::Sts,
            count: 0,
            listed: Vec::new(),
            own_words: None,
        }
    }

    pub(super) fn add(&mut self, path: &Path<'_>, shown: Shown<'_>, constraint: &Constraint<'_>) {
        self.count += 1;
        if self.count > LISTED_MAX {
            return;
        }
        let place = if self.shows_values { 0 } else { path.place() };
        let shown = if self.shows_values { shown } else { Shown::Hidden };
        self.listed.push((
            place,
            format!("Value{shown} at '{path}' failed to satisfy constraint: {constraint}"),
        ));
    }

    /// A failure that the service words itself. It comes before all others:
    /// IAM says only this, even of a value that is also too long.
    pub(super) fn add_own_words(&mut self, path: &Path<'_>, words: &str) {
        if self.own_words.is_none() {
            self.own_words = Some(format!("The specified value for {path} is invalid. {words}"));
        }
    }

    /// The message; `None` if nothing failed.
    pub(super) fn message(mut self) -> Option<String> {
        if self.own_words.is_some() || self.count == 0 {
            return self.own_words;
        }
        let plural = if self.count == 1 { "" } else { "s" };
        self.listed.sort_by_key(|(place, _)| *place);
        let mut message = format!("{} validation error{plural} detected: ", self.count);
        for (index, (_, fault)) in self.listed.iter().enumerate() {
            message.push_str(if index > 0 { "; " } else { "" });
            message.push_str(fault);
        }
        Some(message)
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
            Self::Members(shape) => {
                let there = shape.name == "tagKeyType";
                write!(
                    formatter,
                    "Member must satisfy constraint: [{}]",
                    All { shape, there }
                )
            }
            Self::Keys(shape) => {
                let there = true;
                write!(
                    formatter,
                    "Map keys must satisfy constraint: [{}]",
                    All { shape, there }
                )
            }
        }
    }
}

/// Every constraint of a shape, as a message about a list or a map names them
/// all. That a member must be there is said of keys, and of tag keys alone
/// among lists: recorded answers about other lists leave it out.
struct All<'a> {
    shape: &'a Shape,
    there: bool,
}

impl fmt::Display for All<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut constraints = Vec::with_capacity(4);
        match &self.shape.kind {
            Kind::Enum(values) => constraints.push(Constraint::Enum(values)),
            Kind::Text { min, max, pattern } => {
                if *max != u32::MAX {
                    constraints.push(Constraint::LengthMax(*max));
                }
                if *max != u32::MAX || *min != 0 {
                    constraints.push(Constraint::LengthMin(*min));
                }
                constraints.extend(pattern.map(|pattern| Constraint::Pattern(pattern.text)));
            }
            _ => {}
        }
        if self.there || constraints.is_empty() {
            constraints.push(Constraint::NotNull);
        }
        for (index, constraint) in constraints.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(formatter, "{separator}{constraint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => Ok(()),
            Self::Null => formatter.write_str(" null"),
            Self::Text(text) => write!(formatter, " '{}'", clipped(text, ECHOED_MAX).0),
            Self::List(members) => {
                shown_list(formatter, members.iter().map(|member| member.unwrap_or("null")))
            }
            Self::Structures(shape, members) => shown_list(
                formatter,
                members.iter().map(|member| shown_structure(shape, *member)),
            ),
        }
    }
}

fn shown_list<T: AsRef<str>>(
    formatter: &mut fmt::Formatter<'_>,
    members: impl Iterator<Item = T>,
) -> fmt::Result {
    formatter.write_str(" '[")?;
    let mut left = ECHOED_MAX;
    for (index, member) in members.enumerate() {
        if left == 0 {
            break;
        }
        let (text, length) = clipped(member.as_ref(), left);
        left -= length;
        let separator = if index > 0 { ", " } else { "" };
        write!(formatter, "{separator}{text}")?;
    }
    formatter.write_str("]'")
}

/// `Tag(key=team, value=blue)`. Evidence: a recorded answer of STS.
fn shown_structure(shape: &StructureShape, given: Option<Scope<'_>>) -> String {
    let Some(given) = given else {
        return "null".to_owned();
    };
    let members = shape.members.iter().map(|member| {
        let text = given.text(member.name).unwrap_or("null");
        let shown = if member.shape.sensitive {
            "***"
        } else {
            clipped(text, ECHOED_MAX).0
        };
        format!("{}={shown}", Path::Member(&Path::Root, member.name))
    });
    format!("{}({})", shape.name, members.collect::<Vec<_>>().join(", "))
}

/// The first `max` characters, and how many there are.
fn clipped(text: &str, max: usize) -> (&str, usize) {
    match text.char_indices().nth(max) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), max),
        None => (text, text.chars().count()),
    }
}

/// Where a member stands: `tags.1.member.key`. Kept as a chain on the stack
/// and written only when something fails.
pub(super) enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, u32),
    Entry(&'a Path<'a>, u32),
}

impl Path<'_> {
    /// Where IAM lists what is wrong with the member, or with what is inside of it: neither by the model nor by the
    /// alphabet, but as a hash table of 16 places has names. Evidence: recorded answers of UpdateAccountPasswordPolicy
    /// and CreateOpenIDConnectProvider with three faults each.
    fn place(&self) -> u32 {
        match self {
            Self::Root => 0,
            Self::Member(Self::Root, _) => {
                let add = |hash: u32, unit: u16| hash.wrapping_mul(31).wrapping_add(unit.into());
                let hash = self.to_string().encode_utf16().fold(0, add);
                (hash ^ (hash >> 16)) % 16
            }
            Self::Member(parent, _) | Self::Item(parent, _) | Self::Entry(parent, _) => parent.place(),
        }
    }
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
            Self::Entry(parent, number) => write!(formatter, "{parent}.{number}"),
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
