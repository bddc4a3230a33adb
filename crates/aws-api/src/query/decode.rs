//! Forms into typed inputs, by the shape tables.

use std::borrow::Cow;

use crate::error_code::ErrorCode;
use crate::operation::{Input, Operation};
use crate::query::form::{Form, Scope};
use crate::query::index::IndexError;
use crate::query::validation::{Constraint, Faults, Path, Shown};
use crate::service::Service;
use crate::shape::{Kind, Member, Shape, StructureShape};
use crate::value::{FromValues, Value, Values};

/// Why a form is not the input of an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Constraints of the model are not satisfied: all of them, in AWS's words.
    #[error("{0}")]
    Validation(String),
    /// A number, a boolean or the order of a list cannot be read. AWS answers
    /// the first two without a message, save for an empty number. Evidence:
    /// probes against AWS, July 2026.
    #[error("a parameter cannot be read")]
    Malformed(Option<Cow<'static, str>>),
}

impl DecodeError {
    /// The code it is answered with.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Validation(_) => ErrorCode::VALIDATION_ERROR,
            Self::Malformed(_) => ErrorCode::MALFORMED_INPUT,
        }
    }

    /// The message it is answered with.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Validation(message) => Some(message),
            Self::Malformed(message) => message.as_deref(),
        }
    }
}

impl From<IndexError> for DecodeError {
    fn from(error: IndexError) -> Self {
        Self::Malformed(match error {
            IndexError::Unreadable => None,
            told => Some(told.to_string().into()),
        })
    }
}

/// Decodes and validates the input of operation `O`.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode<O: Operation>(form: &Form<'_>) -> Result<O::Input, DecodeError> {
    decode_input(O::ID.service(), form)
}

fn decode_input<I: Input>(service: Service, form: &Form<'_>) -> Result<I, DecodeError> {
    let mut values = members_of(service, form, <I as FromValues>::SHAPE)?;
    I::from_values(&mut values).ok_or(DecodeError::Malformed(None))
}

/// The part that does not depend on the type, so that it is compiled once.
pub(super) fn members_of(
    service: Service,
    form: &Form<'_>,
    shape: &StructureShape,
) -> Result<Values, DecodeError> {
    let mut decoder = Decoder {
        faults: Faults::new(service),
    };
    let values = decoder.structure(form.all(), shape, &Path::Root)?;
    match decoder.faults.message() {
        None => Ok(values),
        Some(message) => Err(DecodeError::Validation(message)),
    }
}

struct Decoder {
    faults: Faults,
}

impl Decoder {
    fn structure(
        &mut self,
        scope: Scope<'_>,
        shape: &StructureShape,
        path: &Path<'_>,
    ) -> Result<Values, DecodeError> {
        let mut values = Vec::with_capacity(shape.members.len());
        for member in shape.members {
            let at = Path::Member(path, member.name);
            let value = self.member(scope, member, &at)?;
            if member.required && matches!(value, Value::Absent) {
                self.faults.add(&at, Shown::Null, &Constraint::NotNull);
            }
            values.push(value);
        }
        Ok(Values::new(values))
    }

    fn member(&mut self, scope: Scope<'_>, member: &Member, path: &Path<'_>) -> Result<Value, DecodeError> {
        let words = member.own_words;
        match &member.shape.kind {
            Kind::Structure(structure) => {
                let below = scope.below(member.name);
                if below.is_empty() {
                    return Ok(Value::Absent);
                }
                Ok(Value::Structure(self.structure(below, structure, path)?))
            }
            Kind::List {
                member: shape,
                min,
                max,
            } => {
                let below = scope.below(member.name).below("member");
                let given = scope.text(member.name).is_some();
                match &shape.kind {
                    Kind::Structure(structure) => {
                        self.structures(below.groups()?, given, structure, (*min, *max), path)
                    }
                    _ => Ok(self.texts(&below.values()?, given, shape, (*min, *max), path)),
                }
            }
            Kind::Map { key, value, max } => {
                let below = scope.below(member.name).below("entry");
                let given = scope.text(member.name).is_some();
                self.map(below.groups()?, given, (key, value), *max, path)
            }
            _ => match scope.text(member.name) {
                Some(text) => self.scalar(text, member.shape, words, path),
                None => Ok(Value::Absent),
            },
        }
    }

    /// A list of structures: what fails is reported of each, and a missing one
    /// as any missing member; AWS's text for that is not known. Clients write an
    /// empty list as `Name=`, which is what `given` says, here and below.
    fn structures(
        &mut self,
        groups: Vec<Option<Scope<'_>>>,
        given: bool,
        structure: &StructureShape,
        limits: (u32, u32),
        path: &Path<'_>,
    ) -> Result<Value, DecodeError> {
        if groups.is_empty() && !given {
            return Ok(Value::Absent);
        }
        self.length(groups.len(), limits, Shown::Structures(structure, &groups), path);
        let mut members = Vec::with_capacity(groups.len());
        for (number, below) in (1..).zip(groups) {
            let at = Path::Item(path, number);
            match below {
                Some(below) => members.push(Value::Structure(self.structure(below, structure, &at)?)),
                None => self.faults.add(&at, Shown::Null, &Constraint::NotNull),
            }
        }
        Ok(Value::List(members))
    }

