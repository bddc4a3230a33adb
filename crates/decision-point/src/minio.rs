//! MinIO's access management plugin: MinIO asks before it does anything, and Lanyard's policies decide.
//!
//! Evidence: the pages on pluggable authorization in MinIO's public documentation, for the format of both bodies.
//!
//! Who is asked about stands in `account`: an access key id of Lanyard, an ARN, or the name of a user in the account of
//! whoever shows the bearer key. Condition keys have names of MinIO's own, and become those that policies know; what
//! MinIO says about the principal (its groups, claims, user name) is not heard, since Lanyard knows better. `owner` and
//! `denyOnly` are not heard either: nobody is let past the policies.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::request::Parts;
use http_body::Body;
use jiff::Timestamp;
use lanyard_access::{AuthenticationError, Peer, RequestId};
use lanyard_catalogue::catalogue;
use lanyard_names::{AccessKeyId, AccountId, arn};
use lanyard_policy::{ContextValue, Text};
use serde::Deserialize;

use crate::batch::{Batch, Inquiry, Person};
use crate::body::{BodyBudget, receive};
use crate::identify::{by_bearer_key, facts};
use crate::permission::Wish;
use crate::point::DecisionPointServices;
use crate::question::{check_action, check_resource};
use crate::record;
use crate::refusal::{Code, Refusal};

/// The largest body: one question, with the headers and claims of the request that it is about.
const BYTES_MAX: usize = 128 << 10;

/// What MinIO sends. Fields of newer versions are passed over.
#[derive(Debug, Deserialize)]
struct Envelope {
    input: Input,
}

#[derive(Debug, Deserialize)]
struct Input {
    #[serde(default)]
    account: String,
    action: String,
    #[serde(default)]
    bucket: String,
    #[serde(default)]
    object: String,
    #[serde(default)]
    conditions: Option<BTreeMap<String, Vec<String>>>,
}

/// Answers one question.
pub(crate) async fn answer<B>(
    services: &DecisionPointServices,
    bodies: &BodyBudget,
    parts: &Parts,
    body: B,
    peer: Peer,
    id: RequestId,
    now: Timestamp,
) -> Result<String, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let asker = by_bearer_key(&services.authenticator, &parts.headers, now).await?;
    let body = receive(body, BYTES_MAX, bodies).await?;
    let envelope: Envelope =
        serde_json::from_slice(&body.bytes).map_err(|error| Refusal::unreadable(&error))?;
    let input = envelope.input;
    check_action(&input.action)?;
    let resource = resource(&input);
    check_resource(&resource)?;
    let facts = facts(parts, peer, "", now);
    let mut batch = Batch::new(services, &asker.caller, facts, id.as_str());
    let person = person(&mut batch, &input.account, asker.caller.account, now).await?;
    let keys: Vec<_> = keys(&input).collect();
    let inquiry = Inquiry {
        action: &input.action,
        resource: &resource,
        stated: None,
        explain: false,
    };
    let decided = match batch.decide_about(&person, &inquiry, keys.into_iter()).await {
        Ok(decided) => decided.reason.is_none(),
        // Whoever MinIO knows and Lanyard does not may do nothing. MinIO would take another status for a failure.
        Err(refusal) if refusal.code == Code::Validation => false,
        Err(refusal) => {
            let (caller, action) = (&asker.caller, Wish::Authorize.action());
            return Err(record::refused(&services.trail, caller, &facts, id.as_str(), action, refusal).await);
        }
    };
    Ok(format!(r#"{{"result":{{"allow":{decided}}}}}"#))
}

/// Who is asked about.
async fn person(
    batch: &mut Batch<'_>,
    account: &str,
    own: AccountId,
    now: Timestamp,
) -> Result<Person, Refusal> {
    if account.starts_with("arn:") {
        return Person::of_arn(account, now, &mut batch.snapshots).await;
    }
    if let Ok(key) = AccessKeyId::parse(account) {
        return match batch.services.authenticator.subject_of_key(account, now).await {
            Ok(subject) => Ok(Person::found(subject)),
            Err(error @ (AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_))) => {
                Err(Refusal::unavailable(error))
            }
            Err(_) => Ok(Person::missing(&arn::root(key.account()), key.account())),
        };
    }
    let snapshot = batch.snapshots.account(own).await?;
    let arn = snapshot.and_then(|snapshot| snapshot.user(account).map(|user| user.arn().clone()));
    match arn {
        Some(arn) => Person::of_arn(&arn, now, &mut batch.snapshots).await,
        None => {
            let shown: String = account.chars().filter(char::is_ascii_graphic).take(64).collect();
            Ok(Person::missing(&format!("arn:aws:iam::{own}:user/{shown}"), own))
        }
    }
}

