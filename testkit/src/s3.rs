//! Requests to S3, signed as clients sign them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp};
use lanyard_sigv4::{Head, PayloadHash, ServiceRules, Signer, SigningKey, sha256};

use crate::client::Credentials;

const REGION: &str = "us-east-1";
const HOST: &str = "127.0.0.1:4260";

/// A request to S3 before it is signed.
#[derive(Clone, Debug)]
pub struct S3Request {
    /// The method.
    pub method: Method,
    /// Path and query as they are sent.
    pub target: String,
    /// Headers besides those of the signature.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// What is declared about the body; its hash, if nothing else is said.
    pub payload: Option<PayloadHash>,
    /// How long ago it was signed.
    pub age: SignedDuration,
}

impl S3Request {
    /// A request without a body.
    pub fn new(method: &str, target: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static(HOST));
        Self {
            method: method.parse().expect("a method"),
            target: target.to_owned(),
            headers,
            body: Bytes::new(),
            payload: None,
            age: SignedDuration::ZERO,
        }
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// With a further header, which is signed.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers
            .append(name, value.parse().expect("a header's value"));
        self
    }

    /// With something else said about the body than its hash.
    #[must_use]
    pub fn payload(mut self, payload: PayloadHash) -> Self {
        self.payload = Some(payload);
        self
    }

    /// Signed so long ago.
    #[must_use]
    pub fn aged(mut self, age: SignedDuration) -> Self {
        self.age = age;
        self
    }

    /// Unsigned.
    pub fn anonymous(&self) -> Request<Full<Bytes>> {
        self.request(&self.target, self.headers.clone())
    }

    /// Signed in its headers.
    pub fn signed(&self, credentials: &Credentials) -> Request<Full<Bytes>> {
        let (path, query) = self.split();
        let mut headers = self.headers.clone();
        let key = self.key(credentials);
        let rules = ServiceRules::s3();
        self.signer(credentials, &key, &rules)
            .sign(&self.method, path, query, &mut headers, self.payload_hash())
            .expect("a request that can be signed");
        self.request(&self.target, headers)
    }

    /// Signed in its query, valid for so many seconds.
    pub fn presigned(&self, credentials: &Credentials, expires: u32) -> Request<Full<Bytes>> {
        let (path, query) = self.split();
        let head = Head {
            method: &self.method,
            path,
            query,
            headers: &self.headers,
        };
        let key = self.key(credentials);
        let rules = ServiceRules::s3();
        let payload = self.payload.unwrap_or(PayloadHash::Unsigned);
        let query = self
            .signer(credentials, &key, &rules)
            .presign(&head, expires, payload)
            .expect("a request that can be signed");
        self.request(&format!("{path}?{query}"), self.headers.clone())
    }

    fn signer<'a>(
        &self,
        credentials: &'a Credentials,
        key: &'a SigningKey,
        rules: &'a ServiceRules,
    ) -> Signer<'a> {
        Signer {
            access_key_id: &credentials.access_key_id,
            key,
            session_token: credentials.session_token.as_deref(),
            region: REGION,
            service: "s3",
            time: self.time(),
            rules,
        }
    }

    fn key(&self, credentials: &Credentials) -> SigningKey {
        let day = self.time().strftime("%Y%m%d").to_string();
        SigningKey::derive(&credentials.secret, &day, REGION, "s3")
    }

    fn time(&self) -> Timestamp {
        Timestamp::now() - self.age
    }

    fn payload_hash(&self) -> PayloadHash {
        self.payload
            .unwrap_or_else(|| PayloadHash::Sha256(sha256(&self.body)))
    }

    fn split(&self) -> (&str, Option<&str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&self.target, None),
        }
    }

    fn request(&self, target: &str, headers: HeaderMap) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = target.parse().expect("a request target");
        *request.headers_mut() = headers;
        request
    }
}
