//! Forms: `application/x-www-form-urlencoded`, from a body or a query string.
//!
//! Invariant: work and memory are bounded by the length of the input, and the
//! number of parameters by [`PARAMETERS_MAX`], whatever their names say. Nothing
//! is allocated for an index: `Tags.member.4294967295.Key` is one parameter.
//! Parameters are kept sorted by name, so that every lookup is a binary search.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use memchr::{memchr, memchr2};

use crate::error_code::ErrorCode;
use crate::query::index::{self, IndexError};

/// The greatest number of parameters in a request. The widest legitimate
/// request (a simulation with a few thousand actions) stays far below.
pub const PARAMETERS_MAX: usize = 16_384;

/// A parsed form. Values may be secrets, so printing it shows only how many there are.
#[derive(Default)]
pub struct Form<'a> {
    parameters: Vec<Parameter<'a>>,
}

/// Why bytes are not a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// More than [`PARAMETERS_MAX`] parameters.
    #[error("the request has more than {PARAMETERS_MAX} parameters")]
    TooManyParameters,
    /// A `%` is not followed by two hexadecimal digits.
    #[error("a percent sign is not followed by two hexadecimal digits")]
    BadEscape,
    /// A name or value is not UTF-8 once decoded.
    #[error("a parameter is not UTF-8")]
    NotUtf8,
}

impl FormError {
    /// The code it is answered with.
    pub const fn code(self) -> ErrorCode {
        ErrorCode::MALFORMED_QUERY_STRING
    }
}

/// A name with its value, both decoded.
struct Parameter<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
}

/// Parses a form. Empty pieces between `&` are skipped; a piece without `=` is
/// a name with an empty value.
///
/// # Errors
/// See [`FormError`].
pub fn parse_form(bytes: &[u8]) -> Result<Form<'_>, FormError> {
    let mut parameters = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(memchr(b'&', rest).unwrap_or(rest.len()));
        rest = after.get(1..).unwrap_or_default();
        if piece.is_empty() {
            continue;
        }
        if parameters.len() == PARAMETERS_MAX {
            return Err(FormError::TooManyParameters);
        }
        let end = memchr(b'=', piece).unwrap_or(piece.len());
        let (name, value) = piece.split_at(end);
        let value = value.strip_prefix(b"=").unwrap_or_default();
        parameters.push(Parameter {
            name: unescape(name)?,
            value: unescape(value)?,
        });
    }
    // Stable, so that of several parameters with one name the first stays first:
    // AWS takes the first. Evidence: probes against AWS, July 2026.
    parameters.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Form { parameters })
}

impl<'a> Form<'a> {
    /// The value of the first parameter called `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all().text(name)
    }

    /// The operation asked for.
    pub fn action(&self) -> Option<&str> {
        self.get("Action")
    }

    /// The API version asked for.
    pub fn version(&self) -> Option<&str> {
        self.get("Version")
    }

    /// How many parameters there are, counting repeated ones.
    pub fn len(&self) -> usize {
        self.parameters.len()
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    /// Every parameter, as the members of the input.
    pub(super) fn all(&self) -> Scope<'_> {
        Scope {
            parameters: &self.parameters,
            prefix: 0,
        }
    }
}

impl fmt::Debug for Form<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Form({} parameters)", self.parameters.len())
    }
}

/// The parameters below one prefix, such as `Tags.member.1.`.
#[derive(Clone, Copy)]
pub(super) struct Scope<'f> {
    parameters: &'f [Parameter<'f>],
    /// Bytes of each name that are the prefix.
    prefix: usize,
}

impl<'f> Scope<'f> {
    /// The value of the parameter that is `name` below the prefix.
    pub(super) fn text(self, name: &str) -> Option<&'f str> {
        let at = self
            .parameters
            .partition_point(|parameter| self.rest(parameter) < name);
        let parameter = self.parameters.get(at)?;
        (self.rest(parameter) == name).then_some(&parameter.value)
    }

    /// The parameters below `name.`; empty if there are none.
    pub(super) fn below(self, name: &str) -> Self {
        let first = self
            .parameters
            .partition_point(|at| order(self.rest(at), name) == Ordering::Less);
        let rest = self.parameters.get(first..).unwrap_or_default();
        let count = rest.partition_point(|at| order(self.rest(at), name) == Ordering::Equal);
        Self {
            parameters: rest.get(..count).unwrap_or_default(),
            prefix: self.prefix + name.len() + 1,
        }
    }

    /// Whether nothing is below the prefix.
    pub(super) fn is_empty(self) -> bool {
        self.parameters.is_empty()
    }

    /// The values of a list, ordered by their numbers, which may come in any
    /// order. Names that go on behind the number are unknown parameters and ignored.
    pub(super) fn values(self) -> Result<Vec<Option<&'f str>>, IndexError> {
        let mut values: Vec<(u64, &str)> = Vec::new();
        let mut before = None;
        for parameter in self.parameters {
            let name = self.rest(parameter);
            let digits = name.split_once('.').map_or(name, |(digits, _)| digits);
            let number = index::number(digits)?;
            if digits.len() == name.len() && before != Some(name) {
                values.push((number, &parameter.value));
                before = Some(name);
            }
        }
        index::in_order(values)
    }

    /// What is below each number of a list, ordered likewise. Names that end
    /// with the number are unknown parameters and ignored.
    pub(super) fn groups(self) -> Result<Vec<Option<Self>>, IndexError> {
        let mut groups = Vec::new();
        let same = |one: &Parameter<'_>, other: &Parameter<'_>| self.digits(one) == self.digits(other);
        for parameters in self.parameters.chunk_by(same) {
            let Some(first) = parameters.first() else { continue };
            let Some(digits) = self.digits(first) else {
                for parameter in parameters {
                    index::number(self.rest(parameter))?;
                }
                continue;
            };
            let number = index::number(digits)?;
            let prefix = self.prefix + digits.len() + 1;
            groups.push((number, Self { parameters, prefix }));
        }
        index::in_order(groups)
    }

    /// What stands before the next dot.
    fn digits<'p>(self, parameter: &'p Parameter<'_>) -> Option<&'p str> {
        let rest = parameter.name.get(self.prefix..)?;
        rest.split_once('.').map(|(digits, _)| digits)
    }

    fn rest(self, parameter: &'f Parameter<'f>) -> &'f str {
        parameter.name.get(self.prefix..).unwrap_or_default()
    }
}

/// How `rest` stands to everything that begins with `name.`.
fn order(rest: &str, name: &str) -> Ordering {
    let (rest, name) = (rest.as_bytes(), name.as_bytes());
    match rest.split_at_checked(name.len()) {
        Some((head, [next, ..])) => head.cmp(name).then(next.cmp(&b'.')),
        // As long as the name or shorter: before whatever begins with it.
        _ => rest.cmp(name).then(Ordering::Less),
    }
}

/// `+` is a space, `%41` is a byte. Borrows when there is nothing to decode.
fn unescape(bytes: &[u8]) -> Result<Cow<'_, str>, FormError> {
    if memchr2(b'+', b'%', bytes).is_none() {
        return std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| FormError::NotUtf8);
    }
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let high = rest.next().and_then(|digit| hexadecimal(*digit));
                let low = rest.next().and_then(|digit| hexadecimal(*digit));
                match (high, low) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(FormError::BadEscape),
                }
            }
            byte => *byte,
        });
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| FormError::NotUtf8)
}

const fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
