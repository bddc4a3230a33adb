//! Certificates that servers show, with their private keys.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_names::{AccountId, EntityPath, ServerCertificateName, UniqueId, arn};
use serde::{Deserialize, Serialize};

use super::{SealedSecret, Tags};

/// A server's certificate, kept for services that would show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerCertificate {
    /// Its unique id.
    pub id: UniqueId,
    /// Its name, unique in the account without regard to case.
    pub name: ServerCertificateName,
    /// Its path.
    pub path: EntityPath,
    /// The certificate as PEM.
    pub body: Arc<str>,
    /// The certificates of those who issued it, as PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Arc<str>>,
    /// The private key as it was uploaded, sealed. Nobody ever gets to see it.
    pub private_key: SealedSecret,
    /// When it was uploaded.
    pub uploaded: Timestamp,
    /// Until when the certificate is valid.
    pub expires: Timestamp,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    #[serde(skip, default = "super::stored::no_arn")]
    pub(crate) arn: Arc<str>,
}

impl ServerCertificate {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &Arc<str> {
        &self.arn
    }

    pub(crate) fn set_arn(&mut self, account: AccountId) {
        self.arn = arn::server_certificate(account, &self.path, &self.name).into();
    }
}
