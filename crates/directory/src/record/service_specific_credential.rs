//! Service-specific credentials of users.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::UniqueId;
use serde::{Deserialize, Serialize};

use super::{KeyStatus, PasswordHash};

/// A name and a secret by which a user would be known to one service alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceSpecificCredential {
    /// Its unique id.
    pub id: UniqueId,
    /// The user it belongs to.
    pub user: UniqueId,
    /// The service it is for.
    pub service: CredentialService,
    /// The name that the service would know, unique for it in the account. It stays when the user is renamed.
    pub alias: Arc<str>,
    /// The secret.
    pub secret: PasswordHash,
    /// Whether it can be used.
    pub status: KeyStatus,
    /// When it was created.
    pub created: Timestamp,
    /// From when on it cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

impl ServiceSpecificCredential {
    /// Whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// A service that knows users by credentials of its own.
///
/// Evidence: recorded answers of AWS, September 2026, where these and no others were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CredentialService {
    /// Claude Platform on AWS.
    #[serde(rename = "aws-external-anthropic.amazonaws.com")]
    AwsExternalAnthropic,
    /// Amazon Bedrock.
    #[serde(rename = "bedrock.amazonaws.com")]
    Bedrock,
    /// Amazon Keyspaces.
    #[serde(rename = "cassandra.amazonaws.com")]
    Cassandra,
    /// Amazon CloudWatch.
    #[serde(rename = "cloudwatch.amazonaws.com")]
    Cloudwatch,
    /// AWS CodeCommit.
    #[serde(rename = "codecommit.amazonaws.com")]
    Codecommit,
    /// Amazon CloudWatch Logs.
    #[serde(rename = "logs.amazonaws.com")]
    Logs,
}

impl CredentialService {
    /// Every service, in order of name.
    pub const ALL: [Self; 6] = [
        Self::AwsExternalAnthropic,
        Self::Bedrock,
        Self::Cassandra,
        Self::Cloudwatch,
        Self::Codecommit,
        Self::Logs,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwsExternalAnthropic => "aws-external-anthropic.amazonaws.com",
            Self::Bedrock => "bedrock.amazonaws.com",
            Self::Cassandra => "cassandra.amazonaws.com",
            Self::Cloudwatch => "cloudwatch.amazonaws.com",
            Self::Codecommit => "codecommit.amazonaws.com",
            Self::Logs => "logs.amazonaws.com",
        }
    }

    /// Finds a service by its name, without regard to case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|service| service.name().eq_ignore_ascii_case(name))
    }

    /// What its API keys begin with; `None` if it takes a user name and a password.
    #[must_use]
    pub const fn api_key_prefix(self) -> Option<&'static str> {
        match self {
            Self::AwsExternalAnthropic => Some("AEAA"),
            Self::Bedrock => Some("ABSK"),
            Self::Cloudwatch => Some("APIAACWM"),
            Self::Logs => Some("ACWL"),
            Self::Cassandra | Self::Codecommit => None,
        }
    }
}
