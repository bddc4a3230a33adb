//! Questions as JSON. Texts are borrowed from the body wherever nothing is escaped in them.
//!
//! A batch is read in one go; only if that fails is each question read by itself, so that one that is wrong does not
//! cost the others.

use std::borrow::Cow;
use std::fmt;

use lanyard_access::TOKEN_CHARACTERS_MAX;
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::bounded::Bounded;
use crate::keys::{Keys, TextOf};
use crate::person::Kind;
use crate::refusal::Refusal;

const ACTION_BYTES_MAX: usize = 256;
/// The longest ARN of anything is that of an object of S3.
const RESOURCE_BYTES_MAX: usize = 2_048;
const PRINCIPAL_BYTES_MAX: usize = 2_048;

/// What a request asks.
#[derive(Debug)]
pub(crate) enum Questions<'a> {
    One(Result<Question<'a>, Refusal>),
    Many(Vec<Result<Question<'a>, Refusal>>),
}

/// One question.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Question<'a> {
    #[serde(borrow)]
    pub(crate) principal: Who<'a>,
    #[serde(borrow)]
    pub(crate) action: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) resource: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(crate) resource_account: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(crate) context: Keys<'a>,
    #[serde(default)]
    pub(crate) explain: bool,
    #[serde(default)]
    pub(crate) encoded_message: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch<'a> {
    #[serde(borrow)]
    requests: Bounded<Question<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBatch<'a> {
    #[serde(borrow)]
    requests: Bounded<&'a RawValue>,
}

impl<'a> Questions<'a> {
    /// Reads a body.
    pub(crate) fn read(body: &'a [u8]) -> Result<Self, Refusal> {
        let text = str::from_utf8(body).map_err(|_| Refusal::validation("The request is not UTF-8."))?;
        if is_batch(text) {
            return Self::read_batch(text).map(Self::Many);
        }
        // A question that is one but not a proper one is a refusal of its own; what is no JSON at all is the request's.
        let question: Result<Question<'_>, _> = serde_json::from_str(text);
        Ok(Self::One(
            question
                .map_err(|error| Refusal::unreadable(&error))
                .and_then(Question::checked),
        ))
    }

    fn read_batch(text: &'a str) -> Result<Vec<Result<Question<'a>, Refusal>>, Refusal> {
        if let Ok(batch) = serde_json::from_str::<Batch<'_>>(text) {
            let questions = batch.requests.all()?;
            return Ok(questions.into_iter().map(Question::checked).collect());
        }
        let batch: RawBatch<'_> = serde_json::from_str(text).map_err(|error| Refusal::unreadable(&error))?;
        let question = |raw: &'a RawValue| {
            serde_json::from_str(raw.get())
                .map_err(|error| Refusal::unreadable(&error))
                .and_then(Question::checked)
        };
        Ok(batch.requests.all()?.into_iter().map(question).collect())
    }
}

/// Whether the first field of an object is `requests`.
fn is_batch(text: &str) -> bool {
    let rest = text.trim_start().strip_prefix('{').map(str::trim_start);
    rest.is_some_and(|rest| rest.starts_with("\"requests\""))
}

impl Question<'_> {
    /// Checks sizes and forms, so that nothing that is no question is decided.
    pub(crate) fn checked(self) -> Result<Self, Refusal> {
        let (text, bytes_max) = match &self.principal {
            Who::Arn(arn) => (arn, PRINCIPAL_BYTES_MAX),
            Who::SessionToken(token) => (token, TOKEN_CHARACTERS_MAX),
            Who::Named(_, name) => (name, PRINCIPAL_BYTES_MAX),
        };
        if text.len() > bytes_max {
            return Err(Refusal::validation("The principal is too long."));
        }
        check_action(&self.action)?;
        check_resource(&self.resource)?;
        Ok(self)
    }
}

/// Whether a text has the form of an action: `service:Name`, without wildcards.
pub(crate) fn check_action(action: &str) -> Result<(), Refusal> {
    let is_word = |word: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !word.is_empty() && word.bytes().all(is_part)
    };
    let is_action = action
        .split_once(':')
        .is_some_and(|(service, name)| is_word(service) && is_word(name));
    if is_action && action.len() <= ACTION_BYTES_MAX {
        Ok(())
    } else {
        Err(Refusal::validation("The action must have the form service:Name."))
    }
}

/// Whether a text is `*` or has the form of an ARN, and is the one spelling of it: what names the same thing in another
/// way would pass by the policies that name it in this one, and by the thing's own policy.
pub(crate) fn check_resource(resource: &str) -> Result<(), Refusal> {
    if resource == "*" {
        return Ok(());
    }
    let Some(arn) = Arn::parse(resource)
        .ok()
        .filter(|_| resource.len() <= RESOURCE_BYTES_MAX)
    else {
        return Err(Refusal::validation("The resource must be an ARN or *."));
    };
    let is_service = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    let is_account = ["", "aws"].contains(&arn.account) || AccountId::parse(arn.account).is_ok();
    let is_one_spelling = match arn.service {
        "s3" => {
            let is_plain = arn.region.is_empty() && arn.account.is_empty();
            is_plain || arn.resource.starts_with("accesspoint/")
        }
        "iam" | "sts" => arn.region.is_empty() && !arn.account.is_empty(),
        _ => true,
    };
    let is_service = !arn.service.is_empty() && arn.service.bytes().all(is_service);
    if arn.partition == "aws" && is_service && is_account && is_one_spelling {
        return Ok(());
    }
    Err(Refusal::validation(
        "The resource is an ARN that could be written in another way: its partition is aws, its service is in small \
         letters, and it has a region and an account only if such ARNs have them.",
    ))
}

