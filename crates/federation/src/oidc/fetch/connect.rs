//! A connection to a host: resolved here, judged here, and made to the address that was judged.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{CertificateError, ClientConfig};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::trust::HostTrust;
use super::{FetchError, HttpsUrl};
use crate::oidc::address::AddressRules;

/// One address that takes nothing does not use up the time for the others.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(2);

/// More addresses of a host are not tried.
const ADDRESSES_MAX: usize = 4;

/// The system's resolver holds a thread for as long as it likes, also when nobody waits for it any more: half a minute
/// for a name whose servers are silent. There is room for all that one account can begin in that time.
const RESOLUTIONS_MAX: usize = 64;

/// Makes connections.
#[derive(Debug)]
pub(super) struct Connector {
    rules: AddressRules,
    resolutions: Arc<Semaphore>,
}

impl Connector {
    pub(super) fn new(rules: AddressRules) -> Self {
        Self {
            rules,
            resolutions: Arc::new(Semaphore::new(RESOLUTIONS_MAX)),
        }
    }

    /// TLS with the host of a URL, if it is where fetches may go and shows a certificate that is trusted.
    pub(super) async fn connect(
        &self,
        url: &HttpsUrl,
        trust: &Arc<HostTrust>,
    ) -> Result<TlsStream<TcpStream>, FetchError> {
        let host = url.host();
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| FetchError::Url { url: url.authority() })?;
        let config = client_config(trust).map_err(|error| tls_error(host, io::Error::other(error)))?;
        let stream = self.reach(url).await?;
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
        connecting.await.map_err(|error| tls_error(host, error))
    }

    async fn reach(&self, url: &HttpsUrl) -> Result<TcpStream, FetchError> {
        let host = url.host();
        let addresses = self.resolve(host, url.port()).await?;
        let admitted = addresses.iter().filter(|address| self.rules.admit(address.ip()));
        let mut failure = None;
        for address in admitted.take(ADDRESSES_MAX) {
            match tokio::time::timeout(CONNECT_TIME_MAX, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => failure = Some(error),
                Err(_) => failure = Some(io::ErrorKind::TimedOut.into()),
            }
        }
        let host = host.to_owned();
        Err(match (failure, addresses.first()) {
            (Some(source), _) => FetchError::Connect { host, source },
            (None, Some(address)) => FetchError::Forbidden {
                host,
                address: address.ip().to_string(),
            },
            (None, None) => FetchError::Resolve {
                host,
                source: io::ErrorKind::NotFound.into(),
            },
        })
    }

    async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, FetchError> {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let unresolved = |source| FetchError::Resolve {
            host: host.to_owned(),
            source,
        };
        let permit = Arc::clone(&self.resolutions).acquire_owned().await;
        let permit = permit.map_err(|error| unresolved(io::Error::other(error)))?;
        let name = host.to_owned();
        let resolution = tokio::task::spawn_blocking(move || {
            let addresses = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
            drop(permit);
            addresses
        });
        let resolution = resolution
            .await
            .map_err(|error| unresolved(io::Error::other(error)))?;
        resolution.map_err(unresolved)
    }
}

fn client_config(trust: &Arc<HostTrust>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        // Not less than the default: trust in authorities, and thumbprints beside it.
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(trust) as Arc<_>)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn tls_error(host: &str, source: io::Error) -> FetchError {
    let cause = source
        .get_ref()
        .and_then(|error| error.downcast_ref::<rustls::Error>());
    let host = host.to_owned();
    match cause {
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            FetchError::UnknownAuthority { host }
        }
        _ => FetchError::Tls { host, source },
    }
}
