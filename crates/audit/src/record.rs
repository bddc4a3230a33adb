//! One record of the trail, in CloudTrail's format.

use std::borrow::Cow;

use bytes::Bytes;
use jiff::Timestamp;
use lanyard_access::RequestId;
use lanyard_names::AccountId;
use lanyard_store::OutboxRecord;
use serde::{Deserialize, Serialize};

use crate::{EventResource, Parameters, Transfer, UserIdentity};

/// One record. Build it with [`Record::new`] and the `with_…` methods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The version of the format.
    pub event_version: Cow<'static, str>,
    /// Who did it.
    pub user_identity: UserIdentity,
    /// When, to the second.
    #[serde(with = "timestamp_text")]
    pub event_time: Timestamp,
    /// The service, as `iam.amazonaws.com`.
    pub event_source: Cow<'static, str>,
    /// The operation, as `CreateUser`.
    pub event_name: Cow<'static, str>,
    /// The region; `us-east-1` for IAM and the global STS.
    pub aws_region: Cow<'static, str>,
    /// Where the request came from.
    #[serde(rename = "sourceIPAddress", default)]
    pub source_ip_address: Option<String>,
    /// The client's own name for itself.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// The error code, when the request was refused or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The error message as the caller saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// What was asked, without secrets.
    #[serde(default)]
    pub request_parameters: Option<Parameters>,
    /// What was answered, without secrets; null for reads and refusals.
    #[serde(default)]
    pub response_elements: Option<Parameters>,
    /// What else is worth knowing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_event_data: Option<Parameters>,
    /// The id of the request, which is also the id of the decision.
    #[serde(rename = "requestID")]
    pub request_id: String,
    /// The id of this record; no two records share it.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// Whether the operation only reads.
    pub read_only: bool,
    /// The resources concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<EventResource>,
    /// What kind of event this is.
    pub event_type: EventType,
    /// The version of the service's API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<Cow<'static, str>>,
    /// Whether this is a management event; data events of the gateway are not.
    pub management_event: bool,
    /// The account whose trail this record belongs to.
    pub recipient_account_id: String,
    /// Shared by the records that one request leaves in several accounts.
    #[serde(rename = "sharedEventID", default, skip_serializing_if = "Option::is_none")]
    pub shared_event_id: Option<String>,
    /// `Management` or `Data`.
    pub event_category: Cow<'static, str>,
}

/// What kind of event a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::enum_variant_names, reason = "these are CloudTrail's own words")]
pub enum EventType {
    /// A call of the API.
    AwsApiCall,
    /// Something that the server or its operator did.
    AwsServiceEvent,
    /// Something done in the console that is no call of the API.
    AwsConsoleAction,
    /// A sign-in to the console.
    AwsConsoleSignIn,
}

/// What happened, in the words that every record needs.
#[derive(Clone, Debug)]
pub struct Happening {
    /// The service, as `iam.amazonaws.com`.
    pub event_source: Cow<'static, str>,
    /// The operation, as `CreateUser`.
    pub event_name: Cow<'static, str>,
    /// The region.
    pub aws_region: Cow<'static, str>,
    /// Whether the operation only reads.
    pub read_only: bool,
    /// When.
    pub time: Timestamp,
    /// The id of the request, which is also the id of the decision.
    pub request_id: String,
    /// The account whose trail this record belongs to.
    pub recipient: AccountId,
}

impl Record {
    /// A record of a call of the API, with an id of its own.
    pub fn new(happening: Happening, user_identity: UserIdentity) -> Self {
        Self {
            event_version: Cow::Borrowed("1.11"),
            user_identity,
            event_time: to_seconds(happening.time),
            event_source: happening.event_source,
            event_name: happening.event_name,
            aws_region: happening.aws_region,
            source_ip_address: None,
            user_agent: None,
            error_code: None,
            error_message: None,
            request_parameters: None,
            response_elements: None,
            additional_event_data: None,
            request_id: happening.request_id,
            event_id: new_event_id(),
            read_only: happening.read_only,
            resources: Vec::new(),
            event_type: EventType::AwsApiCall,
            api_version: None,
            management_event: true,
            recipient_account_id: happening.recipient.to_string(),
            shared_event_id: None,
            event_category: Cow::Borrowed("Management"),
        }
    }

    /// With the client's address and its own name for itself.
    #[must_use]
    pub fn with_client(mut self, source_ip_address: Option<String>, user_agent: Option<String>) -> Self {
        self.source_ip_address = source_ip_address;
        self.user_agent = user_agent.map(|agent| bounded(agent, USER_AGENT_BYTES_MAX));
        self
    }

    /// With the error that the caller was answered. A refused request has no response elements.
    #[must_use]
    pub fn with_error(mut self, code: &str, message: &str) -> Self {
        self.error_code = Some(code.to_owned());
        self.error_message = Some(bounded(message.to_owned(), ERROR_MESSAGE_BYTES_MAX));
        self.response_elements = None;
        self
    }

    /// With what was asked.
    #[must_use]
    pub fn with_request(mut self, parameters: Parameters) -> Self {
        self.request_parameters = parameters.bounded("requestParameters").into_non_empty();
        self
    }