    /// A list of texts: one failure stands for all members, and names every
    /// constraint they have.
    fn texts(
        &mut self,
        texts: &[Option<&str>],
        given: bool,
        shape: &Shape,
        limits: (u32, u32),
        path: &Path<'_>,
    ) -> Value {
        if texts.is_empty() && !given {
            return Value::Absent;
        }
        let shown = if shape.sensitive {
            Shown::Hidden
        } else {
            Shown::List(texts)
        };
        self.length(texts.len(), limits, shown, path);
        if !texts
            .iter()
            .all(|text| text.is_some_and(|text| satisfies(text, shape)))
        {
            self.faults.add(path, shown, &Constraint::Members(shape));
        }
        let members = texts.iter().flatten().map(|text| Value::Text((*text).to_owned()));
        Value::List(members.collect())
    }

    fn map(
        &mut self,
        groups: Vec<Option<Scope<'_>>>,
        given: bool,
        (key, value): (&Shape, &'static Shape),
        max: u32,
        path: &Path<'_>,
    ) -> Result<Value, DecodeError> {
        if groups.is_empty() && !given {
            return Ok(Value::Absent);
        }
        self.length(groups.len(), (0, max), Shown::Hidden, path);
        let value = Member::required("value", value);
        let mut entries = Vec::with_capacity(groups.len());
        let mut names = Vec::with_capacity(groups.len());
        for (number, below) in (1..).zip(groups) {
            let entry = Path::Entry(path, number);
            let Some(below) = below else {
                self.faults.add(&entry, Shown::Null, &Constraint::NotNull);
                continue;
            };
            let at = Path::Member(&entry, value.name);
            let held = self.member(below, &value, &at)?;
            if matches!(held, Value::Absent) {
                self.faults.add(&at, Shown::Null, &Constraint::NotNull);
            }
            let name = below.text("key").unwrap_or_default();
            names.push(Some(name));
            entries.push(Value::Entry(Box::new((Value::Text(name.to_owned()), held))));
        }
        if !names.iter().flatten().all(|name| satisfies(name, key)) {
            self.faults.add(path, Shown::List(&names), &Constraint::Keys(key));
        }
        Ok(Value::List(entries))
    }

    fn scalar(
        &mut self,
        text: &str,
        shape: &Shape,
        own_words: Option<&str>,
        path: &Path<'_>,
    ) -> Result<Value, DecodeError> {
        let shown = if shape.sensitive {
            Shown::Hidden
        } else {
            Shown::Text(text)
        };
        match &shape.kind {
            Kind::Integer { min, max } => {
                let integer = integer(text)?;
                if integer < *min {
                    self.faults.add(path, shown, &Constraint::ValueMin(*min));
                }
                if integer > *max {
                    self.faults.add(path, shown, &Constraint::ValueMax(*max));
                }
                Ok(Value::Integer(integer))
            }
            // Evidence for the digits: recorded answers of IAM.
            Kind::Boolean => match text {
                "true" | "1" => Ok(Value::Boolean(true)),
                "false" | "0" => Ok(Value::Boolean(false)),
                _ => Err(DecodeError::Malformed(None)),
            },
            Kind::Enum(values) => {
                if !values.contains(&text) {
                    self.faults.add(path, shown, &Constraint::Enum(values));
                }
                Ok(Value::Text(text.to_owned()))
            }
            Kind::Text { min, max, pattern } => {
                self.length(text.chars().count(), (*min, *max), shown, path);
                let broken = pattern.filter(|pattern| !pattern.matches(text));
                match (broken, own_words) {
                    (Some(_), Some(words)) => self.faults.add_own_words(path, words),
                    (Some(pattern), None) => self.faults.add(path, shown, &Constraint::Pattern(pattern.text)),
                    (None, _) => {}
                }
                Ok(Value::Text(text.to_owned()))
            }
            // The generator admits no other kind to inputs.
            _ => Err(DecodeError::Malformed(None)),
        }
    }

    fn length(&mut self, length: usize, (min, max): (u32, u32), shown: Shown<'_>, path: &Path<'_>) {
        if length < min as usize {
            self.faults.add(path, shown, &Constraint::LengthMin(min));
        }
        if length > max as usize {
            self.faults.add(path, shown, &Constraint::LengthMax(max));
        }
    }
}

/// Whether a text satisfies every constraint of its shape.
fn satisfies(text: &str, shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Enum(values) => values.contains(&text),
        Kind::Text { min, max, pattern } => {
            let length = text.chars().count();
            (*min as usize..=*max as usize).contains(&length)
                && pattern.is_none_or(|pattern| pattern.matches(text))
        }
        // The generator admits no other kind to lists of inputs.
        _ => false,
    }
}

/// Signed 32 bits; a sign and leading zeros are accepted.
/// Evidence: probes against AWS, July 2026.
fn integer(text: &str) -> Result<i32, DecodeError> {
    if text.is_empty() {
        return Err(DecodeError::Malformed(Some(
            "missing value for decimal type".into(),
        )));
    }
    text.parse().map_err(|_| DecodeError::Malformed(None))
}
