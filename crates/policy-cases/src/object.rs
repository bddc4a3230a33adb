//! A JSON object whose fields are still text.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of an object, each as it stands in the text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object<'a> {
    fields: BTreeMap<String, &'a RawValue>,
    /// Fields that are there twice. Another reader might see the other one, so whoever knows the field refuses it.
    repeated: BTreeSet<String>,
}

impl<'a> Object<'a> {
    /// The text of a field; `None` if it is not there or null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let text = self.fields.get(name)?.get();
        (text != "null").then_some(text)
    }

    /// Every field that is there twice.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = &str> {
        self.repeated.iter().map(String::as_str)
    }

    /// These fields, and of the defaults those that are not among them. One that is null here is null.
    pub(crate) fn over(&self, defaults: &Self) -> Self {
        let mut fields = defaults.fields.clone();
        fields.extend(self.fields.iter().map(|(name, value)| (name.clone(), *value)));
        let repeated = &self.repeated | &defaults.repeated;
        Self { fields, repeated }
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
                let mut object = Object::default();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    match object.fields.entry(name) {
                        Entry::Vacant(entry) => {
                            entry.insert(value);
                        }
                        Entry::Occupied(entry) => {
                            object.repeated.insert(entry.key().clone());
                        }
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
