//! A request for the upstream, before it is signed.

use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, InvalidHeaderValue};
use http::{HeaderName, Method};
use http_body_util::{BodyExt, Empty, Full};
use lanyard_sigv4::{PayloadHash, sha256};
use md5::{Digest, Md5};

use super::SignedFor;
use super::outgoing_body::OutgoingBody;

/// Headers of the client that say something of the document it sent, and not of the one that is sent on.
const OF_THE_DOCUMENT: [&str; 4] = [
    "content-md5",
    "content-type",
    "content-length",
    "content-encoding",
];
const CHECKSUMS: [&str; 2] = ["x-amz-checksum-", "x-amz-sdk-checksum-"];

/// A request for the upstream: everything but its host and its signature.
pub(crate) struct UpstreamRequest {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: OutgoingBody,
    /// What is said about the body where the request is signed.
    pub(crate) payload: PayloadHash,
    /// What it is signed for.
    pub(crate) scope: SignedFor,
    /// How long the beginning of the answer may take, unless the operator says something else.
    pub(crate) answer_within: Duration,
}

/// How long the beginning of an answer may take that takes no time by its nature.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

impl UpstreamRequest {
    /// A request without body and headers.
    pub(crate) fn new(method: Method, target: String) -> Self {
        Self {
            method,
            target,
            headers: HeaderMap::new(),
            body: OutgoingBody::new(Empty::new().map_err(|never| match never {})),
            payload: PayloadHash::Sha256(sha256(b"")),
            scope: SignedFor::Store,
            answer_within: ANSWER_WITHIN,
        }
    }

    /// The same, signed for a service.
    #[must_use]
    pub(crate) fn signed_for(mut self, service: &'static str, region: &str) -> Self {
        self.scope = SignedFor::Service {
            name: service,
            region: region.to_owned(),
        };
        self
    }

    /// The same, with an answer that may take at least so long to begin.
    #[must_use]
    pub(crate) fn answered_within(mut self, at_least: Duration) -> Self {
        self.answer_within = self.answer_within.max(at_least);
        self
    }

    /// With a further header.
    #[must_use]
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With a body that is all there.
    #[must_use]
    pub(crate) fn with_bytes(mut self, bytes: Bytes) -> Self {
        self.payload = PayloadHash::Sha256(sha256(&bytes));
        self.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        self.body = OutgoingBody::new(Full::new(bytes).map_err(|never| match never {}));
        self
    }

    /// With a document of our own in place of the client's. Nothing that was said of the client's is said of it.
    pub(crate) fn with_document(mut self, document: Bytes) -> Result<Self, InvalidHeaderValue> {
        // Stores want one or the other checksum; all of them take this one.
        let md5 = HeaderValue::from_str(&BASE64.encode(&Md5::digest(&document)))?;
        let headers = std::mem::take(&mut self.headers).into_iter();
        // Of a header that stands more than once, only the first has its name with it.
        let mut last = None;
        for (name, value) in headers {
            last = name.or(last);
            if let Some(name) = last.as_ref().filter(|name| !is_of_the_document(name)) {
                self.headers.append(name, value);
            }
        }
        Ok(self
            .with_bytes(document)
            .with_header(HeaderName::from_static("content-md5"), md5)
            .with_header(CONTENT_TYPE, HeaderValue::from_static("application/xml")))
    }

    /// With a body that streams. Its headers are set already.
    #[must_use]
    pub(crate) fn with_stream(mut self, body: OutgoingBody, payload: PayloadHash) -> Self {
        self.payload = payload;
        self.body = body;
        self
    }
}

fn is_of_the_document(name: &HeaderName) -> bool {
    let name = name.as_str();
    OF_THE_DOCUMENT.contains(&name) || CHECKSUMS.iter().any(|prefix| name.starts_with(prefix))
}
