//! A JSON object whose fields are still text.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of an object, each as it stands in the text. A field that is there twice is an error: another
/// reader might see the other one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object<'a> {
    fields: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// The text of a field; `None` if it is not there or null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let text = self.fields.get(name)?.get();
        (text != "null").then_some(text)
    }

    /// These fields, and of the defaults those that are not among them. One that is null here is null.
    pub(crate) fn over(&self, defaults: &Self) -> Self {
        let mut fields = defaults.fields.clone();
        fields.extend(self.fields.iter().map(|(name, value)| (name.clone(), *value)));
        Self { fields }
    }

    /// Every field with its text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.get()))
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if fields.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("the field {name} is there twice")));
                    }
                    fields.insert(name, value);
                }
                Ok(Object { fields })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
