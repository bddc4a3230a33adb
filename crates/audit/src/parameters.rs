//! Request parameters and response elements of a record: what may be shown is listed, the rest is hidden.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::Shown;
use crate::listed::is_shown;
use crate::shown::write_structure;

/// What stands in a record in place of a value that may not be shown. CloudTrail uses the same word.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Parameters of a record, by name in CloudTrail's spelling (`userName`; for S3 that of the wire).
///
/// Invariant: a value is shown only if its name, and the name of everything around it, is in the list of names
/// known to carry no secret. A parameter that is added to the API tomorrow is hidden until someone lists it.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    values: Map<String, Value>,
    /// The object that stands in the record, of parameters that are told all at once: most are, and need no tree of
    /// values to be written once. While it is here there are no `values`.
    written: Option<String>,
}

impl Parameters {
    /// No parameters.
    pub fn new() -> Self {
        Self::default()
    }

    /// All parameters of a request, or all elements of an answer, by their names in either spelling. Those whose names
    /// are not listed are hidden.
    pub fn of(members: Vec<(&str, Shown<'_>)>) -> Self {
        let mut text = String::with_capacity(512);
        write_structure(&mut text, members, 0);
        Self {
            values: Map::new(),
            written: Some(text),
        }
    }

    /// With one more text parameter, or hidden if its name is not listed. The name may be in the wire's spelling
    /// (`UserName`) or CloudTrail's (`userName`).
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.insert(name, value.into());
        self
    }

    /// Adds a parameter, or hides it if its name is not listed. Structures and lists are searched through.
    pub fn insert(&mut self, name: &str, value: Value) {
        let name = spelled(name.to_owned());
        let value = if is_shown(&name) {
            redacted(value, 0)
        } else {
            Value::from(HIDDEN)
        };
        self.values().insert(name, value);
    }

    /// With tags by their keys, which are their owners' words and shown whatever they are; without them if there are
    /// none.
    #[must_use]
    pub fn with_tags<'a>(mut self, name: &str, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let tags: Map<String, Value> = tags
            .into_iter()
            .map(|(key, value)| (key.to_owned(), Value::from(value)))
            .collect();
        if !tags.is_empty() {
            let tags = Value::Object(tags);
            self.values().insert(spelled(name.to_owned()), tags);
        }
        self
    }

    /// With a value that carries no secret whatever its name is, under a name that is spelt as it stands.
    #[must_use]
    pub fn with_known(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.insert_known(name, value.into());
        self
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.as_values().get(name).cloned()
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.values().remove(name);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        match &self.written {
            Some(text) => text == "{}",
            None => self.values.is_empty(),
        }
    }

    /// Adds a value that carries no secret, under a name that is spelt as it stands.
    pub(crate) fn insert_known(&mut self, name: &str, value: Value) {
        self.values().insert(name.to_owned(), value);
    }

    /// Adds all of others.
    pub(crate) fn extend(&mut self, mut others: Self) {
        self.values().extend(std::mem::take(others.values()));
    }

    pub(crate) fn into_non_empty(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }

    /// Writes them as an object.
    pub(crate) fn write(&self, out: &mut String) {
        match &self.written {
            Some(text) => out.push_str(text),
            // Writing values into memory cannot fail.
            None => out.push_str(&serde_json::to_string(&self.values).unwrap_or_else(|_| "{}".to_owned())),
        }
    }

    /// Without what is long, if all of it together is too long for one line; then it says so, and how long it was.
    ///
    /// Evidence for the members that say so: CloudTrail's records as quoted in public tools, which from 100 kB on have
    /// nothing else. Here what is short stays, so that nobody hides by padding whom and what a request is about.
    pub(crate) fn bounded(mut self, of: &str) -> Self {
        let is_short = |text: &String| text.len() <= BYTES_MAX / LENGTH_OVER_WRITTEN_MAX;
        if self.written.as_ref().is_some_and(is_short) {
            return self;
        }
        let values = self.values();
        let bytes: usize = values
            .iter()
            .map(|(name, value)| written(name) + length(value))
            .sum();
        if bytes <= BYTES_MAX {
            return self;
        }
        values.retain(|name, value| written(name) + length(value) <= KEPT_BYTES_MAX);
        values.insert("omitted".to_owned(), Value::from(true));
        values.insert("originalSize".to_owned(), Value::from(bytes));
        let reason = format!("{of} too large");
        values.insert("reason".to_owned(), Value::from(reason));
        self
    }

    /// The parameters one by one, to be changed.
    fn values(&mut self) -> &mut Map<String, Value> {
        if let Some(text) = self.written.take() {
            self.values = read(&text);
        }
        &mut self.values
    }

    fn as_values(&self) -> Cow<'_, Map<String, Value>> {
        match &self.written {
            Some(text) => Cow::Owned(read(text)),
            None => Cow::Borrowed(&self.values),
        }
    }
}

