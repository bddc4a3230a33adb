//! A request that tests sign, change and verify, through one `check`.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "shared by test programs, of which each uses a part"
)]

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use lanyard_sigv4::{
    AuthError, BodyCheck, Head, PayloadHash, ServiceRules, SignedRequest, Signer, SigningKey, sha256,
};

pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const MISMATCH: &str = "SignatureDoesNotMatch: The request signature we calculated does not match the \
    signature you provided. Check your AWS Secret Access Key and signing method. Consult the service \
    documentation for details.";

pub fn now() -> Timestamp {
    "2015-08-30T12:36:00Z".parse().unwrap()
}

#[derive(Clone)]
pub struct Request {
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: &'static [u8],
    pub rules: ServiceRules,
    pub service: &'static str,
    pub now: Timestamp,
}

impl Request {
    pub fn new(rules: ServiceRules, service: &'static str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("iam.example"));
        let body = b"Action=GetUser";
        Self {
            path: "/".to_owned(),
            query: None,
            headers,
            body,
            rules,
            service,
            now: now(),
        }
    }

    pub fn signer<'a>(&'a self, key: &'a SigningKey) -> Signer<'a> {
        Signer {
            access_key_id: "AKIDEXAMPLE",
            key,
            session_token: None,
            region: "us-east-1",
            service: self.service,
            time: now(),
            rules: &self.rules,
        }
    }

    pub fn key(&self) -> SigningKey {
        SigningKey::derive(SECRET, "20150830", "us-east-1", self.service)
    }

    pub fn sign_as(mut self, payload: PayloadHash) -> Self {
        let mut headers = self.headers.clone();
        let key = self.key();
        self.signer(&key)
            .sign(
                &Method::POST,
                &self.path,
                self.query.as_deref(),
                &mut headers,
                payload,
            )
            .unwrap();
        self.headers = headers;
        self
    }

    pub fn presign_as(mut self, expires: u32, payload: PayloadHash) -> Self {
        let key = self.key();
        let head = Head {
            method: &Method::POST,
            path: &self.path,
            query: self.query.as_deref(),
            headers: &self.headers,
        };
        self.query = Some(self.signer(&key).presign(&head, expires, payload).unwrap());
        self
    }

    pub fn body_hash(&self) -> PayloadHash {
        PayloadHash::Sha256(sha256(self.body))
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        self
    }

    pub fn header_twice(mut self, name: &'static str) -> Self {
        let value = self.headers[name].clone();
        self.headers.append(name, value);
        self
    }

    pub fn authorization(self, change: impl FnOnce(&str) -> String) -> Self {
        let value = change(self.headers["authorization"].to_str().unwrap());
        self.header("authorization", &value)
    }

    pub fn query(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.query = Some(change(self.query.as_deref().unwrap_or_default()));
        self
    }

    pub fn later(mut self, seconds: i64) -> Self {
        self.now += SignedDuration::from_secs(seconds);
        self
    }

    pub fn verify(&self) -> Result<BodyCheck, AuthError> {
        let Self {
            path,
            query,
            headers,
            rules,
            ..
        } = self;
        let head = Head {
            method: &Method::POST,
            path,
            query: query.as_deref(),
            headers,
        };
        let signed = SignedRequest::parse(&head)?.ok_or(AuthError::Missing)?;
        signed.check_time(self.now, rules)?;
        signed.check_scope(|region| region == "us-east-1", self.service)?;
        let key = SigningKey::derive(SECRET, signed.date(), signed.region(), signed.service());
        if signed.needs_body(rules) {
            signed.verify(&head, &key, rules, &sha256(self.body))?;
            return Ok(BodyCheck::Sha256(sha256(self.body)));
        }
        signed.verify_head(&head, &key, rules)
    }
}

pub fn signed() -> Request {
    let request = Request::new(ServiceRules::iam(), "iam");
    let payload = request.body_hash();
    request.sign_as(payload)
}

pub fn presigned(expires: u32) -> Request {
    let request = Request::new(ServiceRules::iam(), "iam");
    let payload = request.body_hash();
    request.presign_as(expires, payload)
}

pub fn check(request: Request, expected: &str) {
    let verdict = match request.verify() {
        Ok(_) => "verified".to_owned(),
        Err(error) => format!("{}: {}", error.code(), error.message()),
    };
    assert_eq!(verdict, expected);
}

pub fn hex_signature(request: &Request) -> String {
    let value = request.headers["authorization"].to_str().unwrap();
    value.rsplit('=').next().unwrap().to_owned()
}
