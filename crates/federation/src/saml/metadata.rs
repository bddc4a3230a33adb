//! The metadata of an identity provider.

use jiff::Timestamp;

use crate::saml::error::MetadataError;
use crate::saml::keys::Certificate;

/// What is trusted about an identity provider.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// Its name, which its assertions have as issuer.
    pub entity_id: String,
    /// The keys that it signs with.
    pub certificates: Vec<Certificate>,
    /// Until when the metadata may be used.
    pub valid_until: Option<Timestamp>,
}

/// Reads a metadata document. Linear in its length; keep the result rather than to read it again for each request.
pub fn parse_metadata(_text: &str, _now: Timestamp) -> Result<Metadata, MetadataError> {
    Err(MetadataError::Malformed("not yet"))
}
