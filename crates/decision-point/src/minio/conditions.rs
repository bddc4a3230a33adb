//! MinIO's conditions, among which a client can put its own.
//!
//! Beside what MinIO finds out itself, `conditions` has the headers and query parameters of the request that it is
//! about, under the names that the client wrote. So a name counts only in the spelling that MinIO writes; another one of
//! the same key must not say anything else, and neither may a second value of the same.
//!
//! The tags of an object come in the same list, and where an object has none a client can have written them. They are
//! heard against a request only: it must be allowed with them and without.

use std::collections::BTreeMap;
use std::fmt;

use lanyard_policy::{ContextValue, Text};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

/// The conditions as they were sent. A name that is there twice is refused: who reads the first?
#[derive(Debug, Default)]
pub(super) struct Conditions(BTreeMap<String, Vec<String>>);

/// What is heard of them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Heard {
    /// What MinIO says.
    pub(super) certain: Vec<(Text, ContextValue)>,
    /// What MinIO or its client says.
    pub(super) doubtful: Vec<(Text, ContextValue)>,
}

/// Conditions that say two things of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AmbiguousError;

/// The names that MinIO writes, and the policies' names. What time it is Lanyard knows itself.
const NAMES: [(&str, &str); 16] = [
    ("SourceIp", "aws:SourceIp"),
    ("SecureTransport", "aws:SecureTransport"),
    ("UserAgent", "aws:UserAgent"),
    ("Referer", "aws:referer"),
    ("prefix", "s3:prefix"),
    ("delimiter", "s3:delimiter"),
    ("max-keys", "s3:max-keys"),
    ("versionid", "s3:VersionId"),
    ("signatureversion", "s3:signatureversion"),
    ("signatureAge", "s3:signatureAge"),
    ("authType", "s3:authType"),
    ("LocationConstraint", "s3:LocationConstraint"),
    ("object-lock-mode", "s3:object-lock-mode"),
    (
        "object-lock-retain-until-date",
        "s3:object-lock-retain-until-date",
    ),
    (
        "object-lock-remaining-retention-days",
        "s3:object-lock-remaining-retention-days",
    ),
    ("object-lock-legal-hold", "s3:object-lock-legal-hold"),
];

/// Headers, whose names are the policies' with `s3:` before them.
const HEADERS: [&str; 13] = [
    "x-amz-acl",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-metadata-directive",
    "x-amz-storage-class",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-grant-read",
    "x-amz-grant-write",
    "x-amz-grant-read-acp",
    "x-amz-grant-write-acp",
    "x-amz-grant-full-control",
];

/// Keys that come with the key of a tag behind them.
const TAGS: [(&str, &str); 2] = [
    ("ExistingObjectTag/", "s3:ExistingObjectTag/"),
    ("RequestObjectTag/", "s3:RequestObjectTag/"),
];

/// Which tags there are.
const TAG_KEYS: (&str, &str) = ("RequestObjectTagKeys", "s3:RequestObjectTagKeys");

/// What a name means.
struct Meaning {
    key: String,
    /// Whether MinIO writes it this way.
    is_own: bool,
    is_of_tags: bool,
}

/// What was said of one key.
struct Said<'a> {
    value: &'a str,
    is_own: bool,
    is_of_tags: bool,
}

impl Conditions {
    /// What is heard of a request; `lists` if it is for a list, of which an empty prefix means something.
    pub(super) fn heard(&self, lists: bool) -> Result<Heard, AmbiguousError> {
        let mut said: BTreeMap<String, Said<'_>> = BTreeMap::new();
        let mut heard = Heard::default();
        for (name, values) in &self.0 {
            if name == TAG_KEYS.0 {
                let values = values.iter().map(|value| Text::from(value.clone())).collect();
                let key = Text::from(TAG_KEYS.1);
                heard.doubtful.push((key, ContextValue::Many(values)));
                continue;
            }
            let Some(meaning) = meaning_of(name) else { continue };
            for value in values {
                let known = said.entry(meaning.key.clone()).or_insert(Said {
                    value,
                    is_own: false,
                    is_of_tags: meaning.is_of_tags,
                });
                if known.value != value {
                    return Err(AmbiguousError);
                }
                known.is_own |= meaning.is_own;
            }
        }
        for (key, said) in said {
            // MinIO sends what was left out of the request as an empty text.
            let is_left_out = said.value.is_empty() && !(lists && key == "s3:prefix");
            if !said.is_own || is_left_out {
                continue;
            }
            let value = ContextValue::Single(Text::from(said.value.to_owned()));
            let list = if said.is_of_tags {
                &mut heard.doubtful
            } else {
                &mut heard.certain
            };
            list.push((Text::from(key), value));
        }
        Ok(heard)
    }
}

fn meaning_of(name: &str) -> Option<Meaning> {
    for (own, key) in TAGS {
        if let Some((start, rest)) = name.split_at_checked(own.len())
            && start.eq_ignore_ascii_case(own)
        {
            return Some(Meaning {
                // Policies compare the keys of tags without regard to case.
                key: format!("{key}{}", rest.to_lowercase()),
                is_own: start == own,
                is_of_tags: true,
            });
        }
    }
    let plain = |key: &str, is_own| {
        Some(Meaning {
            key: key.to_owned(),
            is_own,
            is_of_tags: false,
        })
    };
    if let Some((own, key)) = NAMES.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        return plain(key, *own == name);
    }
    let header = HEADERS.iter().find(|header| header.eq_ignore_ascii_case(name))?;
    // In a query as the client signs it, in a header as HTTP/1.1 is used to: `X-Amz-Acl`.
    plain(&format!("s3:{header}"), *header == name || is_capitalized(name))
}

