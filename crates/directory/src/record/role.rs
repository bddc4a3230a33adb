//! Roles.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountId, EntityPath, PolicyArn, RoleName, UniqueId, arn};
use lanyard_policy::{Attached, PolicySource};
use serde::{Deserialize, Serialize};

use super::document::{InlinePolicy, find_inline};
use super::principal_policies::PrincipalPolicies;
use super::{Derived, Revocations, Tags, TrustPolicy};

/// Permissions for whoever its trust policy admits, for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its unique id; sessions are bound to it.
    pub id: UniqueId,
    /// Its name, unique in the account without regard to case.
    pub name: RoleName,
    /// Its path.
    pub path: EntityPath,
    /// When it was created.
    pub created: Timestamp,
    /// What it is for, in its owner's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Arc<str>>,
    /// The longest session it can be assumed for.
    pub session_seconds_max: u32,
    /// Who may assume it.
    pub trust: TrustPolicy,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its inline policies, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline: Vec<Arc<InlinePolicy>>,
    /// The managed policies attached to it, sorted by ARN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<PolicyArn>,
    /// The managed policy that caps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<PolicyArn>,
    /// What new sessions are issued under.
    #[serde(default)]
    pub epoch: u32,
    /// Which sessions are revoked.
    #[serde(default)]
    pub revocations: Revocations,
    #[serde(skip, default = "super::stored::no_arn")]
    pub(crate) arn: Arc<str>,
    #[serde(skip)]
    pub(crate) policies: Derived<PrincipalPolicies>,
}

impl Role {
    /// The session length of a role that names none.
    pub const SESSION_SECONDS_DEFAULT: u32 = 3_600;
    /// The least that the longest session can be set to.
    pub const SESSION_SECONDS_MIN: u32 = 3_600;
    /// The most that the longest session can be set to.
    pub const SESSION_SECONDS_MAX: u32 = 43_200;

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        &self.arn
    }

    /// Its inline policy of a name.
    #[must_use]
    pub fn inline_policy(&self, name: &str) -> Option<&Arc<InlinePolicy>> {
        find_inline(&self.inline, name)
    }

    /// Its trust policy, compiled, as a layer of a decision.
    #[must_use]
    pub fn trust_attached(&self) -> Attached {
        Attached {
            policy: self.trust.compiled(),
            source: PolicySource::Trust {
                role: Arc::clone(&self.arn),
            },
        }
    }

    /// Whether it belongs to a service, so that the account cannot change it.
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        self.path.starts_with("/aws-service-role/")
    }

    pub(crate) fn set_arn(&mut self, account: AccountId) {
        self.arn = arn::role(account, &self.path, &self.name).into();
    }
}
