//! Properties and contexts: objects of any kind, of which condition keys are made.
//!
//! A condition key has a text or several, so an object within an object becomes keys with `/` in their names. What
//! cannot be a condition key, such as a list of objects, is refused instead of passed over: a denial that rests on it
//! would not bite.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::keys::{Gathering, Keys, Scalar, VALUES_MAX, Value, check_value};

/// The members of an object, those of objects within it with the names of both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Properties(pub(crate) Keys<'static>);

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut gathering = Gathering::default();
        let members = Members {
            into: &mut gathering,
            path: "",
        };
        deserializer.deserialize_map(members)?;
        Ok(Self(gathering.keys))
    }
}

/// The members of one object.
struct Members<'g> {
    into: &'g mut Gathering<'static>,
    /// The names of the objects that it is in, each with its `/`.
    path: &'g str,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name.is_empty() {
                return Err(de::Error::custom("a property has no name"));
            }
            let name = format!("{}{name}", self.path);
            self.into.admit(&name).map_err(de::Error::custom)?;
            map.next_value_seed(Member {
                into: &mut *self.into,
                name,
            })?;
        }
        Ok(())
    }
}

/// The value of one member.
struct Member<'g> {
    into: &'g mut Gathering<'static>,
    name: String,
}

impl Member<'_> {
    fn push<E: de::Error>(self, value: Value<'static>) -> Result<(), E> {
        self.into.push(Cow::Owned(self.name), value).map_err(E::custom)
    }

    fn single<E: de::Error>(self, text: String) -> Result<(), E> {
        check_value(&text)?;
        self.push(Value::Single(Cow::Owned(text)))
    }
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, a boolean, a list of those, or an object")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.single(text.to_owned())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.single(value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.single(value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.single(value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        // Conditions on numbers read no exponents. Fails closed: one that could not be read would match nothing.
        if !value.is_finite() || value.abs() >= 1e15 || (value != 0.0 && value.abs() < 1e-6) {
            return Err(E::custom("a number is too large or too small for a condition"));
        }
        self.single(value.to_string())
    }

    /// Nothing, as if it had been left out.
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut values = Vec::new();
        while let Some(Scalar(value)) = list.next_element::<Scalar<'de>>()? {
            if values.len() >= VALUES_MAX {
                return Err(de::Error::custom("too many values"));
            }
            values.push(Cow::Owned(value.into_owned()));
        }
        self.push(Value::Many(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let path = format!("{}/", self.name);
        let members = Members {
            into: self.into,
            path: &path,
        };
        members.visit_map(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match serde_json::from_str::<Properties>(text) {
            Ok(properties) => format!("{:?}", properties.0.0),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn members_become_texts_and_those_within_have_both_names() {
        check(
            r#"{"a":"x","b":1.5,"c":true,"d":["y",2],"e":{"f":{"g":-3}},"h":null,"i":{}}"#,
            r#"[("a", Single("x")), ("b", Single("1.5")), ("c", Single("true")), ("d", Many(["y", "2"])), ("e/f/g", Single("-3"))]"#,
        );
    }

    #[test]
    fn what_is_no_condition_key_is_refused() {
        check(r#"{"":1}"#, "a property has no name at line 1 column 3");
        check(
            r#"{"a":1e300}"#,
            "a number is too large or too small for a condition at line 1 column 10",
        );
        check(
            "[]",
            "invalid type: sequence, expected an object at line 1 column 0",
        );
        let error = serde_json::from_str::<Properties>(r#"{"a":[{}]}"#).unwrap_err();
        assert!(error.to_string().contains("invalid type: map"), "{error}");
        let error =
            serde_json::from_str::<Properties>(&format!("{{{}1}}", r#""a":{"#.repeat(200))).unwrap_err();
        assert!(error.is_data() || error.is_syntax(), "{error}");
    }
}
