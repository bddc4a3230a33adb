//! JSON that says one thing only: no member twice, no deep nesting.
//!
//! Of two members with one name, one parser takes the first and another the last: so whoever signed such a text need
//! not have meant what is read here. Differs from AWS, which takes the last (evidence: recorded answers of STS).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Nothing that tokens, keys or discovery documents say is nested deeper.
const DEPTH_MAX: usize = 16;

/// The object that a text is.
///
/// Refuses a text that is no JSON, that is no object, that says a member twice, or is nested too deeply.
pub(super) fn object(text: &[u8]) -> Result<Map<String, Value>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: DEPTH_MAX }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(<serde_json::Error as Error>::custom("an object is expected")),
    }
}

/// A value that may be nested so much deeper.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn inner<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1);
        depth
            .map(|depth| Self { depth })
            .ok_or_else(|| E::custom("it is nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value);
        number
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut elements = Vec::new();
        while let Some(element) = access.next_element_seed(inner)? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(inner)?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is there twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let read = object(text.as_bytes()).map(|members| Value::Object(members).to_string());
        let read = read.map_err(|error| error.to_string());
        match (read, expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{error}"),
            (read, expected) => panic!("{text}: {read:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let text = r#"{"a":[1,-2,1.5,"x",null,true,{}],"b":{"c":""}}"#;
        check(text, Ok(text));
    }

    #[test]
    fn a_member_that_is_there_twice_is_refused_at_every_depth() {
        check(r#"{"aud":"a","aud":"a"}"#, Err("twice"));
        check(r#"{"aud":"a","\u0061ud":"b"}"#, Err("twice"));
        check(r#"{"a":[{"b":1,"b":2}]}"#, Err("twice"));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["[]", "1", "\"x\"", "null", "true"] {
            check(text, Err("an object is expected"));
        }
        check("", Err("EOF"));
        check("{}{}", Err("trailing"));
        check("{\"a\":1,}", Err("trailing comma"));
        check("{'a':1}", Err("key must be a string"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
        check(&nested(15), Ok(&nested(15)));
        check(&nested(16), Err("nested too deeply"));
        check(&nested(100_000), Err("nested too deeply"));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
        assert!(object(b"{\"a\":\"\\ud800\"}").is_err());
    }
}
