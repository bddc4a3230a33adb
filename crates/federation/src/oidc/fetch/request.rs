//! One request over one connection.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, HOST, LOCATION, USER_AGENT};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::client::TlsStream;

use super::{FetchError, HttpsUrl};

/// The head of an answer, and what is read ahead of its body.
const BUFFER_BYTES_MAX: usize = 64 * 1024;

/// What a host answers.
pub(super) enum Answer {
    Document(Vec<u8>),
    /// The `Location` of a redirection.
    Elsewhere(String),
}

/// Asks for a document of at most so many bytes.
pub(super) async fn get(
    stream: TlsStream<TcpStream>,
    url: &HttpsUrl,
    bytes_max: usize,
) -> Result<Answer, FetchError> {
    let host = || url.host().to_owned();
    let failed = |source| FetchError::Http { host: host(), source };
    let mut builder = http1::Builder::new();
    builder.max_buf_size(BUFFER_BYTES_MAX);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(failed)?;
    // Ends with this function, whatever becomes of it.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(request(url)?).await.map_err(failed)?;
    let status = answer.status();
    if status.is_redirection() {
        let location = answer
            .headers()
            .get(LOCATION)
            .and_then(|location| location.to_str().ok());
        let location = location.ok_or_else(|| FetchError::Redirection { host: host() })?;
        return Ok(Answer::Elsewhere(location.to_owned()));
    }
    if status != StatusCode::OK {
        return Err(FetchError::Status {
            host: host(),
            status: status.as_u16(),
        });
    }
    if answer
        .headers()
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        return Err(FetchError::Encoded { host: host() });
    }
    let announced = answer
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|announced| announced > bytes_max as u64) {
        return Err(FetchError::TooLarge {
            host: host(),
            bytes: bytes_max,
        });
    }
    read(answer.into_body(), url, bytes_max)
        .await
        .map(Answer::Document)
}

fn request(url: &HttpsUrl) -> Result<Request<Empty<Bytes>>, FetchError> {
    let unusable = || FetchError::Url { url: url.authority() };
    let host = HeaderValue::try_from(url.authority()).map_err(|_| unusable())?;
    let request = Request::get(url.target())
        .header(HOST, host)
        .header(USER_AGENT, concat!("lanyard/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "application/json, application/jwk-set+json")
        .body(Empty::new());
    request.map_err(|_| unusable())
}

async fn read(mut body: Incoming, url: &HttpsUrl, bytes_max: usize) -> Result<Vec<u8>, FetchError> {
    let mut document = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|source| FetchError::Http {
            host: url.host().to_owned(),
            source,
        })?;
        let Ok(data) = frame.into_data() else { continue };
        if document.len() + data.len() > bytes_max {
            return Err(FetchError::TooLarge {
                host: url.host().to_owned(),
                bytes: bytes_max,
            });
        }
        document.extend_from_slice(&data);
    }
    Ok(document)
}
