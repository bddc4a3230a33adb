//! One request over one connection, plain or by TLS, within a bounded time.

use std::error::Error as StdError;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::endpoint::Endpoint;
use crate::error::ClientError;

/// From the look-up of the name to the last byte of the answer.
const WITHIN: Duration = Duration::from_secs(10);
/// The largest answer, and the largest head of one.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// The way to one server.
pub(crate) struct Transport {
    endpoint: Endpoint,
    tls: Option<TlsConnector>,
}

/// A whole answer.
pub(crate) struct HttpAnswer {
    pub(crate) status: StatusCode,
    /// `None` if it is larger than any of STS.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
}

type Failure = Box<dyn StdError + Send + Sync>;

impl Transport {
    /// `ca_bundle` names the authorities that vouch for the server, instead of the system's.
    pub(crate) fn new(endpoint: Endpoint, ca_bundle: Option<&Path>) -> Result<Self, ClientError> {
        let tls = if endpoint.is_tls() {
            Some(TlsConnector::from(Arc::new(client_config(ca_bundle)?)))
        } else {
            None
        };
        Ok(Self { endpoint, tls })
    }

    /// Sends a form to `/`.
    pub(crate) async fn post(&self, headers: HeaderMap, body: &str) -> Result<HttpAnswer, ClientError> {
        let unreachable = |cause: String| ClientError::Unreachable {
            endpoint: self.endpoint.to_string(),
            cause,
        };
        let mut request = Request::new(Full::new(Bytes::copy_from_slice(body.as_bytes())));
        *request.method_mut() = Method::POST;
        *request.headers_mut() = headers;
        match tokio::time::timeout(WITHIN, self.exchange(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(unreachable(causes(error.as_ref()))),
            Err(_) => Err(unreachable(format!("no answer in {} seconds", WITHIN.as_secs()))),
        }
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<HttpAnswer, Failure> {
        let stream = TcpStream::connect((self.endpoint.host(), self.endpoint.port())).await?;
        match &self.tls {
            Some(tls) => {
                let name = ServerName::try_from(self.endpoint.host().to_owned())?;
                speak(tls.connect(name, stream).await?, request).await
            }
            None => speak(stream, request).await,
        }
    }
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<HttpAnswer, Failure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(ANSWER_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await?;
    let exchange = async {
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX);
        let body = match body.collect().await {
            Ok(body) => Some(Zeroizing::new(body.to_bytes().to_vec())),
            Err(error) if error.is::<LengthLimitError>() => None,
            Err(error) => return Err(error),
        };
        Ok::<_, Failure>(HttpAnswer { status, body })
    };
    tokio::pin!(exchange, connection);
    tokio::select! {
        answer = &mut exchange => answer,
        // The connection may end with its last byte read, and the answer is there then.
        ended = &mut connection => match ended {
            Ok(()) => exchange.await,
            Err(error) => Err(error.into()),
        },
    }
}

fn client_config(ca_bundle: Option<&Path>) -> Result<ClientConfig, ClientError> {
    let roots = match ca_bundle {
        Some(path) => bundle(path)?,
        None => system()?,
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Settings(format!("TLS cannot be used: {error}")))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn system() -> Result<RootCertStore, ClientError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(ClientError::Settings(
            "the system has no certificates of authorities; say --ca-bundle FILE".to_owned(),
        ));
    }
    Ok(roots)
}

fn bundle(path: &Path) -> Result<RootCertStore, ClientError> {
    let refuse = |cause: String| ClientError::File {
        what: "certificates to be trusted",
        path: path.to_owned(),
        cause,
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| refuse(error.to_string()))? {
        let certificate = certificate.map_err(|error| refuse(error.to_string()))?;
        // A bundle may hold certificates that are no authorities; they are of no use, and no harm.
        let _ = roots.add(certificate);
    }
    if roots.is_empty() {
        return Err(refuse("there is no certificate of an authority in it".to_owned()));
    }
    Ok(roots)
}

/// An error with what is behind it, in one line.
fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let further = error.to_string();
        if !text.contains(&further) {
            text.push_str(": ");
            text.push_str(&further);
        }
        cause = error.source();
    }
    text
}
