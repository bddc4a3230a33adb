//! Documents from issuers' hosts, over TLS and nothing else.
//!
//! What is fetched, how much of it and for how long is bounded here; where it may come from is decided anew for each
//! connection, redirections included. The connection goes to the very address that was judged.

mod connect;
mod request;
mod trust;
mod url;

use std::sync::{Arc, OnceLock};

use rustls::RootCertStore;

use super::address::AddressRules;
use super::{OidcError, OidcSettings};

pub(super) use trust::{HostTrust, Thumbprint};
pub(super) use url::HttpsUrl;

/// A chain of redirections has no reason to be longer.
const REDIRECTIONS_MAX: usize = 3;

/// Gets documents.
#[derive(Debug)]
pub(super) struct Fetcher {
    connector: connect::Connector,
    document_bytes_max: usize,
    system: OnceLock<Arc<RootCertStore>>,
}

/// Why a document could not be had: for operators.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("{url} is no https URL that can be fetched")]
    Url { url: String },
    #[error("{host} cannot be resolved")]
    Resolve {
        host: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{host} is at {address}, which is not on the public internet and in no network that is allowed")]
    Forbidden { host: String, address: String },
    #[error("no connection to {host}")]
    Connect {
        host: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the certificate of {host} leads to no authority and has none of the thumbprints")]
    UnknownAuthority { host: String },
    #[error("no TLS with {host}")]
    Tls {
        host: String,
        #[source]
        source: std::io::Error,
    },
    #[error("no answer from {host}")]
    Http {
        host: String,
        #[source]
        source: hyper::Error,
    },
    #[error("{host} answered with status {status}")]
    Status { host: String, status: u16 },
    #[error("{host} sends more than {bytes} bytes")]
    TooLarge { host: String, bytes: usize },
    #[error("{host} sends its documents encoded")]
    Encoded { host: String },
    #[error("{host} sends elsewhere too often, or to nowhere")]
    Redirection { host: String },
}

impl Fetcher {
    pub(super) fn new(settings: &OidcSettings) -> Self {
        Self {
            connector: connect::Connector::new(AddressRules::new(settings.allowed_networks.clone())),
            document_bytes_max: settings.document_bytes_max,
            system: OnceLock::new(),
        }
    }

    /// The document at a URL. Fails on anything but status 200 at the end of at most three redirections.
    pub(super) async fn get(&self, url: &HttpsUrl, trust: &Arc<HostTrust>) -> Result<Vec<u8>, FetchError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTIONS_MAX {
            let stream = self.connector.connect(&url, trust).await?;
            match request::get(stream, &url, self.document_bytes_max).await? {
                request::Answer::Document(bytes) => return Ok(bytes),
                request::Answer::Elsewhere(location) => {
                    let host = url.host().to_owned();
                    url = url.join(&location).ok_or(FetchError::Redirection { host })?;
                }
            }
        }
        let host = url.host().to_owned();
        Err(FetchError::Redirection { host })
    }

    /// Makes a connection, for the certificates that the host shows.
    pub(super) async fn greet(&self, url: &HttpsUrl, trust: &Arc<HostTrust>) -> Result<(), FetchError> {
        self.connector.connect(url, trust).await.map(drop)
    }

    /// The authorities that the system trusts; read when they are first needed.
    pub(super) fn system_authorities(&self) -> Arc<RootCertStore> {
        let read = || Arc::new(trust::system_authorities());
        Arc::clone(self.system.get_or_init(read))
    }
}

impl FetchError {
    /// What is said of it outside: the reason for operators has every cause.
    pub(super) fn into_oidc(self) -> OidcError {
        if matches!(self, Self::UnknownAuthority { .. }) {
            return OidcError::ThumbprintMismatch;
        }
        let mut reason = self.to_string();
        let mut cause = std::error::Error::source(&self);
        while let Some(error) = cause {
            reason = format!("{reason}: {error}");
            cause = error.source();
        }
        OidcError::Unreachable { reason }
    }
}
