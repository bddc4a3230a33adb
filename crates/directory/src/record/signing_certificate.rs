//! X.509 certificates that users sign with.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{KeyOwner, KeyStatus};

/// A certificate by which services would verify what a user signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningCertificate {
    /// Its id, which is made of the certificate itself: one certificate has one id.
    pub id: Arc<str>,
    /// Whose it is.
    pub owner: KeyOwner,
    /// The certificate as it was uploaded.
    pub body: Arc<str>,
    /// Whether it counts.
    pub status: KeyStatus,
    /// When it was uploaded.
    pub uploaded: Timestamp,
}