    /// With one more thing that was asked, though not by a parameter.
    #[must_use]
    pub fn with_parameter(mut self, name: &str, value: &str) -> Self {
        let parameters = self.request_parameters.get_or_insert_default();
        parameters.insert(name, value.into());
        self
    }

    /// Without a parameter that is not worth telling even that it was there.
    #[must_use]
    pub fn without_parameter(mut self, name: &str) -> Self {
        if let Some(parameters) = &mut self.request_parameters {
            parameters.remove(name);
        }
        self
    }

    /// With what an identity provider asked for its bearer's session: tags by key and value, whether each is
    /// transitive, and the source identity.
    ///
    /// Evidence: the records of federated logins in the IAM guide's page on CloudTrail.
    #[must_use]
    pub fn with_session_wish<'a>(
        mut self,
        tags: impl Iterator<Item = (&'a str, &'a str, bool)> + Clone,
        source_identity: Option<&str>,
    ) -> Self {
        let parameters = self.request_parameters.take().unwrap_or_default();
        let pairs = tags.clone().map(|(key, value, _)| (key, value));
        let mut parameters = parameters.with_tags("principalTags", pairs);
        let transitive: Vec<_> = tags.filter(|(_, _, is_transitive)| *is_transitive).collect();
        if !transitive.is_empty() {
            let keys = transitive.into_iter().map(|(key, _, _)| key).collect::<Vec<_>>();
            parameters.insert("transitiveTagKeys", keys.into());
        }
        if let Some(source_identity) = source_identity {
            parameters.insert("sourceIdentity", source_identity.into());
        }
        self.request_parameters = Some(parameters);
        self
    }

    /// With what was answered.
    #[must_use]
    pub fn with_response(mut self, elements: Parameters) -> Self {
        self.response_elements = elements.bounded("responseElements").into_non_empty();
        self
    }

    /// With how the request was signed and how much was sent, which records of S3 tell besides.
    #[must_use]
    pub fn with_transfer(mut self, transfer: &Transfer) -> Self {
        let additional = self.additional_event_data.get_or_insert_default();
        additional.extend(transfer.to_parameters());
        self
    }

    /// With the mark of a denial that was let through, because policies are only observed.
    #[must_use]
    pub fn with_observed(mut self) -> Self {
        self.additional_event_data
            .get_or_insert_default()
            .insert_known("observedOnly", true.into());
        self
    }

    /// With something else that is worth knowing and carries no secret.
    #[must_use]
    pub fn with_additional(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.additional_event_data
            .get_or_insert_default()
            .insert_known(name, value.into());
        self
    }

    /// With a resource that it is about.
    #[must_use]
    pub fn with_resource(mut self, resource: EventResource) -> Self {
        self.resources.push(resource);
        self
    }

    /// With another kind of event than a call of the API.
    #[must_use]
    pub fn with_type(mut self, event_type: EventType) -> Self {
        self.event_type = event_type;
        self
    }

    /// As a data event: one of what is inside a resource, not of the resource itself.
    #[must_use]
    pub fn into_data_event(mut self) -> Self {
        self.management_event = false;
        self.event_category = Cow::Borrowed("Data");
        self
    }

    /// With the version of the service's API.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// The two records of a request across accounts: this one for the caller's account, and one for `owner`, who
    /// sees of the caller only the account and the principal's id. Both carry the same shared event id.
    pub fn into_cross_account(mut self, owner: AccountId) -> (Self, Self) {
        let shared = new_event_id();
        self.shared_event_id = Some(shared);
        let mut seen_by_owner = self.clone();
        seen_by_owner.event_id = new_event_id();
        seen_by_owner.recipient_account_id = owner.to_string();
        seen_by_owner.user_identity = UserIdentity {
            kind: "AWSAccount".to_owned(),
            principal_id: self.user_identity.principal_id.clone(),
            account_id: self.user_identity.account_id.clone(),
            ..UserIdentity::default()
        };
        (self, seen_by_owner)
    }

    /// The record as one line of JSON, without the line's end.
    pub fn to_line(&self) -> Vec<u8> {
        let mut line = String::with_capacity(LINE_BYTES);
        self.write(&mut line);
        line.into_bytes()
    }

    /// The record as it travels in the store's outbox, in the same transaction as the change it tells of.
    pub fn to_outbox(&self) -> OutboxRecord {
        OutboxRecord {
            id: self.event_id.as_str().into(),
            body: Bytes::from(self.to_line()),
        }
    }
}

/// What most records fit in.
const LINE_BYTES: usize = 2048;
const USER_AGENT_BYTES_MAX: usize = 1024;
const ERROR_MESSAGE_BYTES_MAX: usize = 4096;

/// CloudTrail's times have no fraction of a second.
pub(crate) fn to_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// Random as request ids are, and drawn from the same pool.
fn new_event_id() -> String {
    RequestId::new().as_str().to_owned()
}

pub(crate) fn bounded(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        let mut end = bytes_max;
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        text.truncate(end);
    }
    text
}

mod timestamp_text {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(time)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
