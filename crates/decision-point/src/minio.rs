//! MinIO's access management plugin: MinIO asks before it does anything, and Lanyard's policies decide.
//!
//! Evidence: the pages on pluggable authorization in MinIO's public documentation, for the format of both bodies.
//!
//! Who is asked about stands in `account`: an access key id of Lanyard, an ARN, or the name of a user in the account of
//! whoever shows the bearer key. Condition keys have names of MinIO's own, and become those that policies know; what
//! MinIO says about the principal (its groups, user name) is not heard, since Lanyard knows better; of the claims only
//! that there are some of a service account or temporary credentials, which may do nothing. `owner` and `denyOnly` are
//! not heard either: nobody is let past the policies.

mod conditions;

use bytes::Bytes;
use http_body::Body;
use jiff::Timestamp;
use lanyard_access::AuthenticationError;
use lanyard_catalogue::catalogue;
use lanyard_names::{AccessKeyId, AccountId, arn};
use lanyard_policy::ContextValue;
use serde::Deserialize;

use conditions::{Conditions, Heard};

use crate::batch::{Batch, Inquiry};
use crate::body::receive;
use crate::identify::{by_bearer_key, facts};
use crate::permission::Wish;
use crate::person::{Kind, Person};
use crate::question::{check_action, check_resource};
use crate::record;
use crate::refusal::{Code, Refusal};
use crate::services::Asked;

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
    conditions: Option<Conditions>,
    /// What MinIO knows of a session or service account of its own.
    #[serde(default)]
    claims: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Input {
    /// Whether it is somebody whom MinIO made out of one of its users: the names of those are their makers' to choose.
    fn is_derived(&self) -> bool {
        let claims = self.claims.iter().flatten();
        claims
            .map(|(name, _)| name.to_ascii_lowercase())
            .any(|name| DERIVED.contains(&name.as_str()))
    }
}

/// Claims of service accounts and temporary credentials.
const DERIVED: [&str; 4] = ["parent", "accesskey", "sa-policy", "sessionpolicy"];

/// What MinIO says of every request.
const ALWAYS_SAID: [&str; 2] = ["aws:SourceIp", "aws:SecureTransport"];

/// Answers one question.
pub(crate) async fn answer<B>(asked: Asked<'_>, body: B) -> Result<String, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (services, parts, now) = (asked.services, asked.parts, asked.now);
    let asker = by_bearer_key(&services.authenticator, &parts.headers, now).await?;
    let body = receive(body, BYTES_MAX, (&asked.bodies.proven, asker.caller.account)).await?;
    let envelope: Envelope =
        serde_json::from_slice(&body.bytes).map_err(|error| Refusal::unreadable(&error))?;
    let input = envelope.input;
    check_action(&input.action)?;
    let resource = resource(&input);
    check_resource(&resource)?;
    let facts = facts(parts, asked.peer, "", now);
    let mut batch = Batch::new(services, &asker.caller, facts, asked.id.as_str());
    let person = person(&mut batch, &input.account, asker.caller.account, now).await?;
    let allowed = match decide(&mut batch, &person, &input, &resource).await {
        Ok(allowed) => allowed,
        // Whoever MinIO knows and Lanyard does not may do nothing. MinIO would take another status for a failure.
        Err(refusal) if matches!(refusal.code, Code::UnknownPrincipal | Code::Validation) => false,
        Err(refusal) => {
            let (caller, action) = (&asker.caller, Wish::Authorize.action());
            return Err(record::refused(
                &services.trail,
                caller,
                &facts,
                asked.id.as_str(),
                action,
                refusal,
            )
            .await);
        }
    };
    Ok(format!(r#"{{"result":{{"allow":{allowed}}}}}"#))
}

async fn decide(
    batch: &mut Batch<'_>,
    person: &Person,
    input: &Input,
    resource: &str,
) -> Result<bool, Refusal> {
    let inquiry = Inquiry::new(&input.action, resource);
    let lists = input.action.to_ascii_lowercase().starts_with("s3:listbucket");
    let heard = match &input.conditions {
        Some(conditions) => conditions.heard(lists).map_err(|_| ()),
        None => Ok(Heard::default()),
    };
    // Whoever may not ask hears that first.
    let (heard, is_clear) = match heard {
        Ok(heard) => (heard, !input.is_derived()),
        Err(()) => (Heard::default(), false),
    };
    let Heard {
        mut certain,
        doubtful,
    } = heard;
    for name in ALWAYS_SAID {
        if certain.iter().all(|(known, _)| known.as_str() != name) {
            // Fails closed: what MinIO did not say in its own spelling is in doubt, not absent.
            certain.push((name.into(), ContextValue::Unknown));
        }
    }
    if !doubtful.is_empty() {
        let all = certain.iter().chain(&doubtful).cloned().collect::<Vec<_>>();
        let decided = batch.decide_about(person, &inquiry, all.into_iter()).await?;
        if decided.reason.is_some() {
            return Ok(false);
        }
    }
    let decided = batch.decide_about(person, &inquiry, certain.into_iter()).await?;
    Ok(is_clear && decided.reason.is_none())
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
            Ok(subject) => Ok(Person::found(subject, None)),
            Err(error @ (AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_))) => {
                Err(Refusal::unavailable(error))
            }
            Err(_) => Ok(Person::missing(&arn::root(key.account()), key.account(), None)),
        };
    }
    let snapshot = batch.snapshots.account(own).await?;
    Ok(Person::named(
        snapshot.as_deref(),
        own,
        Kind::User,
        Some(account),
        account,
        now,
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        let input: Input = serde_json::from_str(input).unwrap();
        assert_eq!(resource(&input), expected, "{input:?}");
    }

    #[test]
    fn the_resource_is_what_the_action_is_on() {
        let input = |action: &str, bucket: &str, object: &str| {
            format!(r#"{{"action":"{action}","bucket":"{bucket}","object":"{object}"}}"#)
        };
        check(&input("s3:GetObject", "b", "k/l"), "arn:aws:s3:::b/k/l");
        check(&input("s3:ListBucket", "b", "k"), "arn:aws:s3:::b");
        check(&input("s3:ListAllMyBuckets", "", ""), "*");
        check(&input("admin:ServerInfo", "", ""), "*");
        check(&input("admin:Heal", "b", ""), "arn:aws:s3:::b");
    }
}
