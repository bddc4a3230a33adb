//! Credentials: those that ask, and those that are given.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// SDKs begin to ask for new credentials so long before the end of those they have. Evidence: botocore's advisory
/// refresh. Whoever gives them the old ones again until shortly before the end is asked again for each request.
const REFRESH_BEFORE_END: SignedDuration = SignedDuration::from_mins(15);

/// Credentials that do not live for long are replaced when so much of their life is left.
const LIFE_PARTS: i32 = 4;

/// By so much a clock may have been set back since.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(1);

/// The access key that signs a question. `Debug` does not show its secrets.
#[derive(Clone)]
pub struct SourceKeys {
    /// The id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: Zeroizing<String>,
    /// The token, if these are temporary themselves.
    pub session_token: Option<Zeroizing<String>>,
}

impl fmt::Debug for SourceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceKeys")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// Credentials that end. `Debug` does not show their secrets; the serialized form is the cache's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TemporaryCredentials {
    /// The id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: Zeroizing<String>,
    /// The token that goes along with every request.
    pub session_token: Zeroizing<String>,
    /// When they end.
    pub expiration: Timestamp,
    /// When they were given.
    pub obtained: Timestamp,
    /// The account they belong to, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The role, if they are a role's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
}

impl fmt::Debug for TemporaryCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemporaryCredentials")
            .field("access_key_id", &self.access_key_id)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessOutput<'a> {
    version: u32,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerAnswer<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    token: &'a str,
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<&'a str>,
}

impl TemporaryCredentials {
    /// Whether they can be used at all.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expiration
    }

    /// Whether it is time to get new ones: a quarter of their life is left, or a quarter of an hour.
    pub fn is_due(&self, now: Timestamp) -> bool {
        now >= self.due()
    }

    /// When it is time to get new ones.
    pub fn due(&self) -> Timestamp {
        let margin = (self.life() / LIFE_PARTS).min(REFRESH_BEFORE_END);
        self.expiration.checked_sub(margin).unwrap_or(self.obtained)
    }

    /// Whether the times make sense at this moment: given before now, with no more life than at the beginning. After
    /// the clock was set back they do not, and nobody can tell when they end.
    pub(crate) fn is_plausible(&self, now: Timestamp) -> bool {
        self.life().is_positive() && self.expiration.duration_since(now) <= self.life() + CLOCK_SLACK
    }

    fn life(&self) -> SignedDuration {
        self.expiration.duration_since(self.obtained)
    }

    /// What a `credential_process` prints. Evidence: the AWS CLI user guide's page on external processes.
    pub fn to_process_output(&self) -> Zeroizing<String> {
        to_json(&ProcessOutput {
            version: 1,
            access_key_id: &self.access_key_id,
            secret_access_key: &self.secret_access_key,
            session_token: &self.session_token,
            expiration: shown(self.expiration),
            account_id: self.account_id.as_deref(),
        })
    }

    /// What an endpoint for containers answers. Evidence: the AWS SDKs' guide on container credentials, and botocore,
    /// which reads the account besides.
    pub fn to_container_answer(&self) -> Zeroizing<String> {
        to_json(&ContainerAnswer {
            access_key_id: &self.access_key_id,
            secret_access_key: &self.secret_access_key,
            token: &self.session_token,
            expiration: shown(self.expiration),
            account_id: self.account_id.as_deref(),
            role_arn: self.role_arn.as_deref(),
        })
    }
}

/// Whole seconds: some SDKs read no fractions.
fn shown(time: Timestamp) -> String {
    format!("{time:.0}")
}

fn to_json(value: &impl Serialize) -> Zeroizing<String> {
    // Text in structs without maps always has a JSON form.
    Zeroizing::new(serde_json::to_string(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    fn credentials(seconds: i64) -> TemporaryCredentials {
        TemporaryCredentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: Zeroizing::new("hidden".to_owned()),
            session_token: Zeroizing::new("veiled".to_owned()),
            expiration: Timestamp::from_second(1_000_000 + seconds).unwrap(),
            obtained: Timestamp::from_second(1_000_000).unwrap(),
            account_id: Some("111122223333".to_owned()),
            role_arn: None,
        }
    }

    #[track_caller]
    fn check_due(seconds: i64, due: i64) {
        let credentials = credentials(seconds);
        let at = |second: i64| Timestamp::from_second(1_000_000 + second).unwrap();
        assert!(!credentials.is_due(at(due - 1)));
        assert!(credentials.is_due(at(due)));
        assert!(credentials.is_live(at(seconds - 1)));
        assert!(!credentials.is_live(at(seconds)));
    }

    #[test]
    fn they_are_replaced_in_the_last_quarter_of_their_life_or_of_an_hour() {
        check_due(900, 675);
        check_due(3600, 2700);
        check_due(43_200, 42_300);
    }

    #[test]
    fn a_clock_set_back_makes_them_implausible() {
        let at = |second: i64| Timestamp::from_second(1_000_000 + second).unwrap();
        assert!(credentials(900).is_plausible(at(-60)));
        assert!(!credentials(900).is_plausible(at(-61)));
        assert!(!credentials(0).is_plausible(at(0)));
        assert!(!credentials(-5).is_plausible(at(0)));
    }

    #[test]
    fn both_forms_are_as_sdks_read_them() {
        assert_eq!(
            credentials(900).to_process_output().as_str(),
            r#"{"Version":1,"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"hidden","SessionToken":"veiled","Expiration":"1970-01-12T14:01:40Z","AccountId":"111122223333"}"#
        );
        assert_eq!(
            credentials(900).to_container_answer().as_str(),
            r#"{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"hidden","Token":"veiled","Expiration":"1970-01-12T14:01:40Z","AccountId":"111122223333"}"#
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", credentials(900));
        assert!(!shown.contains("hidden") && !shown.contains("veiled"), "{shown}");
    }
}
