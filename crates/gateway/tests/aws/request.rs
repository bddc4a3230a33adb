//! Requests to services, signed as clients sign them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp};
use lanyard_sigv4::{Head, PayloadHash, PayloadRule, ServiceRules, Signer, SigningKey, sha256};
use lanyard_testkit::Credentials;

const REGION: &str = "eu-west-1";

/// A request to a service before it is signed.
#[derive(Clone, Debug)]
pub(crate) struct ServiceRequest {
    pub(crate) service: &'static str,
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What is declared about the body; nothing, if nothing is said.
    pub(crate) payload: Option<PayloadHash>,
    pub(crate) age: SignedDuration,
}

impl ServiceRequest {
    pub(crate) fn new(service: &'static str, method: &str, target: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("127.0.0.1:4260"));
        Self {
            service,
            method: method.parse().unwrap(),
            target: target.to_owned(),
            headers,
            body: Bytes::new(),
            payload: None,
            age: SignedDuration::ZERO,
        }
    }

    /// A request in JSON.
    pub(crate) fn json(service: &'static str, target: &str, body: &str) -> Self {
        Self::new(service, "POST", "/")
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", target)
            .body(body.to_owned())
    }

    /// A request as a form.
    pub(crate) fn form(service: &'static str, body: &str) -> Self {
        Self::new(service, "POST", "/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.to_owned())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap();
        self.headers.append(name, value.parse().unwrap());
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn payload(mut self, payload: PayloadHash) -> Self {
        self.payload = Some(payload);
        self
    }

    /// With the hash of its body in a header.
    pub(crate) fn declared(self) -> Self {
        let hash = sha256(&self.body);
        self.payload(PayloadHash::Sha256(hash))
    }

    pub(crate) fn aged(mut self, age: SignedDuration) -> Self {
        self.age = age;
        self
    }

    pub(crate) fn unsigned(&self) -> Request<Full<Bytes>> {
        self.request(&self.target, self.headers.clone())
    }

    pub(crate) fn signed(&self, credentials: &Credentials) -> Request<Full<Bytes>> {
        self.signed_in(credentials, REGION)
    }

    pub(crate) fn signed_in(&self, credentials: &Credentials, region: &str) -> Request<Full<Bytes>> {
        let (path, query) = self.split();
        let mut headers = self.headers.clone();
        let rules = self.rules();
        let key = self.key(credentials, region);
        let payload = self
            .payload
            .unwrap_or_else(|| PayloadHash::Sha256(sha256(&self.body)));
        self.signer(credentials, &key, &rules, region)
            .sign(&self.method, path, query, &mut headers, payload)
            .unwrap();
        self.request(&self.target, headers)
    }

    pub(crate) fn presigned(&self, credentials: &Credentials, expires: u32) -> Request<Full<Bytes>> {
        let (path, query) = self.split();
        let head = Head {
            method: &self.method,
            path,
            query,
            headers: &self.headers,
        };
        let rules = self.rules();
        let key = self.key(credentials, REGION);
        let query = self
            .signer(credentials, &key, &rules, REGION)
            .presign(&head, expires, PayloadHash::Sha256(sha256(&self.body)))
            .unwrap();
        self.request(&format!("{path}?{query}"), self.headers.clone())
    }

    fn rules(&self) -> ServiceRules {
        let payload = match self.payload {
            Some(_) => PayloadRule::Declared,
            None => PayloadRule::Body,
        };
        ServiceRules {
            payload,
            ..ServiceRules::generic()
        }
    }

    fn signer<'a>(
        &self,
        credentials: &'a Credentials,
        key: &'a SigningKey,
        rules: &'a ServiceRules,
        region: &'a str,
    ) -> Signer<'a> {
        Signer {
            access_key_id: &credentials.access_key_id,
            key,
            session_token: credentials.session_token.as_deref(),
            region,
            service: self.service,
            time: self.time(),
            rules,
        }
    }

    fn key(&self, credentials: &Credentials, region: &str) -> SigningKey {
        let day = self.time().strftime("%Y%m%d").to_string();
        SigningKey::derive(&credentials.secret, &day, region, self.service)
    }

    fn time(&self) -> Timestamp {
        Timestamp::now() - self.age
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
        *request.uri_mut() = target.parse().unwrap();
        *request.headers_mut() = headers;
        request
    }
}

/// A message for a queue of ours.
pub(crate) fn message(queue: &str) -> ServiceRequest {
    let body = format!(r#"{{"QueueUrl":"http://127.0.0.1:4260/{queue}","MessageBody":"hello"}}"#);
    ServiceRequest::json("sqs", "AmazonSQS.SendMessage", &body)
}