/// What was written here can be read.
fn read(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

impl PartialEq for Parameters {
    fn eq(&self, other: &Self) -> bool {
        self.as_values() == other.as_values()
    }
}

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_values().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(|values| Self {
            values,
            written: None,
        })
    }
}

/// So many bytes have all parameters of a record, or all elements of its response: two of the longest documents.
const BYTES_MAX: usize = 512 << 10;

/// So many bytes has each of them that stays where all are too long.
const KEPT_BYTES_MAX: usize = 4 << 10;

/// So many times longer than it is written a value is taken for at most: a digit is taken for 24.
const LENGTH_OVER_WRITTEN_MAX: usize = 24;

/// About how many bytes a value is when it is written, and never fewer.
fn length(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 24,
        Value::String(text) => written(text),
        Value::Array(items) => items.iter().map(|item| 1 + length(item)).sum::<usize>() + 2,
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| 2 + written(name) + length(value));
            fields.sum::<usize>() + 2
        }
    }
}

/// How many bytes a text is when it is written, with its quotation marks.
fn written(text: &str) -> usize {
    let escaped = text.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    });
    escaped.sum::<usize>() + 2
}

pub(crate) const DEPTH_MAX: usize = 8;

fn redacted(value: Value, depth: usize) -> Value {
    // Fails closed: what lies deeper than any shape of the API is hidden rather than searched through.
    if depth > DEPTH_MAX {
        return Value::from(HIDDEN);
    }
    let depth = depth.saturating_add(1);
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| redacted(item, depth)).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let name = spelled(name);
                    let value = if is_shown(&name) {
                        redacted(value, depth)
                    } else {
                        Value::from(HIDDEN)
                    };
                    (name, value)
                })
                .collect(),
        ),
        plain => plain,
    }
}

/// The name with its first letter small: CloudTrail writes `userName` for `UserName`, `sAMLProviderArn` for
/// `SAMLProviderArn`.
fn spelled(mut name: String) -> String {
    // Nothing that is listed begins with a letter outside ASCII.
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_too_long_for_a_line_is_left_out_and_what_is_short_stays() {
        let of = |document: &str| {
            Parameters::new()
                .with("roleName", "Deploy")
                .with("policyDocument", document)
                .bounded("requestParameters")
        };
        let fits = "\n".repeat(BYTES_MAX / 2 - 64);
        assert_eq!(of(&fits).get("policyDocument"), Some(Value::from(&*fits)));
        let long = "\n".repeat(BYTES_MAX / 2);
        assert_eq!(
            serde_json::to_value(of(&long)).unwrap(),
            json!({
                "roleName": "Deploy", "omitted": true, "originalSize": BYTES_MAX + 2 + 10 + 8 + 16,
                "reason": "requestParameters too large",
            })
        );
    }

    #[test]
    fn no_value_is_longer_than_it_was_taken_for() {
        let value = json!({"a\u{1}\"": [null, true, -1.5e-300, u64::MAX, "ü\\\u{7f}\t", {}], "b": []});
        assert!(value.to_string().len() <= length(&value));
    }

    #[test]
    fn tags_are_shown_by_keys_that_nobody_listed() {
        let got = Parameters::new()
            .with_tags("incomingTransitiveTags", [("Department", "Engineering")])
            .with_tags("principalTags", []);
        assert_eq!(
            serde_json::to_value(got).unwrap(),
            json!({"incomingTransitiveTags": {"Department": "Engineering"}})
        );
    }

    #[test]
    fn secrets_and_unknown_names_are_hidden_at_every_depth() {
        let got = Parameters::new()
            .with("Password", "hunter2")
            .with("TokenCode", "123456")
            .with("Tags", json!([{"Password": "hunter2"}]));
        assert_eq!(
            serde_json::to_value(got).unwrap(),
            json!({"password": HIDDEN, "tokenCode": HIDDEN, "tags": [{"password": HIDDEN}]})
        );
        let answer = Parameters::new().with(
            "accessKey",
            json!({"AccessKeyId": "AKIA", "SecretAccessKey": "wJalr", "Nested": {"deep": "wJalr"}}),
        );
        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!(
            answer,
            json!({"accessKey": {"accessKeyId": "AKIA", "secretAccessKey": HIDDEN, "nested": HIDDEN}})
        );
    }
}