/// Whether each word begins with a capital, and has no other.
fn is_capitalized(name: &str) -> bool {
    name.split('-').all(|word| {
        let mut letters = word.chars();
        letters.next().is_none_or(|first| !first.is_ascii_lowercase())
            && !letters.any(|rest| rest.is_ascii_uppercase())
    })
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConditionsVisitor)
    }
}

struct ConditionsVisitor;

impl<'de> Visitor<'de> for ConditionsVisitor {
    type Value = Conditions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of conditions and their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut conditions = BTreeMap::new();
        while let Some((name, values)) = map.next_entry::<String, Vec<String>>()? {
            if conditions.insert(name, values).is_some() {
                return Err(de::Error::custom("a condition is there twice"));
            }
        }
        Ok(Conditions(conditions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is heard, as `key=value` with `?` behind what is doubtful; or that it says two things.
    fn check(conditions: &str, expected: &str) {
        let conditions: Conditions = serde_json::from_str(conditions).unwrap();
        let shown = |list: &[(Text, ContextValue)], mark: &str| -> Vec<String> {
            let one = |(name, value): &(Text, ContextValue)| match value {
                ContextValue::Single(text) => format!("{}={}{mark}", name.as_str(), text.as_str()),
                ContextValue::Many(texts) => format!("{}={texts:?}{mark}", name.as_str()),
                ContextValue::Unknown => format!("{}=(unknown){mark}", name.as_str()),
            };
            list.iter().map(one).collect()
        };
        let got = conditions.heard(true).map_or("ambiguous".to_owned(), |heard| {
            let mut all = shown(&heard.certain, "");
            all.extend(shown(&heard.doubtful, "?"));
            all.join(" ")
        });
        assert_eq!(got, expected, "{conditions:?}");
    }

    #[test]
    fn conditions_get_the_names_that_policies_know() {
        check(
            r#"{"CurrentTime":["2022-05-07T18:31:41Z"],"delimiter":["/"],"EpochTime":["1651948301"],
            "prefix":[""],"Referer":[""],"SecureTransport":["false"],"SourceIp":["127.0.0.1"],
            "User-Agent":["mc"],"UserAgent":["mc"],"userid":["root"],"username":["root"],"principaltype":["Account"],
            "Authorization":["AWS4-HMAC-SHA256 ..."],"versionid":[""],"ExistingObjectTag/Team":["red"],
            "X-Amz-Acl":["private"],"RequestObjectTagKeys":["a","b"]}"#,
            "aws:SecureTransport=false aws:SourceIp=127.0.0.1 aws:UserAgent=mc s3:delimiter=/ s3:prefix= \
             s3:x-amz-acl=private s3:RequestObjectTagKeys=[\"a\", \"b\"]? s3:ExistingObjectTag/team=red?",
        );
    }

    #[test]
    fn another_spelling_does_not_say_anything_else() {
        for conditions in [
            r#"{"SourceIp":["6.6.6.6"],"SOURCEIP":["10.0.0.1"]}"#,
            r#"{"SourceIp":["6.6.6.6"],"Sourceip":["10.0.0.1"]}"#,
            r#"{"prefix":["secret/"],"PREFIX":["may/x"]}"#,
            r#"{"prefix":["secret/"],"Prefix":[""]}"#,
            r#"{"ExistingObjectTag/team":["blue"],"EXISTINGOBJECTTAG/team":["red"]}"#,
            r#"{"ExistingObjectTag/team":["blue"],"ExistingObjectTag/TEAM":["red"]}"#,
            r#"{"SecureTransport":["false"],"SECURETRANSPORT":["true"]}"#,
            r#"{"versionid":["1"],"versionId":["2"]}"#,
            r#"{"X-Amz-Acl":["private"],"x-amz-acl":["public-read"]}"#,
        ] {
            check(conditions, "ambiguous");
        }
        check(r#"{"versionid":["1"],"versionId":["1"]}"#, "s3:VersionId=1");
    }

    #[test]
    fn a_second_value_does_not_say_anything_else() {
        check(r#"{"SourceIp":["6.6.6.6","10.0.0.1"]}"#, "ambiguous");
        check(r#"{"prefix":["may/","may/"]}"#, "s3:prefix=may/");
        check(r#"{"prefix":[]}"#, "");
    }

    #[test]
    fn a_spelling_that_minio_does_not_write_is_not_heard() {
        check(
            r#"{"SOURCEIP":["10.0.0.1"],"Prefix":["may/x"],"EXISTINGOBJECTTAG/a":["b"]}"#,
            "",
        );
    }

    #[test]
    fn a_condition_that_is_there_twice_is_refused() {
        let twice = r#"{"SourceIp":["6.6.6.6"],"SourceIp":["10.0.0.1"]}"#;
        assert!(serde_json::from_str::<Conditions>(twice).is_err());
    }
}
