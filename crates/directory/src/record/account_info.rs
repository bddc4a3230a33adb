//! What is kept of an account itself.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountAlias, AccountId};
use serde::{Deserialize, Serialize};

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
    /// Sessions of the root user issued under a lower epoch are revoked.
    #[serde(default)]
    pub root_epoch: u32,
    /// The limits its operator changed.
    #[serde(default, skip_serializing_if = "Quotas::is_default")]
    pub quotas: Quotas,
}
