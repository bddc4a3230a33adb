//! What is answered about accounts, buckets, policies and the server itself.

use serde::{Deserialize, Serialize};

/// One account in a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListedAccount {
    /// The account id.
    pub(crate) account_id: String,
    /// Its name.
    pub(crate) name: String,
    /// When it was made, RFC 3339.
    pub(crate) created: String,
}

/// All accounts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccountList {
    /// The accounts, in order of id.
    pub(crate) accounts: Vec<ListedAccount>,
}

/// A quota as it is now.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct QuotaSet {
    /// The account.
    pub(crate) account_id: String,
    /// AWS's name of the quota.
    pub(crate) quota: String,
    /// The limit.
    pub(crate) value: u64,
}

/// How a request was decided, twice: for programs and for people.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Explanation {
    /// Everything, as JSON.
    pub(crate) trace: serde_json::Value,
    /// The same in words.
    pub(crate) text: String,
}

/// The answer to `Status`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Status {
    /// The server's version.
    pub(crate) version: String,
    /// What is wrong with the store.
    pub(crate) problems: Vec<String>,
}

/// One bucket in a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListedBucket {
    /// Its name.
    pub(crate) name: String,
    /// The account it belongs to, or belonged to.
    pub(crate) account_id: String,
    /// When it was made or adopted, RFC 3339.
    pub(crate) created: String,
}

/// Buckets.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BucketList {
    /// The buckets, in order of name.
    pub(crate) buckets: Vec<ListedBucket>,
}

/// One resource with a policy.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListedResource {
    /// Its ARN.
    pub(crate) resource_arn: String,
    /// The account it belongs to.
    pub(crate) account_id: String,
}

/// Resources with a policy.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResourceList {
    /// The resources, in order of account.
    pub(crate) resources: Vec<ListedResource>,
}

/// A policy as it was saved.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SavedPolicy {
    /// The text.
    pub(crate) policy: String,
}
