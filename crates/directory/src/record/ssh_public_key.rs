//! SSH public keys of users.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::UniqueId;
use serde::{Deserialize, Serialize};

use super::KeyStatus;

/// A public key by which a user would be known over SSH.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshPublicKey {
    /// Its unique id.
    pub id: UniqueId,
    /// The user it belongs to.
    pub user: UniqueId,
    /// The key as it was uploaded.
    pub body: Arc<str>,
    /// The key alone, as SSH sends it, in base64: two bodies of one key have one of these.
    pub key: Arc<str>,
    /// Whether it can be used.
    pub status: KeyStatus,
    /// When it was uploaded.
    pub uploaded: Timestamp,
}
