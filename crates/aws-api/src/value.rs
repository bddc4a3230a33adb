//! How typed structures meet the shape tables.
//!
//! Inwards, the decoder produces [`Value`]s in table order and the generated
//! [`FromValues`] takes them one after another. Outwards, the generated
//! [`Structure`] answers "what is in member number *n*?" with a [`View`], and
//! whoever walks the tables (the XML encoder, the audit trail) asks. So the
//! generated code per structure is two short functions without any names.

use jiff::Timestamp;
use zeroize::Zeroize;

use crate::sensitive::Sensitive;
use crate::shape::{StructureShape, UNIT};

/// A decoded and validated value. It may be a secret, so it cannot be printed.
pub enum Value {
    /// The parameter was not given.
    Absent,
    /// Text, or an enum value.
    Text(String),
    /// An integer.
    Integer(i32),
    /// A boolean.
    Boolean(bool),
    /// A list, or the entries of a map.
    List(Vec<Value>),
    /// An entry of a map.
    Entry(Box<(Value, Value)>),
    /// The members of a structure, in table order.
    Structure(Values),
}

/// The members of a structure, handed out in table order.
pub struct Values(std::vec::IntoIter<Value>);

impl Values {
    /// Wraps the members of one structure.
    pub fn new(members: Vec<Value>) -> Self {
        Self(members.into_iter())
    }

    /// The next member; `None` when it is not what the type asks for, which
    /// cannot happen while types and tables come from the same generator.
    pub fn take<T: FromValue>(&mut self) -> Option<T> {
        T::from_value(self.0.next()?)
    }
}

/// A type that a decoded value turns into.
pub trait FromValue: Sized {
    /// The value as this type.
    fn from_value(value: Value) -> Option<Self>;
}

/// A generated structure that can be decoded.
pub trait FromValues: Sized {
    /// Its table.
    const SHAPE: &'static StructureShape;

    /// Takes its members in table order.
    fn from_values(values: &mut Values) -> Option<Self>;
}

impl<T: FromValues> FromValue for T {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Structure(mut values) => T::from_values(&mut values),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl FromValue for Sensitive<String> {
    fn from_value(value: Value) -> Option<Self> {
        String::from_value(value).map(Self::new)
    }
}

impl FromValue for i32 {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Integer(integer) => Some(integer),
            _ => None,
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Boolean(boolean) => Some(boolean),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Absent => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::List(members) => members.into_iter().map(T::from_value).collect(),
            _ => None,
        }
    }
}

impl<K: FromValue, V: FromValue> FromValue for (K, V) {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Entry(entry) => Some((K::from_value(entry.0)?, V::from_value(entry.1)?)),
            _ => None,
        }
    }
}

impl FromValues for () {
    const SHAPE: &'static StructureShape = &UNIT;

    fn from_values(_: &mut Values) -> Option<Self> {
        Some(())
    }
}

/// A generated structure, seen through its table.
pub trait Structure {
    /// Its table.
    fn shape(&self) -> &'static StructureShape;

    /// What is in the member at `index` of the table.
    fn member(&self, index: usize) -> View<'_>;
}

impl Structure for () {
    fn shape(&self) -> &'static StructureShape {
        &UNIT
    }

    fn member(&self, _: usize) -> View<'_> {
        View::Absent
    }
}

/// A borrowed look at a value. Sensitive text is in it: whether it may be
/// shown is in the shape.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// The member was left out.
    Absent,
    /// Text, or an enum value.
    Text(&'a str),
    /// An integer.
    Integer(i32),
    /// A boolean.
    Boolean(bool),
    /// An instant.
    Timestamp(Timestamp),
    /// Bytes.
    Blob(&'a [u8]),
    /// A list, or the entries of a map.
    List(&'a dyn Sequence),
    /// An entry of a map.
    Entry(&'a dyn Look, &'a dyn Look),
    /// A structure.
    Structure(&'a dyn Structure),
}

/// Members one after another.
pub trait Sequence {
    /// How many.
    fn count(&self) -> usize;

    /// The one at `index`.
    fn at(&self, index: usize) -> View<'_>;
}

/// A type that can be looked at.
pub trait Look {
    /// The look.
    fn look(&self) -> View<'_>;
}

impl<T: Structure> Look for T {
    fn look(&self) -> View<'_> {
        View::Structure(self)
    }
}

impl Look for String {
    fn look(&self) -> View<'_> {
        View::Text(self)
    }
}

impl Look for i32 {
    fn look(&self) -> View<'_> {
        View::Integer(*self)
    }
}

impl Look for bool {
    fn look(&self) -> View<'_> {
        View::Boolean(*self)
    }
}

impl Look for Timestamp {
    fn look(&self) -> View<'_> {
        View::Timestamp(*self)
    }
}

impl Look for Vec<u8> {
    fn look(&self) -> View<'_> {
        View::Blob(self)
    }
}

impl<T: Look + Zeroize> Look for Sensitive<T> {
    fn look(&self) -> View<'_> {
        self.expose().look()
    }
}

impl<T: Look> Look for Option<T> {
    fn look(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, T::look)
    }
}

impl<T: Look> Look for Vec<T> {
    fn look(&self) -> View<'_> {
        View::List(self)
    }
}

impl<K: Look, V: Look> Look for (K, V) {
    fn look(&self) -> View<'_> {
        View::Entry(&self.0, &self.1)
    }
}

impl<T: Look> Sequence for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> View<'_> {
        self.get(index).map_or(View::Absent, T::look)
    }
}

/// Defines an enum of the model: variants, their texts, and how they are read and looked at.
macro_rules! wire_enum {
    ($(#[$attribute:meta])* $name:ident { $($variant:ident = $text:literal,)+ }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`.")] $variant,)+
        }

        impl $name {
            /// Every value, in the model's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Every value's text, in the model's order.
            pub const TEXTS: &'static [&'static str] = &[$($text),+];

            /// The text on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value with exactly this text.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl crate::value::FromValue for $name {
            fn from_value(value: crate::value::Value) -> Option<Self> {
                match value {
                    crate::value::Value::Text(text) => Self::parse(&text),
                    _ => None,
                }
            }
        }

        impl crate::value::Look for $name {
            fn look(&self) -> crate::value::View<'_> {
                crate::value::View::Text(self.as_str())
            }
        }
    };
}

pub(crate) use wire_enum;
