//! Tags of resources that live elsewhere.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Tags;

/// The tags of a resource that Lanyard knows by its ARN alone: a queue, a table, anything that programs ask about.
///
/// Keys are compared without regard to case, as conditions compare them, so that no resource has a tag twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceTags {
    /// The resource's ARN.
    pub arn: Arc<str>,
    /// Its tags; there is at least one.
    pub tags: Tags,
}
