//! What is kept of an account itself.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountAlias, AccountId};
use serde::{Deserialize, Serialize};

use super::{PasswordPolicy, Revocations};
use crate::quota::Quotas;

/// An account and its root user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountInfo {
    /// Its id.
    pub id: AccountId,
    /// What its operator calls it: a label, not unique.
    pub name: Arc<str>,
    /// When it was created.
    pub created: Timestamp,
    /// The name it goes by at sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<AccountAlias>,
    /// What new sessions of the root user are issued under.
    #[serde(default)]
    pub root_epoch: u32,
    /// Which sessions of the root user are revoked.
    #[serde(default)]
    pub root_revocations: Revocations,
    /// The limits its operator changed.
    #[serde(default, skip_serializing_if = "Quotas::is_default")]
    pub quotas: Quotas,
    /// The account's own rules for passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_policy: Option<PasswordPolicy>,
    /// How old access keys may become.
    #[serde(default, skip_serializing_if = "KeyRules::is_none")]
    pub key_rules: KeyRules,
    /// What kind of session tokens the account asked for at the global endpoint.
    #[serde(default)]
    pub global_endpoint_tokens: TokenVersion,
    /// Whether the account lets AWS's Role Manager make roles from templates: its one account property.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub role_manager_enabled: bool,
}

impl AccountInfo {
    /// An account in which nothing was set yet.
    pub(crate) fn new(id: AccountId, name: Arc<str>, created: Timestamp) -> Self {
        Self {
            id,
            name,
            created,
            alias: None,
            root_epoch: 0,
            root_revocations: Revocations::default(),
            quotas: Quotas::default(),
            password_policy: None,
            key_rules: KeyRules::default(),
            global_endpoint_tokens: TokenVersion::default(),
            role_manager_enabled: false,
        }
    }
}

/// How old the access keys of an account may become. Only the operator sets this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRules {
    /// After how many days a key's age is logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_days_warn: Option<u32>,
    /// After how many days a key is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_days_max: Option<u32>,
    /// After how many days without use a key is flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_days: Option<u32>,
}

impl KeyRules {
    /// Whether there are none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The versions of session tokens that AWS knows. It tells them apart by the regions in which they are taken; here all
/// are taken everywhere, and the choice is only kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenVersion {
    /// `v1Token`
    #[default]
    V1,
    /// `v2Token`
    V2,
}
