//! What the operator decides about fetches from issuers.

use std::time::Duration;

use ipnet::IpNet;
use rustls_pki_types::CertificateDer;

/// What the operator decides about fetches from issuers.
#[derive(Debug, Clone)]
pub struct OidcSettings {
    /// Networks that are not of the public internet and may be connected to all the same.
    pub allowed_networks: Vec<IpNet>,
    /// Authorities that vouch for one issuer's hosts, in place of the system's.
    pub authorities: Vec<IssuerAuthorities>,
    /// How long all the fetches for one token may take together.
    pub fetch_time_max: Duration,
    /// How many bytes a document of an issuer may have.
    pub document_bytes_max: usize,
    /// How long an issuer's documents are used without asking again.
    pub fresh: Duration,
    /// How long they are used when asking again fails.
    pub stale: Duration,
    /// How long a failed fetch is remembered, and how long must lie between fetches for unknown keys.
    pub pause: Duration,
    /// How many bytes all issuers' documents may take in memory.
    pub cache_bytes_max: usize,
}

/// Authorities that vouch for one issuer's hosts.
#[derive(Debug, Clone)]
pub struct IssuerAuthorities {
    /// The issuer, as `iss` says it: `https://HOST/PATH`.
    pub issuer: String,
    /// Its authorities' certificates.
    pub certificates: Vec<CertificateDer<'static>>,
}

impl Default for OidcSettings {
    fn default() -> Self {
        Self {
            allowed_networks: Vec::new(),
            authorities: Vec::new(),
            fetch_time_max: Duration::from_secs(5),
            document_bytes_max: 1 << 20,
            fresh: Duration::from_secs(300),
            stale: Duration::from_secs(3600),
            pause: Duration::from_secs(10),
            cache_bytes_max: 16 << 20,
        }
    }
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OidcSettingsError {
    /// An issuer's authorities cannot be used.
    #[error("the authorities of {issuer} cannot be used: {reason}")]
    Authorities {
        /// Whose.
        issuer: String,
        /// Why.
        reason: String,
    },
}
