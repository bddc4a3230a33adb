//! TLS on the API's listener: rustls with aws-lc-rs, and certificates that are read again when they change.
//!
//! New connections use the newest certificate that could be read; a file that is broken halfway through a
//! renewal leaves the old one in use and says so in the log.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::watch;

use crate::config::TlsFiles;
use crate::listener::{ALPN_HTTP1, ALPN_HTTP2};

/// How often the files' times are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Why the TLS files cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// The certificate file cannot be read as PEM certificates.
    #[error("cannot read the TLS certificate {path}: {cause}")]
    Cert {
        /// The file.
        path: String,
        /// Why.
        cause: String,
    },
    /// The key file cannot be read as a PEM private key.
    #[error("cannot read the TLS key {path}: {cause}")]
    Key {
        /// The file.
        path: String,
        /// Why. Never a part of the key.
        cause: String,
    },
    /// Certificate and key do not go together, or are of a kind TLS cannot use.
    #[error("the TLS certificate and key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

/// The current TLS configuration, always the newest good one.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    current: watch::Receiver<Arc<ServerConfig>>,
}

impl Tls {
    /// The configuration for a new connection.
    pub(crate) fn current(&self) -> Arc<ServerConfig> {
        self.current.borrow().clone()
    }
}

/// Reads the files again when they change or when told to.
#[derive(Debug)]
pub(crate) struct TlsReloader {
    files: TlsFiles,
    stamps: Stamps,
    publish: watch::Sender<Arc<ServerConfig>>,
}

/// When each file was last changed; `None` while it cannot be looked at.
type Stamps = [Option<SystemTime>; 2];

impl TlsReloader {
    /// Loads the files for the first time. Here, unlike later, a broken file is an error.
    pub(crate) fn load(files: TlsFiles) -> Result<(Self, Tls), TlsError> {
        let stamps = stamps(&files);
        let (publish, current) = watch::channel(Arc::new(server_config(&files)?));
        Ok((
            Self {
                files,
                stamps,
                publish,
            },
            Tls { current },
        ))
    }

    /// Watches for changes until the task is dropped. `reload_now` forces a reading.
    pub(crate) async fn run(mut self, mut reload_now: watch::Receiver<u64>) {
        let mut told = true;
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => self.look(false),
                change = reload_now.changed(), if told => match change {
                    Ok(()) => self.look(true),
                    Err(_) => told = false,
                },
            }
        }
    }

    fn look(&mut self, forced: bool) {
        let stamps = stamps(&self.files);
        if stamps == self.stamps && !forced {
            return;
        }
        self.stamps = stamps;
        match server_config(&self.files) {
            Ok(config) => {
                self.publish.send_replace(Arc::new(config));
                tracing::info!(cert = %self.files.cert.display(), "TLS certificate read again");
            }
            Err(error) => tracing::error!(%error, "TLS files changed but cannot be used; the old ones stay"),
        }
    }
}

fn stamps(files: &TlsFiles) -> Stamps {
    let changed = |path: &std::path::Path| path.metadata().and_then(|found| found.modified()).ok();
    [changed(&files.cert), changed(&files.key)]
}

/// The certificates in the chain file, leaf first.
pub(crate) fn certificates(files: &TlsFiles) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let fail = |cause: String| TlsError::Cert {
        path: files.cert.display().to_string(),
        cause,
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|cause| fail(cause.to_string()));
    match found {
        Ok(chain) if chain.is_empty() => Err(fail("it holds no PEM certificate".to_owned())),
        other => other,
    }
}

fn server_config(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let chain = certificates(files)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| TlsError::Key {
        path: files.key.display().to_string(),
        cause: cause.to_string(),
    })?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![ALPN_HTTP2.to_vec(), ALPN_HTTP1.to_vec()];
    Ok(config)
}

/// The version that was agreed on, as policies name it: `1.3`.
pub(crate) fn version(connection: &rustls::ServerConnection) -> Option<&'static str> {
    match connection.protocol_version()? {
        rustls::ProtocolVersion::TLSv1_3 => Some("1.3"),
        rustls::ProtocolVersion::TLSv1_2 => Some("1.2"),
        _ => None,
    }
}

/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// Performs the handshake, bounded in time.
pub(crate) async fn accept<IO>(tls: &Tls, stream: IO) -> io::Result<tokio_rustls::server::TlsStream<IO>>
where
    IO: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let acceptor = tokio_rustls::TlsAcceptor::from(tls.current());
    match tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await {
        Ok(result) => result,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}