/// What the action is on. Actions on buckets are on the bucket, whatever else MinIO says.
fn resource(input: &Input) -> String {
    let Input { bucket, object, .. } = input;
    if bucket.is_empty() {
        return "*".to_owned();
    }
    let whole = format!("arn:aws:s3:::{bucket}/{object}");
    let is_on_objects = catalogue().action(&input.action).is_none_or(|action| {
        let mut kinds = action.resources().iter().map(|on| on.resource_type());
        kinds.any(|kind| kind.name() == "object")
    });
    if object.is_empty() || !is_on_objects {
        return format!("arn:aws:s3:::{bucket}");
    }
    whole
}

/// MinIO's names of condition keys, and the policies' names.
const NAMES: [(&str, &str); 30] = [
    ("currenttime", "aws:CurrentTime"),
    ("sourceip", "aws:SourceIp"),
    ("securetransport", "aws:SecureTransport"),
    ("useragent", "aws:UserAgent"),
    ("referer", "aws:referer"),
    ("prefix", "s3:prefix"),
    ("delimiter", "s3:delimiter"),
    ("max-keys", "s3:max-keys"),
    ("versionid", "s3:VersionId"),
    ("signatureversion", "s3:signatureversion"),
    ("signatureage", "s3:signatureAge"),
    ("authtype", "s3:authType"),
    ("locationconstraint", "s3:LocationConstraint"),
    ("x-amz-acl", "s3:x-amz-acl"),
    ("x-amz-content-sha256", "s3:x-amz-content-sha256"),
    ("x-amz-copy-source", "s3:x-amz-copy-source"),
    ("x-amz-metadata-directive", "s3:x-amz-metadata-directive"),
    ("x-amz-storage-class", "s3:x-amz-storage-class"),
    ("x-amz-server-side-encryption", "s3:x-amz-server-side-encryption"),
    (
        "x-amz-server-side-encryption-aws-kms-key-id",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    ),
    (
        "x-amz-server-side-encryption-customer-algorithm",
        "s3:x-amz-server-side-encryption-customer-algorithm",
    ),
    ("x-amz-grant-read", "s3:x-amz-grant-read"),
    ("x-amz-grant-write", "s3:x-amz-grant-write"),
    ("x-amz-grant-read-acp", "s3:x-amz-grant-read-acp"),
    ("x-amz-grant-write-acp", "s3:x-amz-grant-write-acp"),
    ("x-amz-grant-full-control", "s3:x-amz-grant-full-control"),
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

/// Keys that come with the key of a tag behind them.
const TAGS: [(&str, &str); 2] = [
    ("existingobjecttag/", "s3:ExistingObjectTag/"),
    ("requestobjecttag/", "s3:RequestObjectTag/"),
];

/// The condition keys of a question. Of two spellings of one name the first counts: MinIO has some both ways.
fn keys(input: &Input) -> impl Iterator<Item = (Text, ContextValue)> {
    let mut found: BTreeMap<String, ContextValue> = BTreeMap::new();
    let lists = input.action.to_ascii_lowercase().starts_with("s3:listbucket");
    for (name, values) in input.conditions.iter().flatten() {
        let Some(key) = key_of(name) else { continue };
        if found.contains_key(&key) {
            continue;
        }
        if key == "s3:RequestObjectTagKeys" {
            let values = values.iter().map(|value| Text::from(value.clone())).collect();
            found.insert(key, ContextValue::Many(values));
            continue;
        }
        let Some(value) = values.first() else { continue };
        // MinIO sends what was left out of the request as an empty text. Of a listing, an empty prefix means something.
        if value.is_empty() && !(lists && key == "s3:prefix") {
            continue;
        }
        found.insert(key, ContextValue::Single(Text::from(value.clone())));
    }
    found.into_iter().map(|(key, value)| (Text::from(key), value))
}

fn key_of(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if lower == "requestobjecttagkeys" {
        return Some("s3:RequestObjectTagKeys".to_owned());
    }
    for (theirs, ours) in TAGS {
        if lower.starts_with(theirs) {
            return Some(format!("{ours}{}", name.get(theirs.len()..)?));
        }
    }
    let found = NAMES.iter().find(|(theirs, _)| *theirs == lower);
    found.map(|(_, ours)| (*ours).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, resource_expected: &str, keys_expected: &[(&str, &str)]) {
        let input: Input = serde_json::from_str(input).unwrap();
        assert_eq!(resource(&input), resource_expected, "{input:?}");
        let shown = |(name, value): (Text, ContextValue)| {
            let value = match value {
                ContextValue::Single(text) => text.as_str().to_owned(),
                ContextValue::Many(texts) => format!("{texts:?}"),
            };
            (name.as_str().to_owned(), value)
        };
        let got: Vec<_> = keys(&input).map(shown).collect();
        let expected: Vec<_> = keys_expected
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(got, expected, "{input:?}");
    }

    #[test]
    fn conditions_get_the_names_that_policies_know() {
        let input = r#"{"account":"minio","groups":null,"action":"s3:ListBucket","bucket":"test","object":"",
            "conditions":{"CurrentTime":["2022-05-07T18:31:41Z"],"Delimiter":["/"],"EpochTime":["1651948301"],
            "Prefix":[""],"Referer":[""],"SecureTransport":["false"],"SourceIp":["127.0.0.1"],
            "User-Agent":["mc"],"UserAgent":["mc"],"userid":["root"],"username":["root"],"principaltype":["Account"],
            "Authorization":["AWS4-HMAC-SHA256 ..."],"versionid":[""],"ExistingObjectTag/Team":["red"],
            "RequestObjectTagKeys":["a","b"]}}"#;
        check(
            input,
            "arn:aws:s3:::test",
            &[
                ("aws:CurrentTime", "2022-05-07T18:31:41Z"),
                ("aws:SecureTransport", "false"),
                ("aws:SourceIp", "127.0.0.1"),
                ("aws:UserAgent", "mc"),
                ("s3:ExistingObjectTag/Team", "red"),
                ("s3:RequestObjectTagKeys", "[\"a\", \"b\"]"),
                ("s3:delimiter", "/"),
                ("s3:prefix", ""),
            ],
        );
    }

    #[test]
    fn the_resource_is_what_the_action_is_on() {
        let input = |action: &str, bucket: &str, object: &str| {
            format!(r#"{{"action":"{action}","bucket":"{bucket}","object":"{object}"}}"#)
        };
        check(&input("s3:GetObject", "b", "k/l"), "arn:aws:s3:::b/k/l", &[]);
        check(&input("s3:ListBucket", "b", "k"), "arn:aws:s3:::b", &[]);
        check(&input("s3:ListAllMyBuckets", "", ""), "*", &[]);
        check(&input("admin:ServerInfo", "", ""), "*", &[]);
        check(&input("admin:Heal", "b", ""), "arn:aws:s3:::b", &[]);
    }
}