/// Who is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who<'a> {
    Arn(Cow<'a, str>),
    SessionToken(Cow<'a, str>),
    /// Somebody of the asker's account, by a name or an id that other systems call them by. Not to be had in JSON.
    Named(Kind, Cow<'a, str>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Who<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WhoVisitor)
    }
}

struct WhoVisitor;

#[derive(Deserialize)]
#[serde(field_identifier)]
enum WhoField {
    #[serde(rename = "arn")]
    Arn,
    #[serde(rename = "sessionToken")]
    SessionToken,
}

impl<'de> Visitor<'de> for WhoVisitor {
    type Value = Who<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ARN, or an object with arn or sessionToken")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Who::Arn(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Who::Arn(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let who = match map.next_key()? {
            Some(WhoField::Arn) => Who::Arn(map.next_value::<TextOf<'de>>()?.0),
            Some(WhoField::SessionToken) => Who::SessionToken(map.next_value::<TextOf<'de>>()?.0),
            None => return Err(de::Error::custom("a principal needs arn or sessionToken")),
        };
        if map.next_key::<WhoField>()?.is_some() {
            return Err(de::Error::custom("a principal has either arn or sessionToken"));
        }
        Ok(who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &[&str]) {
        let shown = |question: Result<Question<'_>, Refusal>| match question {
            Ok(question) => format!("{question:?}"),
            Err(refusal) => format!("{refusal:?}"),
        };
        let got: Vec<String> = match Questions::read(body.as_bytes()) {
            Ok(Questions::One(question)) => vec![shown(question)],
            Ok(Questions::Many(questions)) => questions.into_iter().map(shown).collect(),
            Err(refusal) => vec![format!("{refusal:?}")],
        };
        assert_eq!(got, expected, "{body}");
    }

    #[test]
    fn a_question_is_read_with_all_its_parts() {
        check(
            r#"{"principal":{"sessionToken":"T"},"action":"app:Read","resource":"*","resourceAccount":"123456789012",
                "context":{"aws:SourceIp":"192.0.2.1","n":[1,true,"x"]},"explain":true}"#,
            &[
                r#"Question { principal: SessionToken("T"), action: "app:Read", resource: "*", resource_account: Some("123456789012"), context: Keys([("aws:SourceIp", Single("192.0.2.1")), ("n", Many(["1", "true", "x"]))]), explain: true, encoded_message: false }"#,
            ],
        );
    }

    #[test]
    fn a_wrong_question_of_a_batch_does_not_cost_the_others() {
        let good = r#"{"principal":"a","action":"app:Read","resource":"*"}"#;
        let read = r#"Question { principal: Arn("a"), action: "app:Read", resource: "*", resource_account: None, context: Keys([]), explain: false, encoded_message: false }"#;
        let unknown = r#"{"principal":"a","action":"app:Read","resource":"*","Resource":"x"}"#;
        check(
            &format!(r#"{{"requests":[{good},{unknown},{good}]}}"#),
            &[
                read,
                "SerializationException: The request cannot be read: unknown field `Resource`, expected one of \
                 `principal`, `action`, `resource`, `resourceAccount`, `context`, `explain`, `encodedMessage` at line 1 column 62.",
                read,
            ],
        );
    }

    #[test]
    fn what_is_no_question_is_refused() {
        let with = |principal: &str, action: &str, resource: &str| {
            format!(r#"{{"principal":{principal},"action":"{action}","resource":"{resource}"}}"#)
        };
        let action = "ValidationException: The action must have the form service:Name.";
        for wrong in ["", "app", "app:", ":Read", "app:*", "app:Re ad", "a:b:c"] {
            check(&with("\"a\"", wrong, "*"), &[action]);
        }
        let resource = "ValidationException: The resource must be an ARN or *.";
        for wrong in ["", "x", "arn:aws:s3", "**"] {
            check(&with("\"a\"", "app:Read", wrong), &[resource]);
        }
        for wrong in ["{}", "1", r#"{"arn":"a","sessionToken":"t"}"#, r#"{"name":"a"}"#] {
            let body = with(wrong, "app:Read", "*");
            let Ok(Questions::One(Err(_))) = Questions::read(body.as_bytes()) else {
                panic!("{body}");
            };
        }
        let long = "x".repeat(3_000);
        check(
            &with(&format!("\"{long}\""), "app:Read", "*"),
            &["ValidationException: The principal is too long."],
        );
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused() {
        check(
            r#"{"principal":"a","action":"app:Read","action":"app:Write","resource":"*"}"#,
            &[
                "SerializationException: The request cannot be read: duplicate field `action` at line 1 column 45.",
            ],
        );
    }
}
