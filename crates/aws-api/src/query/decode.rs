//! Forms into typed inputs, by the shape tables.

use crate::error_code::ErrorCode;
use crate::operation::{Input, Operation};
use crate::query::form::{Form, Item, Scope};
use crate::query::validation::{Constraint, Faults, Path, Shown};
use crate::service::Service;
use crate::shape::{Kind, Shape, StructureShape};
use crate::value::{FromValues, Value, Values};

/// Why a form is not the input of an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Constraints of the model are not satisfied: all of them, in AWS's words.
    #[error("{0}")]
    Validation(String),
    /// A number or boolean cannot be read. AWS answers this without a message,
    /// save for one case. Evidence: probes against AWS, July 2026.
    #[error("a parameter cannot be read")]
    Malformed(Option<&'static str>),
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
            Self::Malformed(message) => *message,
        }
    }
}

/// Decodes and validates the input of operation `O`.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode<O: Operation>(form: &Form<'_>) -> Result<O::Input, DecodeError> {
    decode_input::<O::Input>(O::ID.service(), form)
}

fn decode_input<I: Input>(service: Service, form: &Form<'_>) -> Result<I, DecodeError> {
    let mut values = members_of(service, form, <I as FromValues>::SHAPE)?;
    I::from_values(&mut values).ok_or(DecodeError::Malformed(None))
}

/// The part that does not depend on the type, so that it is compiled once.
fn members_of(service: Service, form: &Form<'_>, shape: &StructureShape) -> Result<Values, DecodeError> {
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
            let value = self.member(scope, member.name, member.shape, &at)?;
            if member.required && matches!(value, Value::Absent) {
                self.faults.add(&at, Shown::Null, &Constraint::NotNull);
            }
            values.push(value);
        }
        Ok(Values::new(values))
    }

    fn member(
        &mut self,
        scope: Scope<'_>,
        name: &str,
        shape: &'static Shape,
        path: &Path<'_>,
    ) -> Result<Value, DecodeError> {
        match &shape.kind {
            Kind::Structure(structure) => {
                let below = scope.below(name);
                if below.is_empty() {
                    return Ok(Value::Absent);
                }
                Ok(Value::Structure(self.structure(below, structure, path)?))
            }
            Kind::List { member, min, max } => {
                let items = scope.below(name).below("member").numbered();
                // Clients write an empty list as `Name=`.
                if items.is_empty() && scope.text(name).is_none() {
                    return Ok(Value::Absent);
                }
                self.list(items, member, (*min, *max), path)
            }
            Kind::Map { key, value, max } => {
                let items = scope.below(name).below("entry").numbered();
                if items.is_empty() && scope.text(name).is_none() {
                    return Ok(Value::Absent);
                }
                self.map(items, (key, value), *max, path)
            }
            _ => match scope.text(name) {
                Some(text) => self.scalar(text, shape, path),
                None => Ok(Value::Absent),
            },
        }
    }

    fn list(
        &mut self,
        items: Vec<(u32, Item<'_>)>,
        shape: &'static Shape,
        (min, max): (u32, u32),
        path: &Path<'_>,
    ) -> Result<Value, DecodeError> {
        let mut members = Vec::with_capacity(items.len());
        let mut last = 0;
        for (number, item) in items {
            // A second form of the same member: the first wins.
            if number == last {
                continue;
            }
            let at = Path::Item(path, number);
            let member = match (&shape.kind, item.text(), item.below()) {
                (Kind::Structure(structure), None, Some(below)) => {
                    Value::Structure(self.structure(below, structure, &at)?)
                }
                (Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. }, ..) => continue,
                (_, Some(text), _) => self.scalar(text, shape, &at)?,
                (_, None, _) => continue,
            };
            last = number;
            members.push(member);
        }
        self.length(members.len(), (min, max), Shown::Hidden, path);
        Ok(Value::List(members))
    }

    fn map(
        &mut self,
        items: Vec<(u32, Item<'_>)>,
        (key, value): (&'static Shape, &'static Shape),
        max: u32,
        path: &Path<'_>,
    ) -> Result<Value, DecodeError> {
        let mut entries = Vec::with_capacity(items.len());
        for (_, item) in items {
            let Some(below) = item.below() else { continue };
            let Some(name) = below.text("key") else { continue };
            let at = Path::Value(path, name);
            let key = self.scalar(name, key, &at)?;
            let value = self.member(below, "value", value, &at)?;
            if matches!(value, Value::Absent) {
                self.faults.add(&at, Shown::Null, &Constraint::NotNull);
            }
            entries.push(Value::Entry(Box::new((key, value))));
        }
        self.length(entries.len(), (0, max), Shown::Hidden, path);
        Ok(Value::List(entries))
    }

    fn scalar(&mut self, text: &str, shape: &Shape, path: &Path<'_>) -> Result<Value, DecodeError> {
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
            Kind::Boolean => match text {
                "true" => Ok(Value::Boolean(true)),
                "false" => Ok(Value::Boolean(false)),
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
                if let Some(pattern) = pattern
                    && !pattern.matches(text)
                {
                    self.faults.add(path, shown, &Constraint::Pattern(pattern.text));
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

/// Signed 32 bits; a sign and leading zeros are accepted.
/// Evidence: probes against AWS, July 2026.
fn integer(text: &str) -> Result<i32, DecodeError> {
    if text.is_empty() {
        return Err(DecodeError::Malformed(Some("missing value for decimal type")));
    }
    text.parse().map_err(|_| DecodeError::Malformed(None))
}
