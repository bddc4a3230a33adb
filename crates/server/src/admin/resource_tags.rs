//! The lines about tags of resources.

use serde::{Deserialize, Serialize};

/// Give tags to a resource.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceTagsPut {
    /// The resource.
    pub(crate) arn: String,
    /// Whose it is, where the ARN does not say.
    pub(crate) account: Option<String>,
    /// The tags.
    pub(crate) tags: Vec<TagWord>,
}

/// Read the tags of a resource.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceTagsGet {
    /// The resource.
    pub(crate) arn: String,
    /// Whose it is, where the ARN does not say.
    pub(crate) account: Option<String>,
}

/// Take tags from a resource.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceTagsDelete {
    /// The resource.
    pub(crate) arn: String,
    /// Whose it is, where the ARN does not say.
    pub(crate) account: Option<String>,
    /// The keys; all if there is none.
    pub(crate) keys: Vec<String>,
}

/// One tag.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TagWord {
    /// Its key.
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: String,
}

/// One resource with its tags.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TaggedResource {
    /// Its ARN.
    pub(crate) resource_arn: String,
    /// The account it belongs to.
    pub(crate) account_id: String,
    /// Its tags, in order of key.
    pub(crate) tags: Vec<TagWord>,
}

/// Resources with tags.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TaggedResourceList {
    /// The resources, in order of account and ARN.
    pub(crate) resources: Vec<TaggedResource>,
}
